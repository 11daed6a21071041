import * as z from 'zod';

/** A UUID of whatever version; the records that we make have version 7. */
export const Id = z.guid().meta({ format: 'uuid' });

/** One line of text, trimmed, without control characters (PostgreSQL could not keep a NUL). */
export const text = (maxLength: number, minLength = 0) =>
  z
    .string()
    .trim()
    .min(minLength)
    .max(maxLength)
    .regex(ONE_LINE, 'Must not contain control characters');

/** Text that may have line breaks and tabs. */
export const multilineText = (maxLength: number) =>
  z.string().trim().max(maxLength).regex(LINES, 'Must not contain control characters');

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

/** An ISO 4217 code. */
export const Currency = z.string().regex(/^[A-Z]{3}$/, 'Must be a three-letter currency code');

/** Hundredths of a percent: 5.5 % is 550. */
export const BasisPoints = z.int().min(0).max(10_000);

/** A calendar day without a time or a zone, `2026-11-22`. */
export const Day = z.iso.date();
/** An instant, ISO 8601 in UTC. */
export const Instant = z.iso.datetime();

// Written without the flag 'u', which OpenAPI's patterns do not have: a pair of surrogates is a
// character, a lone one is none.
const PAIR = String.raw`[\ud800-\udbff][\udc00-\udfff]`;
const ONE_LINE = new RegExp(String.raw`^([^\u0000-\u001f\u007f-\u009f\ud800-\udfff]|${PAIR})*$`);
const LINES = new RegExp(
  String.raw`^([^\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\ud800-\udfff]|${PAIR})*$`,
);
