import { expect, test } from 'bun:test';

import { createLatestEvents } from './latest-events.ts';

type Count = { readonly event: 'a' | 'b'; readonly n: number };

test('who reads slowly gets the latest of each name, and misses none of the names', async () => {
  const events = createLatestEvents<Count>();
  events.put({ event: 'a', n: 1 });
  events.put({ event: 'b', n: 1 });
  const got: string[] = [];
  for await (const { event, n } of events) {
    got.push(event + n);
    if (got.length === 1) for (const n of [2, 3, 4]) events.put({ event: 'b', n });
    if (got.length === 2) setTimeout(() => events.put({ event: 'a', n: 5 }));
    if (got.length === 3) {
      events.put({ event: 'b', n: 6 });
      events.end();
    }
  }
  expect(got).toEqual(['a1', 'b4', 'a5', 'b6']);
});
