import { isDatabaseAway } from './database-away.ts';

/**
 * Why the database could not be worked with, in one line. Where its server is out of reach or refuses
 * us that says what to do, by whether `DATABASE_URL` names it; any other error speaks for itself.
 */
export function databaseTrouble(error: unknown, DATABASE_URL: string | undefined): string {
  const message = error instanceof Error ? error.message || error.name : String(error);
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  if (!isDatabaseAway(error) && !REFUSALS.test(code)) return message;
  return DATABASE_URL
    ? `PostgreSQL at ${new URL(DATABASE_URL).host} does not serve us: ${message}: ` +
        `start it or correct DATABASE_URL, or unset DATABASE_URL to use the embedded one`
    : `PostgreSQL does not serve us: ${message}: start the system first ('bun run start'), or set DATABASE_URL`;
}

/** SQLSTATE class 28, who we are, and insufficient_privilege. */
const REFUSALS = /^(28\w{3}|42501)$/;
