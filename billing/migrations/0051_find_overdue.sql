-- What is overdue is read from the index alone.
drop index invoice_open_due;
create index invoice_unpaid_due on invoice (due_date, id)
  where status = 'open' and balance_minor > 0;
