-- A count that finds what was expected is worth a line in the ledger, too.
alter table stock_movement
  drop constraint stock_movement_delta_check,
  add constraint stock_movement_delta_check check (delta <> 0 or reason = 'count');
