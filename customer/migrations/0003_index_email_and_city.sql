create index customer_email on customer (email, id);
create index customer_city on customer (city, id);
