import { afterAll, beforeAll, expect, test } from 'bun:test';
import { join } from 'node:path';

import { z } from 'zod';

import { contract, json } from './contract.ts';
import { createDiscovery } from './discovery.ts';
import { feign } from './feign.ts';
import { silentLog } from './log.ts';
import { membership } from './membership.ts';
import { createRegistration } from './registration.ts';
import { until } from './testing.ts';

/** The registry that we ship, as a process of its own. */
let registry = await startRegistry(0);
const eurekaUrls = [`${registry.url}/eureka`];
const discovery = createDiscovery({ eurekaUrls, log: silentLog });

beforeAll(() => discovery.ready());
afterAll(async () => {
  discovery.close();
  await registry.kill();
});

const addresses = () => discovery.instances('thing-service').map(({ url }) => url);

test('an instance is known once it has registered, and forgotten when it has said goodbye', async () => {
  const member = joinAs('127.0.0.1');
  await until(() => addresses().length === 1);
  expect(addresses()).toEqual([member.url]);
  await member.leave();
  await until(() => addresses().length === 0);
});

test('an instance with an IPv6 address can be reached at what is known of it', async () => {
  const member = joinAs('::1');
  await until(() => addresses().length === 1);
  expect(await (await fetch(`${addresses()[0]}/health/ready`)).text()).toBe('at your service');
  await member.leave();
  await until(() => addresses().length === 0);
});

test('an instance that crashes is forgotten at once, since its push stream broke', async () => {
  const member = joinAs('127.0.0.1');
  await until(() => addresses().length === 1);
  member.crash();
  await until(() => addresses().length === 0);
});

test('a registry that is restarted is told of everybody again, and nobody is lost meanwhile', async () => {
  const member = joinAs('127.0.0.1');
  await until(() => addresses().length === 1);
  let least = 1;
  const unsubscribe = discovery.subscribe(() => {
    least = Math.min(least, addresses().length);
  });
  await registry.kill();
  expect(addresses()).toEqual([member.url]);
  registry = await startRegistry(registry.port);
  await until(() => isListed(member.id));
  expect(least).toBe(1);
  unsubscribe();
  await member.leave();
});

const places = contract('place-service', {
  where: { method: 'get', path: '/', responses: { 200: json(z.object({ zone: z.string() })) } },
});

test('calls stay within the zone while an instance there answers, and leave it when none does', async () => {
  await using near = joinZone('near');
  await using far = joinZone('far');
  const client = feign(places, { discovery, zone: 'near' });
  await until(() => discovery.instances('place-service').length === 2);
  const zones = async () => {
    const replies = await Promise.all(Array.from({ length: 20 }, () => client.where()));
    return new Set(replies.map(({ zone }) => zone));
  };
  expect(await zones()).toEqual(new Set(['near']));
  near.crash();
  expect(await zones()).toEqual(new Set(['far']));
  far.crash();
});

/** Registers as services do, by their configuration. */
function joinZone(ZONE: string) {
  const config = { HOST: '127.0.0.1', ZONE, EUREKA_URL: eurekaUrls, SERVICE_ADDRESSES: {} };
  const server = Bun.serve({
    port: 0,
    hostname: config.HOST,
    fetch: () => Response.json({ zone: ZONE }),
  });
  const member = membership({ service: 'place-service', config, log: silentLog });
  const registration = member?.(server.port ?? 0);
  registration?.start();
  return {
    crash: () => void server.stop(true),
    async [Symbol.asyncDispose]() {
      await registration?.stop();
      await server.stop(true);
    },
  };
}

async function isListed(id: string): Promise<boolean> {
  const response = await fetch(`${eurekaUrls[0]}/apps/THING-SERVICE/${encodeURIComponent(id)}`);
  return response.ok;
}

/** Serves, registers and holds the push stream, as every process of ours does. */
function joinAs(host: string) {
  const server = Bun.serve({
    port: 0,
    hostname: host,
    fetch: () => new Response('at your service'),
  });
  const port = server.port ?? 0;
  const registration = createRegistration({
    eurekaUrls,
    service: 'thing-service',
    host,
    port,
    // What is known sooner is not known by waiting for a lease or a renewal.
    leaseSeconds: 3600,
    renewEverySeconds: 3600,
    log: silentLog,
  });
  const presence = createDiscovery({ eurekaUrls, log: silentLog });
  registration.start();
  presence.followAs(registration.instanceId, registration.renewNow);
  return {
    id: registration.instanceId,
    url: server.url.origin,
    async leave() {
      await registration.stop();
      presence.close();
      await server.stop();
    },
    crash() {
      void server.stop(true);
      presence.close();
    },
  };
}

async function startRegistry(port: number) {
  const main = join(import.meta.dir, '..', 'registry', 'main.ts');
  const env = { ...Bun.env, PORT: String(port), HOST: '127.0.0.1', LOG_LEVEL: 'info' };
  const child = Bun.spawn([process.execPath, main], { env, stdout: 'pipe', stderr: 'inherit' });
  const url = await addressIn(child.stdout);
  return {
    url,
    port: Number(new URL(url).port),
    async kill() {
      child.kill('SIGKILL');
      await child.exited;
    },
  };
}

/** The address in the line with which a process says that it is listening. */
async function addressIn(output: ReadableStream<Uint8Array>): Promise<string> {
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  void (async () => {
    let text = '';
    const decoder = new TextDecoder();
    for await (const chunk of output) {
      text += decoder.decode(chunk, { stream: true });
      const address = /"url":"(http:[^"]+)"/.exec(text)?.[1];
      if (address !== undefined) resolve(address);
    }
    reject(new Error(`The registry did not start: ${text}`));
  })();
  return await promise;
}
