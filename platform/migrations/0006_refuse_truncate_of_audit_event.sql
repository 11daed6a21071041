create function refuse_audit_truncate() returns trigger
  language plpgsql
  as $$
  begin
    raise exception 'Cannot truncate audit_event: it is only ever added to and redacted'
      using errcode = 'restrict_violation';
  end
  $$;

create trigger audit_event_is_never_emptied
  before truncate on audit_event
  for each statement execute function refuse_audit_truncate();
