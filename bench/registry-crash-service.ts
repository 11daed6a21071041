import { createDiscovery } from 'platform/discovery';
import { silentLog } from 'platform/log';
import { createRegistration } from 'platform/registration';

/** The least that is a service of ours: it registers and holds the registry's stream open. */
const eurekaUrls = [process.argv[2] ?? ''];
const server = Bun.serve({ hostname: '127.0.0.1', port: 0, fetch: () => new Response() });
const registration = createRegistration({
  eurekaUrls,
  service: 'crash-service',
  host: '127.0.0.1',
  port: server.port ?? 0,
  log: silentLog,
});
registration.start();
const discovery = createDiscovery({ eurekaUrls, log: silentLog });
discovery.followAs(registration.instanceId, registration.renewNow);
await discovery.ready();
process.stdout.write(`${registration.instanceId}\n`);
