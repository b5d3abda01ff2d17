SELECT {'m': a, 'w': s}.m AS m, struct_pack(j := b).j AS j FROM t
