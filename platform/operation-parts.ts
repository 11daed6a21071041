import type { Body, Operation, Reply } from './contract.ts';

/** The parameter names of a path template, in order. */
export function pathParameters(path: string): string[] {
  return [...path.matchAll(/\{(\w+)\}/g)].map((match) => match[1] ?? '');
}

/** The replies below 300 that an operation declares, lowest status first. */
export function successReplies({ responses }: Operation): { status: number; reply: Reply }[] {
  return Object.entries(responses)
    .map(([status, reply]) => ({ status: Number(status), reply }))
    .filter(({ status }) => status < 300)
    .toSorted((a, b) => a.status - b.status);
}

/** Whether a reply goes on while it is read, instead of being read as a whole. */
export const isStream = (reply: Reply | undefined): boolean =>
  reply?.kind === 'bytes' || reply?.kind === 'events';

/** The media type of a body or a reply; undefined for a reply without a body. */
export function mediaTypeOf(content: Body | Reply): string | undefined {
  switch (content.kind) {
    case 'json':
      return 'application/json';
    case 'form':
      return 'application/x-www-form-urlencoded';
    case 'multipart':
      return 'multipart/form-data';
    case 'problem':
      return 'application/problem+json';
    case 'events':
      return 'text/event-stream';
    case 'empty':
      return undefined;
    default:
      return content.type;
  }
}

/** A template such as `/shelves/{id}` with its names replaced by what `valueOf` gives for them. */
export function expand(template: string, valueOf: (name: string) => string): string {
  return template.replaceAll(/\{(\w+)\}/g, (_, name: string) => valueOf(name));
}
