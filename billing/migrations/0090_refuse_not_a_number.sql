-- 'NaN' is a numeric, and more than any other: checks against a least value let it pass.
alter table invoice_line
  add check (quantity < 'NaN'),
  add check (unit_price < 'NaN');

alter table credit_note_line add check (quantity < 'NaN');
