import { expect, test } from 'bun:test';

import { warnOfFetchLimit } from './fetch-limit.ts';

test('a process that Bun lets send too few requests at once is warned, and told what to set', () => {
  const warnings: unknown[][] = [];
  const log = { warn: (...said: unknown[]) => void warnings.push(said) };
  warnOfFetchLimit({ BUN_CONFIG_MAX_HTTP_REQUESTS: 4096 }, log);
  expect(warnings).toEqual([]);
  warnOfFetchLimit({ BUN_CONFIG_MAX_HTTP_REQUESTS: 256 }, log);
  expect(warnings).toEqual([
    [
      expect.stringContaining('BUN_CONFIG_MAX_HTTP_REQUESTS={enough}'),
      { limit: 256, enough: 4096 },
    ],
  ]);
});

test('the committed .env raises the limit for who starts a process in the root', async () => {
  const env = await Bun.file(new URL('../.env', import.meta.url)).text();
  expect(env).toContain('BUN_CONFIG_MAX_HTTP_REQUESTS=4096');
});
