create table reservation (
  id uuid primary key,
  status text not null check (status in ('held', 'committed', 'released')),
  expires_at timestamptz not null,
  -- Whether it was released because its time was up: a commit may still take the stock again.
  has_expired boolean not null default false,
  version int not null default 1,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
);

create index reservation_expires_at on reservation (expires_at) where status = 'held';

-- One line per product. A product without stock (tracked is false) is named, but nothing of it held.
create table reservation_line (
  reservation_id uuid not null references reservation on delete cascade,
  product_id uuid not null references product,
  position int not null,
  quantity numeric(18, 3) not null check (quantity > 0),
  tracked boolean not null,
  primary key (reservation_id, product_id)
);

create index reservation_line_product on reservation_line (product_id);
