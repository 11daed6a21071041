import type { App } from 'platform/app';
import { notFound, ProblemError } from 'platform/problem';

import type { EventLog } from './event-log.ts';
import type { Leases } from './leases.ts';
import { STATUS_PAGE_HEADERS, statusPage } from './status-page.ts';

type StatusDeps = {
  readonly leases: Leases;
  readonly events: EventLog;
  readonly watchers: () => number;
  readonly hasUsers: boolean;
};

/** The status page and what its buttons do. */
export function addStatusRoutes(
  app: App,
  { leases, events, watchers, hasUsers }: StatusDeps,
): void {
  const startedMs = leases.clock();
  app.get('/', async (c) => {
    const which = c.req.query('show');
    const show = which === 'came' || which === 'went' ? which : 'all';
    const search = c.req.query('q') ?? '';
    const data = {
      leases,
      events,
      watchers: watchers(),
      startedMs,
      hasUsers,
      search,
      show,
    } as const;
    return c.html(await statusPage(data), 200, STATUS_PAGE_HEADERS);
  });

  app.post('/instances/:app/:id/:action', (c) => {
    if (!hasUsers) throw withoutPassword();
    const { app: name, id, action } = c.req.param();
    const act = actionsOn(leases)[action];
    if (act === undefined) notFound('action', action);
    if (!act(name, id)) notFound('instance', id);
    return c.redirect('/', 303);
  });
}

type Action = (app: string, id: string) => boolean;

function actionsOn(leases: Leases): Readonly<Record<string, Action>> {
  return {
    'out-of-service': (app, id) => leases.override(app, id, 'OUT_OF_SERVICE'),
    'put-back': (app, id) => leases.removeOverride(app, id, 'UP'),
    evict: (app, id) => leases.evict(app, id, 'evicted by hand'),
  };
}

function withoutPassword(): ProblemError {
  return new ProblemError(403, 'forbidden', 'This needs a password, and there is none', {
    detail: 'Start the registry with REGISTRY_USERS',
  });
}
