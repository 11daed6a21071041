import { isStatus, type Status } from './instance.ts';

/** `lastDirtyTimestamp` of a query; NaN for a time stamp that is none, which Netflix answers 500. */
export function dirtyOf(query: string): { readonly lastDirtyMs?: number } {
  if (query === '') return {};
  const text = /(?:^|&)lastDirtyTimestamp=([^&]*)/.exec(query)?.[1];
  if (text === undefined || text === '') return {};
  return { lastDirtyMs: /^-?\d+$/.test(text) ? Number(text) : Number.NaN };
}

export function statusOf(value: string | null | undefined): Status | undefined {
  return isStatus(value) ? value : undefined;
}

/** Whether a peer is speaking, which must not be told on to peers. */
export function isFromPeer({ headers }: Request): boolean {
  return headers.get('x-netflix-discovery-replication') === 'true';
}
