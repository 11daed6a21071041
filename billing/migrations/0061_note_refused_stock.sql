-- Since when the inventory refuses it, which a person has to settle; null while it does not.
alter table outbox add column refused_at timestamptz;
