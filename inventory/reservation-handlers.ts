import type { Handlers } from 'platform/implement';
import { problemBody } from 'platform/problem';
import { currentContext } from 'platform/request-context';

import type { products } from './contract.ts';
import type { Outcome } from './outcome.ts';
import type { Reservation } from './reservation-contract.ts';
import { assertDistinct } from './reservation-refusals.ts';
import type { ReservationStore } from './reservation-store.ts';

type Operation = 'reserve' | 'reserveAll' | 'reservation' | 'commit' | 'commitAll' | 'release';

/** What the API does about stock that is put aside. */
export function reservationHandlers(
  reservations: ReservationStore,
): Pick<Handlers<(typeof products)['operations']>, Operation> {
  return {
    reserve: ({ id, body }) => reservations.reserve(id, body),
    reserveAll: async ({ body }) => {
      assertDistinct(body.reservations);
      return outcomesOf(body.reservations, await reservations.reserveAll(body.reservations));
    },
    commitAll: async ({ body }) => {
      assertDistinct(body.reservations);
      const caller = currentContext()?.who ?? null;
      const wanted = body.reservations.map(({ id, who }) => ({ id, who: who ?? caller }));
      return outcomesOf(wanted, await reservations.commitAll(wanted));
    },
    reservation: ({ id }) => reservations.find(id),
    commit: ({ id }) => reservations.commit(id),
    release: async ({ id }) => {
      await reservations.release(id);
      return undefined;
    },
  };
}

/** Several outcomes, each with the problem that it alone would have been answered with. */
function outcomesOf(
  wanted: readonly { readonly id: string }[],
  outcomes: readonly Outcome<Reservation>[],
) {
  const requestId = currentContext()?.requestId;
  return {
    outcomes: wanted.map(({ id }, index) => {
      const error = outcomes[index]?.error;
      return error ? { id, problem: problemBody(error, requestId) } : { id };
    }),
  };
}
