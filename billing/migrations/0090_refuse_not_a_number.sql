-- 'NaN' and 'Infinity' are numerics, more than any other: checks against a least value let them pass.
alter table invoice_line
  add check (quantity < 'Infinity'),
  add check (unit_price < 'Infinity');

alter table credit_note_line add check (quantity < 'Infinity');
