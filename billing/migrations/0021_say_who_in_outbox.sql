-- In whose name the inventory is told.
alter table outbox add column who text;
