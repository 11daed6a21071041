import { expect, spyOn, test } from 'bun:test';

import { asProblem } from './app-problem.ts';
import { silentLog } from './log.ts';
import { RemoteError } from './remote-error.ts';

const call = { service: 'wood-service', operation: 'get' };

test('a call that failed is a warning, one whose caller left is no news', () => {
  using warned = spyOn(silentLog, 'warning');
  const left = new RemoteError('The caller left', { ...call, failure: 'aborted' });
  expect(asProblem(left, silentLog).status).toBe(499);
  expect(warned).not.toHaveBeenCalled();
  const late = new RemoteError('No answer in time', { ...call, failure: 'timeout' });
  expect(asProblem(late, silentLog).status).toBe(504);
  expect(warned).toHaveBeenCalledTimes(1);
});
