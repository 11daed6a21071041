import { expect, test } from 'bun:test';

import { z } from 'zod';

import { commonConfig, databaseConfig, port, readConfig } from './config.ts';

const schema = z.object({ ...commonConfig, PORT: port(8081) });

test('readConfig() fills in what is not set, and takes an empty variable for not set', () => {
  expect(readConfig(schema, { PORT: '', HOST: '::1' })).toEqual({
    HOST: '::1',
    LOG_LEVEL: 'info',
    BUN_CONFIG_MAX_HTTP_REQUESTS: 256,
    MAX_BODY_BYTES: 1_048_576,
    EUREKA_URL: ['http://localhost:8761/eureka'],
    SERVICE_ADDRESSES: {},
    PORT: 8081,
  });
});

test('readConfig() takes several registries and drops their trailing slashes', () => {
  const { EUREKA_URL } = readConfig(schema, {
    EUREKA_URL: 'http://a:1/eureka/, http://b:2/eureka',
  });
  expect(EUREKA_URL).toEqual(['http://a:1/eureka', 'http://b:2/eureka']);
});

test('readConfig() reads the table of addresses that stands in for a registry', () => {
  const { SERVICE_ADDRESSES } = readConfig(schema, {
    SERVICE_ADDRESSES: 'customer-service=http://a:1, customer-service=http://b:2,stock=http://c:3',
  });
  expect(SERVICE_ADDRESSES).toEqual({
    'customer-service': ['http://a:1', 'http://b:2'],
    stock: ['http://c:3'],
  });
  expect(schema.safeParse({ SERVICE_ADDRESSES: 'customer-service' }).error?.issues).toMatchObject([
    { message: "Must be name=address, is 'customer-service'" },
  ]);
});

test('readConfig() ends the process with one line that names the variable', async () => {
  const program = `
    import { z } from 'zod';
    import { port, readConfig } from '${import.meta.dir}/config.ts';
    readConfig(z.object({ PORT: port(1) }));
  `;
  const child = Bun.spawn([process.execPath, '-e', program], {
    cwd: import.meta.dir,
    env: { ...process.env, PORT: 'eighty' },
    stderr: 'pipe',
  });
  expect(await child.stderr.text()).toBe(
    "Cannot start: PORT: Must be a whole number from 0 to 65535 (is 'eighty')\n",
  );
  expect(await child.exited).toBe(1);
});

test.each(['0', '1.5', '1e99', 'many', ' '])('a limit of bytes cannot be %j', (MAX_BODY_BYTES) => {
  expect(schema.safeParse({ MAX_BODY_BYTES }).error?.issues).toMatchObject([
    { path: ['MAX_BODY_BYTES'], message: 'Must be a whole number of at least 1' },
  ]);
});

test('DEMO is on or off, and nothing else', () => {
  expect(databaseConfig.DEMO.parse(undefined)).toBe(true);
  expect(databaseConfig.DEMO.parse('off')).toBe(false);
  expect(databaseConfig.DEMO.safeParse('false').success).toBe(false);
});
