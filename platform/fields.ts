import * as z from 'zod';

import { CURRENCIES } from './currency.ts';

/**
 * A UUID of whatever version, in lower case however it came, as PostgreSQL shows it; the records that
 * we make have version 7.
 */
export const Id = z.guid().toLowerCase().meta({ format: 'uuid' });

/** One line of text, trimmed, without control characters (PostgreSQL could not keep a NUL). */
export const text = (maxLength: number, minLength = 0) =>
  z
    .string()
    .trim()
    .min(minLength)
    .max(maxLength)
    .regex(ONE_LINE, 'Must not contain control characters')
    .meta(oneLinePattern);

/** Text that may have line breaks and tabs. */
export const multilineText = (maxLength: number) =>
  z
    .string()
    .trim()
    .max(maxLength)
    .regex(LINES, 'Must not contain control characters')
    .meta(linesPattern);

/** A decimal number as a string, such as `"12.345678"`: exact, never a binary float. */
export const decimal = (integerDigits: number, scale: number) =>
  z
    .string()
    .regex(
      new RegExp(`^\\d{1,${integerDigits}}(\\.\\d{1,${scale}})?$`),
      `Must be a decimal of at most ${integerDigits} digits before and ${scale} after the point`,
    );

export const signedDecimal = (integerDigits: number, scale: number) =>
  z
    .string()
    .regex(
      new RegExp(`^-?\\d{1,${integerDigits}}(\\.\\d{1,${scale}})?$`),
      `Must be a decimal of at most ${integerDigits} digits before and ${scale} after the point`,
    );

/** An address that a browser's own form would take. */
export const Email = z.email({ pattern: z.regexes.html5Email }).max(254);

/** A currency of today that somebody asks for, by its ISO 4217 code. */
export const Currency = z
  .enum(CURRENCIES, { error: 'Must be the ISO 4217 code of a currency, such as EUR' })
  .meta({ id: 'Currency' });

/** A currency as it is kept: what was one once must be shown and found. */
export const CurrencyCode = z.string().regex(/^[A-Z]{3}$/, 'Must be a three-letter currency code');

/** Hundredths of a percent: 5.5 % is 550. */
export const BasisPoints = z.int().min(0).max(10_000);

/** A calendar day without a time or a zone, `2026-11-22`. */
export const Day = z.iso.date();
/** An instant, ISO 8601 in UTC. */
export const Instant = z.iso.datetime();

/** Neither control characters nor halves of a surrogate pair. */
const ONE_LINE = /^[^\p{Cc}\p{Cs}]*$/u;
const LINES = /^([^\p{Cc}\p{Cs}]|[\t\n\r])*$/u;

// OpenAPI's patterns have no flags, and many tools do not know of surrogates.
const oneLinePattern = { pattern: String.raw`^[^\u0000-\u001f\u007f-\u009f]*$` };
const linesPattern = {
  pattern: String.raw`^[^\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f]*$`,
};
