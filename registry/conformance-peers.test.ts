import { describe, expect, test } from 'bun:test';

import { z } from 'zod';

import { EurekaInstance } from './eureka-schema.ts';
import { type Mode, MODES } from './modes.ts';
import { instanceFields, testRegistry } from './testing.ts';

const ID = 'host1:ORDERS:8080';
const Answers = z.strictObject({
  responseList: z.array(
    z.strictObject({ statusCode: z.number(), responseEntity: EurekaInstance.optional() }),
  ),
});

function setUp(mode: Mode) {
  const registry = testRegistry({ mode });
  const batch = async (replicationList: unknown, path = '/eureka/peerreplication/batch/') => {
    const headers = { 'content-type': 'application/json' };
    const reply = await registry.request(
      'POST',
      path,
      headers,
      JSON.stringify({ replicationList }),
    );
    expect(reply.headers.get('content-type')).toBe('application/json');
    return Answers.parse(await reply.json()).responseList;
  };
  return { ...registry, batch };
}

const item = (action: string, rest: object = {}) => ({
  appName: 'ORDERS',
  id: ID,
  action,
  ...rest,
});

describe.each([MODES.default, MODES.strict])('in the mode $name', (mode) => {
  test('case 29: every action of a batch is run, one answer per item in order', async () => {
    const { batch, leases } = setUp(mode);
    const instanceInfo = instanceFields({ app: 'ORDERS', lastDirtyTimestamp: 5 });
    const status = () => leases.find('ORDERS', ID)?.instance.status;
    expect(
      await batch([
        item('Register', { instanceInfo, status: 'UP', lastDirtyTimestamp: 5 }),
        item('Heartbeat', { lastDirtyTimestamp: 5, status: 'UP' }),
        item('StatusUpdate', { status: 'OUT_OF_SERVICE', lastDirtyTimestamp: 5 }),
      ]),
    ).toEqual([{ statusCode: 200 }, { statusCode: 200 }, { statusCode: 200 }]);
    expect(status()).toBe('OUT_OF_SERVICE');
    expect(await batch([item('DeleteStatusOverride', { status: 'UP' })])).toEqual([
      { statusCode: 200 },
    ]);
    expect(status()).toBe('UP');
    expect(await batch([item('Cancel'), item('Cancel'), item('Heartbeat')])).toEqual([
      { statusCode: 200 },
      { statusCode: 404 },
      { statusCode: 404 },
    ]);
  });

  test('case 29: a bad item spoils no other', async () => {
    const { batch } = setUp(mode);
    const instanceInfo = instanceFields({ app: 'ORDERS' });
    expect(
      await batch(
        [
          item('Register', { instanceInfo: { app: 'x' } }),
          5,
          item('Dance'),
          item('Register', { instanceInfo }),
        ],
        '/eureka/v2/peerreplication/batch',
      ),
    ).toEqual([{ statusCode: 200 }, { statusCode: 500 }, { statusCode: 500 }, { statusCode: 200 }]);
  });

  test('case 30: a heartbeat of who knows less is answered with what is known here', async () => {
    const { batch, register } = setUp(mode);
    await register({ app: 'ORDERS', lastDirtyTimestamp: 9 });
    const [older, newer] = await batch([
      item('Heartbeat', { lastDirtyTimestamp: 5 }),
      item('Heartbeat', { lastDirtyTimestamp: 10, overriddenStatus: 'OUT_OF_SERVICE' }),
    ]);
    expect(older).toMatchObject({ statusCode: 409, responseEntity: { lastDirtyTimestamp: '9' } });
    expect(newer).toEqual({ statusCode: 404 });
  });

  test('case 30: the override of a heartbeat that knows more is taken over', async () => {
    const { batch, register, json } = setUp(mode);
    await register({ app: 'ORDERS', lastDirtyTimestamp: 9 });
    await batch([item('Heartbeat', { lastDirtyTimestamp: 10, overriddenStatus: 'DOWN' })]);
    expect(await json('/eureka/serverinfo/statusoverrides')).toEqual({ [ID]: 'DOWN' });
  });
});
