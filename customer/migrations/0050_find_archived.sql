create index customer_archived on customer (name, id) where archived_at is not null;
