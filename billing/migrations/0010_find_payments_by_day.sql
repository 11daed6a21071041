create index payment_paid_on on payment (paid_on, invoice_id);
