create extension if not exists pg_trgm;

-- Texts that people sort by follow French rules whatever the server's own locale is.
create table product (
  id uuid primary key,
  sku text collate "fr-x-icu" not null check (sku <> ''),
  name text collate "fr-x-icu" not null check (name <> ''),
  unit text not null,
  unit_price numeric(18, 6) not null check (unit_price >= 0),
  currency text not null,
  vat_rate_bp int not null,
  track_stock boolean not null,
  low_stock_threshold numeric(18, 3) not null check (low_stock_threshold >= 0),
  -- Kept beside the movements and the reservations, in the same transactions.
  on_hand numeric(18, 3) not null default 0 check (on_hand >= 0 and on_hand < 1e9),
  reserved numeric(18, 3) not null default 0 check (reserved >= 0 and reserved <= on_hand),
  available numeric(18, 3) not null generated always as (on_hand - reserved) stored,
  version int not null default 1,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  -- One field per line: no search term has a line break, so none matches across two fields.
  search text not null generated always as (search_text(name || e'\n' || sku)) stored
);

create unique index product_sku on product (lower(sku));
create index product_search on product using gin (search gin_trgm_ops);
create index product_name on product (name, id);
create index product_created_at on product (created_at, id);
