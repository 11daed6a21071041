-- What is asked for by itself and is seldom, in the order in which it is shown.
create index invoice_partly_paid on invoice (created_at, id)
  where paid_minor > 0 and balance_minor > 0;
create index invoice_credited on invoice (created_at, id) where credited_minor > 0;
create index invoice_open_due on invoice (due_date, id) where status = 'open';
create index invoice_currency on invoice (currency, created_at, id);
