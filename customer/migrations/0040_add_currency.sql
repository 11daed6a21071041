-- In which a customer is invoiced unless an invoice says otherwise.
alter table customer add column currency text not null default 'EUR';
