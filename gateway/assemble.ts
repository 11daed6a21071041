import type { App } from 'platform/app';
import { type Balancer, createBalancer } from 'platform/balancer';
import type { Discovery } from 'platform/discovery';
import type { Log } from 'platform/log';
import type { Metrics } from 'platform/metrics';
import { createRetryBudget } from 'platform/retry-budget';
import type { ServerOptions } from 'platform/service';

import { createAccessLog } from './access-log.ts';
import { createGatewayApp } from './app.ts';
import { brokenReply } from './broken-reply.ts';
import { gateway, type RoutesMode } from './contract.ts';
import { createEdgeFilters } from './edge-filters.ts';
import { createForwarder } from './forward.ts';
import { createGateway, type GatewayFetch } from './gateway.ts';
import { createPendingRequests } from './pending.ts';
import { createRouteSource, type RouteSource } from './route-source.ts';
import type { RouteDefinition } from './routes.ts';
import { createServicesStream } from './services-stream.ts';
import { createStaticFiles } from './static-files.ts';
import type { IsTrusted } from './trusted-proxies.ts';
import { bulkheadFor, createUpstreamGate } from './upstream-gate.ts';
import { upstreamsView } from './upstreams-view.ts';
import { createUpstreams } from './upstreams.ts';
import { createWebSockets } from './web-sockets.ts';

export type GatewayOptions = {
  readonly mode: RoutesMode;
  readonly fileRoutes: readonly RouteDefinition[];
  readonly discovery: Discovery;
  readonly balancer?: Balancer;
  readonly webDir: string;
  readonly registryPage: string;
  readonly isTrusted: IsTrusted;
  /** How many fetches the process can have under way. */
  readonly fetchLimit: number;
  readonly log: Log;
  readonly metrics: Metrics;
};

export type Gateway = {
  readonly app: App;
  readonly fetch: GatewayFetch;
  readonly source: RouteSource;
  readonly serverOptions: Required<Pick<ServerOptions, 'error' | 'websocket'>>;
  /** Ends the event streams of the gateway's own pages, and all WebSockets. */
  readonly endStreams: () => void;
  readonly close: () => void;
};

/** All parts of a gateway put together, for whoever serves it. */
export function assembleGateway(options: GatewayOptions): Gateway {
  const { mode, discovery, registryPage, isTrusted, log, metrics } = options;
  const balancer = options.balancer ?? createBalancer();
  const upstreams = createUpstreams({ discovery, bulkhead: bulkheadFor(options.fetchLimit) });
  const source = createRouteSource({ ...options, upstreams, self: gateway.service });
  const files = createStaticFiles(options.webDir);
  const view = () => ({
    worker: 1,
    workers: 1,
    upstreams: upstreamsView(source.table().routes, balancer),
  });
  const stream = createServicesStream({ discovery, routes: mode, upstreams: view });
  const app = createGatewayApp({
    mode,
    source,
    discovery,
    stream,
    upstreams: view,
    registryPage,
    files,
    log,
    metrics,
  });
  const pending = createPendingRequests();
  const access = createAccessLog({ log });
  const sockets = createWebSockets({ balancer });
  const forward = createForwarder({
    balancer,
    retryBudget: createRetryBudget(),
    pending,
    log,
  });
  return {
    serverOptions: { error: brokenReply, websocket: sockets.handler },
    app,
    source,
    fetch: createGateway({
      app,
      source,
      forward: createUpstreamGate({ forward, fetchLimit: options.fetchLimit }),
      sockets,
      edge: createEdgeFilters({ isTrusted }),
      files,
      access,
      isTrusted,
      log,
      metrics,
    }),
    endStreams() {
      stream.close();
      sockets.close();
    },
    close() {
      source.close();
      pending.close();
      access.flush();
    },
  };
}
