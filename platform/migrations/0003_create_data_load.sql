-- Data that is brought in once in the life of a database, such as the demo's.
create table data_load (
  name text primary key,
  loaded_at timestamptz not null default now()
);
