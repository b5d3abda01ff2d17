SELECT st.p AS p, struct_extract(st, 'q') AS q FROM n
