create extension if not exists pg_trgm;

-- What is not known is an empty string, never null. Texts that people sort by follow French rules
-- whatever the server's own locale is.
create table customer (
  id uuid primary key,
  name text collate "fr-x-icu" not null check (name <> ''),
  email text collate "fr-x-icu" not null,
  phone text not null,
  street text not null,
  postal_code text not null,
  city text collate "fr-x-icu" not null,
  country text not null,
  siren text not null,
  vat_number text not null,
  version int not null default 1,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  -- One field per line: no search term has a line break, so none matches across two fields.
  search text not null generated always as (
    search_text(name || e'\n' || email || e'\n' || city || e'\n' || siren)
  ) stored
);

create index customer_search on customer using gin (search gin_trgm_ops);
create index customer_name on customer (name, id);
create index customer_created_at on customer (created_at, id);
