import type { Dictionary } from '../i18n/dictionary.ts';
import type { Formats } from '../i18n/formats.ts';
import { vatOf } from '../settings/vat-choices.ts';
import { type Draft, isBlank } from './draft.ts';

/** A draft as a person compares it with another one: each line a text, under its place. */
export function shownDraft(draft: Draft, { invoices: words }: Dictionary, formats: Formats) {
  const { customerId: _, lines, ...rest } = draft;
  const shown = lines
    .filter((line) => !isBlank(line))
    .map(({ quantity, description, unitPrice, discountBp, vat }, index) => [
      words.line(index + 1),
      [
        `${formats.number(quantity)} × ${description}`,
        formats.price(unitPrice, draft.currency),
        ...(discountBp > 0 ? [`−${formats.percent(discountBp)}`] : []),
        formats.vatAlone(vatOf(vat)),
      ].join(' · '),
    ]);
  return { ...rest, ...Object.fromEntries(shown) };
}
