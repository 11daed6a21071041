import { DestroyRef, inject, type Signal, signal } from '@angular/core';
import { ServicesView, UpstreamsView } from 'gateway/contract';
import type { z } from 'zod';

const POLL_INTERVAL_MS = 5000;

/** How the view comes: pushed, asked for again and again, or not at all for the moment. */
export type Feed = 'connecting' | 'live' | 'polling' | 'lost';

export type LiveServices = {
  readonly services: Signal<ServicesView | undefined>;
  readonly upstreams: Signal<UpstreamsView | undefined>;
  readonly feed: Signal<Feed>;
};

/**
 * Follows what the gateway knows of the services for as long as its owner lives: by server-sent
 * events, which the browser takes up again by itself, and by polling where there are none.
 */
export function liveServices(): LiveServices {
  const services = signal<ServicesView | undefined>(undefined);
  const upstreams = signal<UpstreamsView | undefined>(undefined);
  const feed = signal<Feed>('connecting');
  let timer: ReturnType<typeof setInterval> | undefined;
  const views = [
    { name: 'services', show: shower(ServicesView, (view) => services.set(view)) },
    { name: 'upstreams', show: shower(UpstreamsView, (view) => upstreams.set(view)) },
  ];

  const source =
    typeof EventSource === 'undefined' ? undefined : new EventSource('/gateway/services/stream');
  if (source === undefined) startPolling();
  for (const { name, show } of views) {
    source?.addEventListener(name, ({ data }: MessageEvent<string>) =>
      feed.set(show(JSON.parse(data)) ? 'live' : 'lost'),
    );
  }
  source?.addEventListener('error', () => {
    // Closed means that the browser has given up: no such stream here.
    if (source.readyState === EventSource.CLOSED) startPolling();
    else feed.set('lost');
  });
  inject(DestroyRef).onDestroy(() => {
    source?.close();
    clearInterval(timer);
  });
  return {
    services: services.asReadonly(),
    upstreams: upstreams.asReadonly(),
    feed: feed.asReadonly(),
  };

  function startPolling(): void {
    if (timer !== undefined) return;
    timer = setInterval(() => void poll(), POLL_INTERVAL_MS);
    void poll();
  }

  async function poll(): Promise<void> {
    try {
      const shown = await Promise.all(
        views.map(async ({ name, show }) => {
          const response = await fetch(`/gateway/${name}`);
          return response.ok && show(await response.json());
        }),
      );
      feed.set(shown.every(Boolean) ? 'polling' : 'lost');
    } catch {
      // No answer at all; the next round asks again.
      feed.set('lost');
    }
  }
}

/** Shows what came, if it is what it should be. */
function shower<T>(view: z.ZodType<T>, show: (view: T) => void) {
  return (json: unknown): boolean => {
    const parsed = view.safeParse(json);
    if (parsed.success) show(parsed.data);
    return parsed.success;
  };
}
