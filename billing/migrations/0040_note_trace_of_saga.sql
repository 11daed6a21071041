-- Of the request that brought it about, as W3C's traceparent: what is done later is linked to it.
alter table finalization add column traceparent text;
alter table outbox add column traceparent text;
