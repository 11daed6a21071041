-- One row while the demo's invoice is yet to be raised: that needs the other services.
create table demo_task (
  is_wanted boolean primary key default true check (is_wanted),
  created_at timestamptz not null default now()
);
