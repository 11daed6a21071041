import type { App } from 'platform/app';
import { type Balancer, createBalancer } from 'platform/balancer';
import type { Discovery } from 'platform/discovery';
import type { Log } from 'platform/log';
import type { Metrics } from 'platform/metrics';
import { createRetryBudget } from 'platform/retry-budget';
import type { ServerOptions } from 'platform/service';
import type { Tracer } from 'platform/tracing';

import { createAccessLog } from './access-log.ts';
import { createGatewayApp } from './app.ts';
import { brokenReply } from './broken-reply.ts';
import type { RoutesMode, UpstreamsView } from './contract.ts';
import { createForwarder } from './forward.ts';
import { createGateway, type GatewayFetch } from './gateway.ts';
import { createPendingRequests } from './pending.ts';
import { createProblemReply } from './problem-reply.ts';
import type { RouteSource } from './route-source.ts';
import type { RouteDefinition } from './routes.ts';
import { createRouting } from './routing.ts';
import { createServicesStream } from './services-stream.ts';
import { createStaticFiles } from './static-files.ts';
import type { IsTrusted } from './trusted-proxies.ts';
import { createUpstreamClient } from './upstream-client.ts';
import { createUpstreamGate } from './upstream-gate.ts';
import { createWebSockets } from './web-sockets.ts';

export type GatewayOptions = {
  readonly mode: RoutesMode;
  readonly fileRoutes: readonly RouteDefinition[];
  readonly discovery: Discovery;
  readonly balancer?: Balancer;
  readonly webDir: string;
  readonly registryPage: string;
  readonly isTrusted: IsTrusted;
  /** How many requests should be under way at once; a service gets no more than a quarter of them. */
  readonly requestLimit?: number | undefined;
  /** Which of how many processes on one port this is. */
  readonly place?: Pick<UpstreamsView, 'worker' | 'workers'>;
  readonly log: Log;
  readonly metrics: Metrics;
  /** Undefined when no spans are wanted. */
  readonly tracing?: Tracer | undefined;
};

export type Gateway = {
  readonly app: App;
  readonly fetch: GatewayFetch;
  readonly source: RouteSource;
  readonly serverOptions: Required<Pick<ServerOptions, 'error' | 'websocket'>>;
  /** Ends all event streams, the gateway's own and others', and all WebSockets. */
  readonly endStreams: () => void;
  readonly close: () => void;
};

/** All parts of a gateway put together, for whoever serves it. */
export function assembleGateway(options: GatewayOptions): Gateway {
  const { mode, discovery, log } = options;
  const balancer = options.balancer ?? createBalancer();
  const retryBudget = createRetryBudget();
  const problemReply = createProblemReply(log);
  const { place = { worker: 1, workers: 1 }, requestLimit = REQUEST_LIMIT } = options;
  const shared = { ...options, balancer, retryBudget, problemReply, place, requestLimit };
  const { source, upstreams } = createRouting(shared);
  const files = createStaticFiles(options.webDir);
  const stream = createServicesStream({ discovery, routes: mode, upstreams });
  const app = createGatewayApp({ ...options, source, stream, upstreams, files });
  const pending = createPendingRequests();
  const access = createAccessLog({ log });
  const sockets = createWebSockets({ balancer });
  const client = createUpstreamClient();
  const forward = createForwarder({ ...shared, pending, client });
  return {
    serverOptions: { error: brokenReply, websocket: sockets.handler },
    app,
    source,
    fetch: createGateway({
      ...shared,
      app,
      source,
      forward: createUpstreamGate({ requestLimit, forward }),
      sockets,
      files,
      access,
    }),
    endStreams() {
      stream.close();
      client.endEventStreams();
      sockets.close();
    },
    close() {
      source.close();
      pending.close();
      client.close();
      access.flush();
    },
  };
}

/** Each takes two connections, and a process is often let have 10,000 or more. */
const REQUEST_LIMIT = 4096;
