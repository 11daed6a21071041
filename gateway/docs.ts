import { join } from 'node:path';

import type { App } from 'platform/app';
import { printOpenApi } from 'platform/openapi';

import { policyOf } from './content-policy.ts';
import { gateway } from './contract.ts';
import { mergeOpenApi, OpenApiDocument, type ServiceDocument } from './merge-openapi.ts';
import { publicPath } from './public-paths.ts';
import type { RouteSource } from './route-source.ts';
import type { Upstream } from './upstreams.ts';

/** `GET /docs`: one page over the OpenAPI documents of all services, under their public paths. */
export function addDocs(app: App, source: RouteSource): void {
  const known = new Map<string, OpenApiDocument>();
  app.get('/docs', async (c) => {
    const html = await Bun.file(join(import.meta.dir, 'docs.html')).text();
    c.header('content-security-policy', policyOf(html));
    c.header('cache-control', 'no-cache');
    return c.html(html);
  });
  app.get('/docs/openapi.json', async (c) => {
    const { routes } = source.table();
    const upstreams = new Map(routes.map(({ upstream }) => [upstream.service, upstream]));
    await Promise.all(
      [...upstreams.values()].map(async (upstream) => {
        const document = await readDocument(upstream);
        // A service that is down keeps the documentation that it had.
        if (document) known.set(upstream.service, document);
      }),
    );
    const services = [...upstreams.keys()].toSorted();
    const documents = services.flatMap((service): ServiceDocument[] => {
      const document = known.get(service);
      return document ? [{ service, document }] : [];
    });
    const own = {
      service: gateway.service,
      document: OpenApiDocument.parse(printOpenApi(gateway)),
    };
    return c.json(
      mergeOpenApi([...documents, own], {
        publicPath: (service, path) =>
          service === gateway.service ? path : publicPath(routes, service, path),
        missing: services.filter((service) => !known.has(service)),
      }),
    );
  });
}

const READ_TIMEOUT_MS = 2000;

async function readDocument(upstream: Upstream): Promise<OpenApiDocument | undefined> {
  for (const { url } of upstream.instances()) {
    try {
      const signal = AbortSignal.timeout(READ_TIMEOUT_MS);
      const reply = await fetch(`${url}/openapi.json`, { signal, redirect: 'error' });
      if (reply.ok) return OpenApiDocument.parse(await reply.json());
      await reply.body?.cancel();
    } catch {
      // The next instance may be better; having none is told in the document.
    }
  }
  return undefined;
}
