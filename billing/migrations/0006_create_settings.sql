create table company (
  is_only boolean primary key default true check (is_only),
  -- As the contract describes them; what is left out has the contract's default.
  settings jsonb not null default '{"seller": {}}',
  version int not null default 1,
  updated_at timestamptz not null default now()
);

insert into company default values;

-- Frozen with the rest when the invoice is issued.
alter table invoice
  add column seller jsonb,
  add column mentions jsonb not null default '[]',
  add column language text,
  add column previous_hash text,
  add column hash text unique;
alter table credit_note
  add column seller jsonb,
  add column mentions jsonb not null default '[]',
  add column language text,
  add column previous_hash text,
  add column hash text unique;

-- The hash of the last document of the series, with which the next one begins.
alter table number_series add column last_hash text not null default '';
