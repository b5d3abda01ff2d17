select id, struct_insert(box, w := city).w as w, box.c = {'x': 1, 'y': 'a'} as same from shipments
-- unseen shipments.box -> w TRANSFORMATION: what a function makes of a struct is told as a whole, whichever field is read of it
