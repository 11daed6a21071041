alter table customer add column archived_at timestamptz;
