select regexp_replace(email, '[a-z]', 'x', 'g') as hidden, regexp_extract(phone, '^(.)', 1) as first_digit, replace(notes, 'a', '*') as n from people
