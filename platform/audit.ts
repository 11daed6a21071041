import * as z from 'zod';

import { Instant, text } from './fields.ts';
import { cursorPageOf, cursorQuery } from './paging.ts';

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

/** The query of a trail: `?cursor=&size=20`, and `field` for the changes of that field alone. */
export const AuditTrailQuery = cursorQuery().extend({ field: text(64).optional() });
export type AuditTrailQuery = z.output<typeof AuditTrailQuery>;
