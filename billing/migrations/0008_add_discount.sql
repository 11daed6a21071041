alter table invoice
  add column discount_bp int not null default 0 check (discount_bp between 0 and 10000),
  add column prices_include_vat boolean not null default false,
  add column discount_minor bigint not null default 0;
alter table credit_note add column discount_minor bigint not null default 0;
