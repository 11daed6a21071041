import type { Database } from 'platform/database';
import type { Discovery } from 'platform/discovery';
import type { Log } from 'platform/log';
import { tellReferrers } from 'platform/referrers';
import { repeat } from 'platform/repeat';

import { customers } from './contract.ts';
import { tellForgotten } from './forgotten-store.ts';

type TellingDeps = {
  readonly sql: Database;
  /** Who may have copied something of a customer. */
  readonly services: readonly string[];
  readonly discovery: Discovery;
  readonly log: Log;
};

/** Tells others whom to forget, whenever they are there to be told; while there are none, it waits. */
export function startTelling({ sql, services, discovery, log }: TellingDeps) {
  const tell = tellReferrers('customers', { services, discovery });
  const stopping = new AbortController();
  const { signal } = stopping;
  const task = repeat({
    service: customers.service,
    what: 'tell others whom to forget',
    everyMs: 1000,
    log,
    async work() {
      if (services.length > 0) await tellForgotten(sql, { tell, signal, log });
    },
  });
  return {
    stop() {
      stopping.abort();
      return task.stop();
    },
  };
}
