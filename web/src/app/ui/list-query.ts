import type { ParamMap } from '@angular/router';

/** What a list is asked for, as it stands in the address and as it is sent. */
export type ListQuery = {
  readonly q: string;
  /** `name` or `-name`. */
  readonly sort: string;
  readonly page: number;
  readonly size: number;
  /** Further filters, such as `status`; none that is empty. */
  readonly filters: Readonly<Record<string, string>>;
};

export type ListDefaults = { readonly sort: string; readonly filters?: readonly string[] };
export type ListChange = Readonly<Record<string, string | number | undefined>>;

export const PAGE_SIZES = [20, 50, 100];

/** Reads a list's state from the address; what makes no sense there is as if it were missing. */
export function readListQuery(params: ParamMap, defaults: ListDefaults): ListQuery {
  const size = wholeNumber(params.get('size'));
  const filters = (defaults.filters ?? []).flatMap((name) => {
    const value = params.get(name);
    return value ? [[name, value]] : [];
  });
  return {
    q: params.get('q') ?? '',
    sort: params.get('sort') || defaults.sort,
    page: wholeNumber(params.get('page')) ?? 0,
    size: size !== undefined && size >= 1 && size <= 100 ? size : 20,
    filters: Object.fromEntries(filters),
  };
}

/**
 * The query parameters of a change, for merging into the address: what equals its default leaves
 * it, and everything but turning the page goes back to the first one.
 */
export function changedParams(change: ListChange, defaults: ListDefaults): Record<string, unknown> {
  const next: ListChange = 'page' in change ? change : { ...change, page: 0 };
  return Object.fromEntries(
    Object.entries(next).map(([name, value]) => [name, isDefault(name, value) ? null : value]),
  );

  function isDefault(name: string, value: string | number | undefined): boolean {
    if (value === undefined || value === '') return true;
    return (
      (name === 'page' && value === 0) ||
      (name === 'size' && value === 20) ||
      (name === 'sort' && value === defaults.sort)
    );
  }
}

/** The query as the API takes it. */
export function apiParams({ q, sort, page, size, filters }: ListQuery): Record<string, string> {
  return { ...filters, ...(q && { q }), sort, page: String(page), size: String(size) };
}

function wholeNumber(text: string | null): number | undefined {
  return text !== null && /^\d{1,7}$/.test(text) ? Number(text) : undefined;
}
