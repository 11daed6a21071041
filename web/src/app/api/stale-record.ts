import * as z from 'zod';

import { responseOf } from './problem-of.ts';

/** The record as it is now, when a change was refused because somebody else was first. */
export function staleRecord<R>(error: unknown, record: z.ZodType<R>): R | undefined {
  if (responseOf(error)?.status !== 412) return undefined;
  const parsed = z.object({ current: record }).safeParse(responseOf(error)?.error);
  return parsed.success ? parsed.data.current : undefined;
}
