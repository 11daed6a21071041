import type { Dictionary } from '../i18n/dictionary.ts';
import type { Formats } from '../i18n/formats.ts';
import { type Draft, isBlank } from './draft.ts';

/** A draft as a person compares it with another one: each line a text, under its place. */
export function shownDraft(draft: Draft, { invoices: words }: Dictionary, formats: Formats) {
  const { customerId: _, lines, ...rest } = draft;
  const shown = lines
    .filter((line) => !isBlank(line))
    .map(({ quantity, description, unitPrice, discountBp, vatRateBp }, index) => [
      words.line(index + 1),
      [
        `${formats.number(quantity)} × ${description}`,
        formats.price(unitPrice, draft.currency),
        ...(discountBp > 0 ? [`−${formats.percent(discountBp)}`] : []),
        words.vatAt(formats.percent(vatRateBp)),
      ].join(' · '),
    ]);
  return { ...rest, ...Object.fromEntries(shown) };
}
