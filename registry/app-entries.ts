import { ENCODINGS, textOf } from './encodings.ts';
import type { Entry, Flavour } from './instance.ts';
import type { Lease } from './lease.ts';
import type { Leases } from './leases.ts';

/** An application in a reply; with the same `stamp`, it has the same entries as before. */
export type AppEntries = {
  readonly app: string;
  readonly stamp: number;
  readonly entries: Iterable<Entry>;
};

/** The text of an application, from the texts of its instances. */
export function applicationText({ app, entries }: AppEntries, flavour: Flavour): string {
  const texts = Array.from(entries, (entry) => textOf(entry, flavour));
  return ENCODINGS[flavour].application(app, texts);
}

/** All that are registered. */
export function* registered({ apps, appVersion }: Leases): Generator<AppEntries> {
  for (const [app, instances] of apps) {
    yield { app, stamp: appVersion(app), entries: entriesOf(instances) };
  }
}

export function entriesOf(instances: ReadonlyMap<string, Lease>): Iterable<Entry> {
  return instances.values().map(({ entry }) => entry);
}
