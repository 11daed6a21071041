import { expect, test } from 'bun:test';

import { silentLog } from './log.ts';
import { repeat } from './repeat.ts';
import { currentContext, type RequestContext } from './request-context.ts';
import { until } from './testing.ts';

test('repeat() works again and again, also after a failure, never twice at once', async () => {
  let runs = 0;
  let atOnce = 0;
  let mostAtOnce = 0;
  const work = async () => {
    runs += 1;
    atOnce += 1;
    mostAtOnce = Math.max(mostAtOnce, atOnce);
    await Bun.sleep(5);
    atOnce -= 1;
    if (runs === 1) throw new Error('the first fails');
  };
  const task = repeat({ service: 'shelf-service', what: 'test', everyMs: 1, log: silentLog, work });
  await until(() => runs >= 3);
  await task.stop();
  expect(mostAtOnce).toBe(1);
  expect(atOnce).toBe(0);
});

test('each run is done in the name of the service, under a request id of its own', async () => {
  const contexts: (RequestContext | undefined)[] = [];
  const work = async () => void contexts.push(currentContext());
  const task = repeat({ service: 'shelf-service', what: 'test', everyMs: 1, log: silentLog, work });
  await until(() => contexts.length >= 2);
  await task.stop();
  expect(contexts[0]?.who).toBe('shelf-service');
  expect(contexts[0]?.requestId).not.toBe(contexts[1]?.requestId);
});

test('stop() waits for the run under way and begins no other', async () => {
  const events: string[] = [];
  const release = Promise.withResolvers<void>();
  const work = async () => {
    events.push('began');
    await release.promise;
    events.push('ended');
  };
  const task = repeat({ service: 'shelf-service', what: 'test', everyMs: 1, log: silentLog, work });
  await until(() => events.length > 0);
  const stopped = task.stop().then(() => events.push('stopped'));
  release.resolve();
  await stopped;
  expect(events).toEqual(['began', 'ended', 'stopped']);
});
