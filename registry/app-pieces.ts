import { type AppEntries, applicationText } from './app-entries.ts';
import { ENCODINGS } from './encodings.ts';
import { gzipOf, type Piece, piece } from './gzip-pieces.ts';
import type { Flavour } from './instance.ts';

type Made = { readonly stamp: number; readonly piece: Piece };

/** Lists of applications, each application compressed on its own and kept until it changes. */
export function createAppPieces() {
  const perFlavour = new Map<Flavour, ReadonlyMap<string, Made>>();

  return {
    gzip(head: string, apps: Iterable<AppEntries>, flavour: Flavour): Uint8Array<ArrayBuffer> {
      const { separator, tail } = ENCODINGS[flavour];
      const known = perFlavour.get(flavour);
      const kept = new Map<string, Made>();
      const between = piece(separator);
      const inARow = [piece(head)];
      for (const each of apps) {
        const before = known?.get(each.app);
        const made =
          before?.stamp === each.stamp
            ? before
            : { stamp: each.stamp, piece: piece(applicationText(each, flavour)) };
        kept.set(each.app, made);
        if (kept.size > 1 && separator !== '') inARow.push(between);
        inARow.push(made.piece);
      }
      perFlavour.set(flavour, kept);
      return gzipOf([...inARow, piece(tail)]);
    },
  };
}
