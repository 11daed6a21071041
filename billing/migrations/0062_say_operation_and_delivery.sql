-- What the law wants on invoices since 2026: the category of the operation, and where and when the
-- goods went when that is not said by the buyer's address and the day of issue.
alter table invoice
  add column operation text check (operation in ('goods', 'services', 'both')),
  add column delivered_on date,
  add column delivery_address text not null default '';
