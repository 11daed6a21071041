import { DestroyRef, inject, type Signal, signal } from '@angular/core';
import { ServicesView } from 'gateway/contract';

const URL = '/gateway/services';
const POLL_INTERVAL_MS = 5000;

/** How the view comes: pushed, asked for again and again, or not at all for the moment. */
export type Feed = 'connecting' | 'live' | 'polling' | 'lost';

export type LiveServices = {
  readonly view: Signal<ServicesView | undefined>;
  readonly feed: Signal<Feed>;
};

/**
 * Follows what the gateway knows of the services for as long as its owner lives: by server-sent
 * events, which the browser takes up again by itself, and by polling where there are none.
 */
export function liveServices(): LiveServices {
  const view = signal<ServicesView | undefined>(undefined);
  const feed = signal<Feed>('connecting');
  const destroyed = inject(DestroyRef);
  let timer: ReturnType<typeof setInterval> | undefined;

  const source = typeof EventSource === 'undefined' ? undefined : new EventSource(`${URL}/stream`);
  if (source === undefined) startPolling();
  source?.addEventListener('services', (event: MessageEvent<string>) => {
    show(JSON.parse(event.data), 'live');
  });
  source?.addEventListener('error', () => {
    // Closed means that the browser has given up: no such stream here.
    if (source.readyState === EventSource.CLOSED) startPolling();
    else feed.set('lost');
  });
  destroyed.onDestroy(() => {
    source?.close();
    clearInterval(timer);
  });
  return { view: view.asReadonly(), feed: feed.asReadonly() };

  function startPolling(): void {
    if (timer !== undefined) return;
    timer = setInterval(() => void poll(), POLL_INTERVAL_MS);
    void poll();
  }

  async function poll(): Promise<void> {
    try {
      const response = await fetch(URL);
      if (response.ok) show(await response.json(), 'polling');
      else feed.set('lost');
    } catch {
      // No answer at all; the next round asks again.
      feed.set('lost');
    }
  }

  function show(json: unknown, by: Feed): void {
    const parsed = ServicesView.safeParse(json);
    if (parsed.success) view.set(parsed.data);
    feed.set(parsed.success ? by : 'lost');
  }
}
