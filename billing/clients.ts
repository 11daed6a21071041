import { customers } from 'customer/contract';
import { products } from 'inventory/contract';
import type { Discovery } from 'platform/discovery';
import { type Client, feign, type ObservedAttempt } from 'platform/feign';

/** The services that billing needs, found by name. */
export type Clients = {
  readonly customers: Client<typeof customers>;
  readonly products: Client<typeof products>;
};

/** In all, with every retry; below the time for which a draft counts as being issued. */
const TOTAL_TIMEOUT_MS = 6000;

export function createClients(options: {
  readonly discovery: Discovery;
  readonly zone?: string | undefined;
  readonly timeoutMs?: number;
  readonly observe?: (attempt: ObservedAttempt) => void;
}): Clients {
  const totalTimeoutMs = TOTAL_TIMEOUT_MS;
  return {
    customers: feign(customers, { ...options, totalTimeoutMs }),
    products: feign(products, { ...options, totalTimeoutMs }),
  };
}
