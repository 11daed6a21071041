type FetchLimit = { readonly BUN_CONFIG_MAX_HTTP_REQUESTS: number };

/**
 * For processes that call others: Bun counts the fetches of all upstreams together, and at its
 * default of 256 one stuck service can take the slots of all the others. Bun reads the limit when it
 * starts, so that it can only be set from outside.
 */
export function warnOfFetchLimit(
  { BUN_CONFIG_MAX_HTTP_REQUESTS: limit }: FetchLimit,
  log: { readonly warn: (message: string, fields: Record<string, unknown>) => unknown },
): void {
  if (limit >= ENOUGH_FETCHES) return;
  log.warn('Only {limit} requests can be under way: set BUN_CONFIG_MAX_HTTP_REQUESTS={enough}', {
    limit,
    enough: ENOUGH_FETCHES,
  });
}

const ENOUGH_FETCHES = 4096;
