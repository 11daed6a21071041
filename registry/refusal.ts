import { BadInstanceError } from './registration.ts';
import { UnreadableBodyError } from './request-body.ts';

/** What is wrong with a registration, in words; everything unexpected stays unsaid. */
export function refusal(error: unknown, request: Request): Response {
  if (error instanceof BadInstanceError) {
    return new Response(error.message, {
      status: error.status,
      headers: { 'content-type': 'text/plain; charset=utf-8' },
    });
  }
  if (!(error instanceof UnreadableBodyError)) return new Response(null, { status: 500 });
  const { status, message } = error;
  if (!request.headers.get('content-type')?.includes('xml'))
    return Response.json({ error: message }, { status });
  return new Response(`<error><message>${Bun.escapeHTML(message)}</message></error>`, {
    status,
    headers: { 'content-type': 'application/xml' },
  });
}
