UPDATE w SET p = q, q = p
