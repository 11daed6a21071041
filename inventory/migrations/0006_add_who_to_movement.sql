-- The person, or the service that did it by itself; null when nobody was named.
alter table stock_movement add column who text;
