-- For a search that names one customer exactly.
create index customer_lower_email on customer (lower(email));
create index customer_siren on customer (siren) where siren <> '';
