import { ProblemError } from 'platform/problem';

import type { Exchange } from './message.ts';
import type { Next } from './route-filters.ts';

/** What a request came to, to be given to the client or not. */
export type Outcome = {
  /** Of the reply, or of the problem that there is instead; 101 for a WebSocket. */
  readonly status: number;
  readonly isReply: boolean;
  /** Gives the reply, or throws what was thrown. */
  readonly give: () => Response | undefined;
  /** To be called when it is not given. */
  readonly drop: () => Promise<void>;
};

export async function outcomeOf(exchange: Exchange, next: Next): Promise<Outcome> {
  try {
    const reply = await next(exchange);
    return {
      status: reply?.status ?? 101,
      isReply: true,
      give: () => reply,
      drop: async () => await reply?.body?.cancel(),
    };
  } catch (error) {
    return {
      status: error instanceof ProblemError ? error.status : 500,
      isReply: false,
      give() {
        throw error;
      },
      drop: () => Promise.resolve(),
    };
  }
}
