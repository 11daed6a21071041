import * as z from 'zod';

import { Instant } from './fields.ts';
import { cursorPageOf } from './paging.ts';

const FieldValue = z.union([z.string(), z.number(), z.boolean()]).nullable();

/** One thing that happened to a record. */
export const AuditEvent = z
  .object({
    /** Such as created, changed, archived, restored, deleted. */
    action: z.string(),
    at: Instant,
    /** The person, or the service that did it by itself; null when nobody was named. */
    who: z.string().nullable(),
    /** Leads to the lines of the log. */
    requestId: z.string(),
    /** What fields held before and after, null for nothing; empty once redacted. */
    changes: z.array(z.object({ field: z.string(), before: FieldValue, after: FieldValue })),
  })
  .meta({ id: 'AuditEvent' });
export type AuditEvent = z.output<typeof AuditEvent>;

/** What happened to a record, newest first. */
export const AuditTrail = cursorPageOf(AuditEvent).meta({ id: 'AuditTrail' });
