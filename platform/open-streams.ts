import type { App } from './app.ts';

/** Ends each event stream that an app has open; they would never end by themselves. */
export type OpenStreams = Set<() => void>;

const streamsByApp = new WeakMap<App, OpenStreams>();

/** The event streams that an app has open now. */
export function openStreams(app: App): OpenStreams {
  const known = streamsByApp.get(app) ?? new Set();
  streamsByApp.set(app, known);
  return known;
}
