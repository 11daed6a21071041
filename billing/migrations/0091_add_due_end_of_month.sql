-- Whether an invoice is due at the end of the month in which its days end.
alter table invoice add column due_end_of_month boolean not null default false;
