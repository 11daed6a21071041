import { afterAll, afterEach, beforeAll } from 'bun:test';

import { everythingTo, exchange, OK, rawUpstream, startGateway, statusOf } from './test-rig.ts';

/**
 * A gateway in front of an upstream, both of which are seen in exact bytes. What the upstream
 * answers is `OK` again for each test.
 */
export function startWire() {
  let upstream: Awaited<ReturnType<typeof rawUpstream>>;
  let gateway: ReturnType<typeof startGateway>;
  let answer = OK;
  beforeAll(async () => {
    upstream = await rawUpstream((socket) => void socket.write(answer, 'latin1'));
    gateway = startGateway({ routes: [everythingTo(upstream.url)] });
  });
  afterAll(async () => {
    await gateway.stop();
    upstream.close();
  });
  afterEach(() => {
    upstream.requests.length = 0;
    answer = OK;
  });
  return {
    get upstream() {
      return upstream;
    },
    get port() {
      return gateway.port;
    },
    /** What the upstream says to whatever it is asked from now on. */
    answerWith(bytes: string) {
      answer = bytes;
    },
    /** Sends exact bytes through the gateway; gives back both sides as they were on the wire. */
    async through(...parts: readonly string[]) {
      upstream.requests.length = 0;
      const reply = await exchange(gateway.port, ...parts);
      return { reply, seen: upstream.requests[0] ?? '', status: statusOf(reply) };
    },
  };
}
