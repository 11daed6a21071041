create extension if not exists unaccent;

-- Lower case and without accents, so that a search finds 'Hélène' by 'helene'. Declared immutable,
-- which it is as long as nobody edits the dictionary, so that indexes can use it.
create function search_text(value text) returns text
  language sql immutable strict parallel safe
  return lower(public.unaccent('public.unaccent'::regdictionary, value));
