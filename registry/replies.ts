import { ENCODINGS, freshTextOf, textOf } from './encodings.ts';
import { gzipOf, type Piece, piece } from './gzip-pieces.ts';
import type { Entry, Flavour } from './instance.ts';
import type { Lease } from './lease-table.ts';
import type { Leases } from './leases.ts';
import { createReplyCache } from './reply-cache.ts';

/** The form of a reply: which text, and whether compressed. */
export type Form = { readonly flavour: Flavour; readonly gzip: boolean };
export type Bytes = Uint8Array<ArrayBuffer>;
export type Replies = ReturnType<typeof createReplies>;

/**
 * The bodies of all replies, ready as long as nothing changes. Of the full reply only those
 * applications are compressed anew that a change touched.
 */
export function createReplies(leases: Leases) {
  const cache = createReplyCache(leases);
  const pieces = createPieces(leases);
  const headOf = (flavour: Flavour) => ENCODINGS[flavour].head(leases.version(), leases.hashcode());

  return {
    /** Every application. */
    applications: (form: Form): Bytes | undefined =>
      cache.get('apps', form, () => {
        const { flavour } = form;
        const head = headOf(flavour);
        return form.gzip
          ? gzipOf(pieces.inARow(head, flavour))
          : Buffer.from(
              head + joined(flavour, applicationTexts(leases, flavour)) + ENCODINGS[flavour].tail,
            );
      }),

    /** What has changed in the last minutes, the departed last in each application. */
    delta: (form: Form): Bytes | undefined =>
      cache.get(
        'delta',
        form,
        () => applicationsReply(headOf(form.flavour), grouped(leases.recentChanges()), form),
        leases.recentStamp(),
      ),

    /** One application, or undefined. */
    application: (app: string, form: Form): Bytes | undefined =>
      cache.get(`app ${app}`, form, () => {
        const instances = leases.apps.get(app);
        if (instances === undefined) return undefined;
        const text = applicationText(app, entriesOf(instances), form.flavour);
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
        const hashcode = hashcodeOf(found);
        return applicationsReply(ENCODINGS[form.flavour].head(-1, hashcode), grouped(found), form);
      }),
  };
}

type Grouped = ReadonlyMap<string, readonly Entry[]>;

function applicationsReply(head: string, apps: Grouped, form: Form): Bytes {
  const texts = [...apps].map(([app, entries]) => applicationText(app, entries, form.flavour));
  return bytesOf(head + joined(form.flavour, texts) + ENCODINGS[form.flavour].tail, form);
}

/**
 * By application; the departed come last, because Java's client takes over the whole application of
 * a delta when it did not know it, ghosts included.
 */
function grouped(entries: readonly Entry[]): Grouped {
  const departedLast = entries.toSorted(
    (one, other) => Number(one.action === 'DELETED') - Number(other.action === 'DELETED'),
  );
  return Map.groupBy(departedLast, ({ instance }) => instance.app);
}

function hashcodeOf(entries: readonly Entry[]): string {
  const byStatus = Map.groupBy(entries, ({ instance }) => instance.status);
  return [...byStatus]
    .map(([status, { length }]) => `${status}_${length}_`)
    .toSorted()
    .join('');
}

function* applicationTexts({ apps }: Leases, flavour: Flavour): Generator<string> {
  for (const [app, instances] of apps) {
    yield applicationText(app, entriesOf(instances), flavour);
  }
}

function applicationText(app: string, entries: Iterable<Entry>, flavour: Flavour): string {
  const texts = Array.from(entries, (entry) => textOf(entry, flavour));
  return ENCODINGS[flavour].application(app, texts);
}

function entriesOf(instances: ReadonlyMap<string, Lease>): Iterable<Entry> {
  return instances.values().map(({ entry }) => entry);
}

function joined(flavour: Flavour, texts: Iterable<string>): string {
  return [...texts].join(ENCODINGS[flavour].separator);
}

function bytesOf(text: string, { gzip }: Form): Bytes {
  return gzip ? Bun.gzipSync(text) : Buffer.from(text);
}

/** Each application compressed on its own, until something in it changes. */
function createPieces(leases: Leases) {
  const perFlavour = new Map<Flavour, Map<string, Piece>>();
  leases.subscribe(({ instance }) => {
    for (const pieces of perFlavour.values()) pieces.delete(instance.app);
  });

  return {
    /** The pieces of the whole reply, head and tail included. */
    inARow(head: string, flavour: Flavour): Piece[] {
      const { separator, tail } = ENCODINGS[flavour];
      const known = perFlavour.get(flavour) ?? new Map<string, Piece>();
      perFlavour.set(flavour, known);
      const separatorPiece = piece(separator);
      const result = [piece(head)];
      for (const [app, instances] of leases.apps) {
        const made = known.get(app) ?? piece(applicationText(app, entriesOf(instances), flavour));
        known.set(app, made);
        if (result.length > 1 && separator !== '') result.push(separatorPiece);
        result.push(made);
      }
      return [...result, piece(tail)];
    },
  };
}
