-- When a customer has to pay: days from issue, to the end of that month where one says so; as the
-- settings of the invoices say where there are none.
alter table customer
  add column due_days int check (due_days between 0 and 365),
  add column due_end_of_month boolean not null default false;
