import { type AppEntries, applicationText, entriesOf, registered } from './app-entries.ts';
import { createAppPieces } from './app-pieces.ts';
import { ENCODINGS, freshTextOf } from './encodings.ts';
import type { Entry, Flavour } from './instance.ts';
import type { Lease } from './lease.ts';
import type { Leases } from './leases.ts';
import { type Bytes, createReplyCache, type Form } from './reply-cache.ts';

export type Replies = ReturnType<typeof createReplies>;

/**
 * The bodies of all replies, ready as long as nothing changes. Of the full reply and of the delta
 * only those applications are compressed anew that a change touched.
 */
export function createReplies(leases: Leases) {
  const cache = createReplyCache(leases);
  const allPieces = createAppPieces();
  const deltaPieces = createAppPieces();
  const head = ({ flavour }: Form) => ENCODINGS[flavour].head(leases.version(), leases.hashcode());

  return {
    /** Every application. */
    applications: (form: Form): Bytes | undefined =>
      cache.get('apps', form, () =>
        form.gzip
          ? allPieces.gzip(head(form), registered(leases), form.flavour)
          : Buffer.from(applicationsText(head(form), registered(leases), form.flavour)),
      ),

    /** What has changed in the last minutes, the departed last in each application. */
    delta: (form: Form): Bytes | undefined =>
      cache.get(
        'delta',
        form,
        () =>
          form.gzip
            ? deltaPieces.gzip(head(form), changed(leases), form.flavour)
            : Buffer.from(applicationsText(head(form), changed(leases), form.flavour)),
        leases.recentStamp(),
      ),

    /** One application, or undefined. */
    application: (app: string, form: Form): Bytes | undefined =>
      cache.get(`app ${app}`, form, () => {
        const instances = leases.apps.get(app);
        if (instances === undefined) return undefined;
        const text = applicationText(
          { app, stamp: 0, entries: entriesOf(instances) },
          form.flavour,
        );
        return bytesOf(ENCODINGS[form.flavour].applicationReply(text), form);
      }),

    /** One instance, with its lease as of now; never cached. */
    instance({ entry, ...lease }: Lease, form: Form): Bytes {
      const times = { ...lease, evictedMs: 0 };
      const text = freshTextOf({ ...entry, times }, form.flavour);
      return bytesOf(ENCODINGS[form.flavour].instanceReply(text), form);
    },

    /** The instances that have this among their virtual addresses, which are a list with commas. */
    virtualAddress: (kind: 'vipAddress' | 'secureVipAddress', address: string, form: Form) =>
      cache.get(`${kind} ${address}`, form, () => {
        const found = [...leases.all()]
          .filter(({ instance }) => instance[kind]?.split(',').includes(address))
          .map(({ entry }) => entry);
        const groups = [...Map.groupBy(found, ({ instance }) => instance.app)];
        const apps = groups.map(([app, entries]) => ({ app, stamp: 0, entries }));
        const vipHead = ENCODINGS[form.flavour].head(-1, hashcodeOf(found));
        return bytesOf(applicationsText(vipHead, apps, form.flavour), form);
      }),
  };
}

function applicationsText(head: string, apps: Iterable<AppEntries>, flavour: Flavour): string {
  const { separator, tail } = ENCODINGS[flavour];
  const texts = Array.from(apps, (app) => applicationText(app, flavour));
  return head + texts.join(separator) + tail;
}

/**
 * The departed come last, because Java's client takes over the whole application of a delta when it
 * did not know it, ghosts included.
 */
function* changed({ recentChanges }: Leases): Generator<AppEntries> {
  for (const [app, { stamp, entries }] of recentChanges()) {
    yield { app, stamp, entries: departedLast(entries) };
  }
}

function* departedLast(entries: ReadonlyMap<string, Entry>): Generator<Entry> {
  for (const entry of entries.values()) if (entry.action !== 'DELETED') yield entry;
  for (const entry of entries.values()) if (entry.action === 'DELETED') yield entry;
}

function hashcodeOf(entries: readonly Entry[]): string {
  const byStatus = Map.groupBy(entries, ({ instance }) => instance.status);
  return [...byStatus]
    .map(([status, { length }]) => `${status}_${length}_`)
    .toSorted()
    .join('');
}

function bytesOf(text: string, { gzip }: Form): Bytes {
  return gzip ? Bun.gzipSync(text) : Buffer.from(text);
}
