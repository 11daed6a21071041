-- 'NaN' is a numeric, and more than any other: checks against a least value let it pass.
alter table product
  add check (unit_price < 'NaN'),
  add check (low_stock_threshold < 'NaN');

alter table stock_movement
  add check (delta < 'NaN'),
  add check (balance_after < 1e9);

alter table reservation_line add check (quantity < 'NaN');
