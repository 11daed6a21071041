import { ENCODINGS, textOf } from './encodings.ts';
import type { Entry, Flavour } from './instance.ts';

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
