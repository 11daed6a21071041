-- Customers in use are counted from the index alone; those put away have one of their own.
drop index customer_name;
create index customer_name on customer (name, id) where archived_at is null;
