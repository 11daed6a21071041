import type { Hono } from 'hono';

import type { EurekaDeps } from './eureka-app.ts';
import { applyBatch } from './peer-batch.ts';
import { readJsonBody } from './request-body.ts';
import { serverStatus } from './server-status.ts';

/** What servers ask each other, and what is asked about this one. */
export function addServerRoutes(api: Hono, deps: EurekaDeps): void {
  const { leases, maxBodyBytes } = deps;
  const startedMs = leases.clock();
  api.post('/peerreplication/batch', async (c) => {
    const body = await readJsonBody(c.req.raw, { maxBodyBytes, strict: leases.mode.strictInput });
    const responseList = applyBatch(deps, body);
    return responseList === undefined ? c.body(null, 500) : jsonReply({ responseList });
  });
  api.get('/status', (c) => jsonReply(serverStatus(leases, new URL(c.req.url), startedMs)));
  api.get('/serverinfo/statusoverrides', () => {
    const overridden = [...leases.all()].filter(
      ({ instance }) => instance.overriddenStatus !== 'UNKNOWN',
    );
    return jsonReply(
      Object.fromEntries(
        overridden.map(({ instance }) => [instance.id, instance.overriddenStatus]),
      ),
    );
  });
  // Amazon's groups: as from any server that does not run there.
  api.put('/asg/:name/status', (c) => c.body(null, 400));
}

/** Without a charset: some clients compare the whole header. */
function jsonReply(body: unknown): Response {
  return new Response(JSON.stringify(body), { headers: { 'content-type': 'application/json' } });
}
