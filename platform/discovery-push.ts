import { readEvents, type ServerEvent } from './event-stream.ts';
import type { InstanceTable } from './instance-table.ts';
import type { Fetch, RegistryEndpoint } from './registry-endpoint.ts';
import { WatchChange, WatchSnapshot } from './registry-watch.ts';

type PushDeps = {
  readonly endpoint: RegistryEndpoint;
  readonly table: InstanceTable;
  readonly fetch: Fetch;
  readonly watchAs?: string | undefined;
  readonly lastEventId?: string | undefined;
  readonly signal: AbortSignal;
  /**
   * Called after each event that was taken in, with the version to resume from; without one when a
   * stream that was resumed has nothing new to say.
   */
  readonly onEvent: (id?: string) => void;
  /** A stream that says nothing for so long is taken for dead; the registry sends comments. */
  readonly silenceMs?: number;
};

/**
 * Follows the push of our own registry until it breaks, which is an error or a plain end. Resolves
 * with `unsupported` when the server has no such thing, as Netflix's and Spring's have not.
 */
export async function followPush(deps: PushDeps): Promise<'ended' | 'unsupported'> {
  const { signal, silenceMs = 45_000 } = deps;
  const silence = new AbortController();
  let timer = setTimeout(giveUp, silenceMs);
  try {
    const response = await openStream(deps, AbortSignal.any([signal, silence.signal]));
    if (response?.body == null) return 'unsupported';
    for await (const event of readEvents(response.body, restart)) takeIn(event, deps);
    return 'ended';
  } finally {
    clearTimeout(timer);
    silence.abort();
  }

  function giveUp(): void {
    silence.abort(new Error(`Heard nothing from the registry for ${silenceMs} ms`));
  }
  function restart(): void {
    clearTimeout(timer);
    timer = setTimeout(giveUp, silenceMs);
    if (deps.lastEventId !== undefined) deps.onEvent();
  }
}

async function openStream(
  { endpoint, fetch, watchAs, lastEventId }: PushDeps,
  signal: AbortSignal,
): Promise<Response | undefined> {
  const query = watchAs === undefined ? '' : `?instance=${encodeURIComponent(watchAs)}`;
  const response = await fetch(`${endpoint.watchUrl}${query}`, {
    headers: {
      ...endpoint.headers,
      accept: 'text/event-stream',
      ...(lastEventId === undefined ? {} : { 'last-event-id': lastEventId }),
    },
    redirect: 'manual',
    signal,
  });
  if (response.ok && response.headers.get('content-type')?.startsWith('text/event-stream'))
    return response;
  await response.body?.cancel();
  return undefined;
}

function takeIn({ event, data, id }: ServerEvent, { table, onEvent }: PushDeps): void {
  if (event === 'snapshot') table.replaceAll(WatchSnapshot.parse(JSON.parse(data)).instances);
  else if (event === 'change') table.apply([WatchChange.parse(JSON.parse(data))]);
  else return;
  onEvent(id);
}
