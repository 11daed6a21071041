import type { HttpInterceptorFn } from '@angular/common/http';

/**
 * Begins a trace with each request (W3C Trace Context), so that whoever records traces behind the
 * gateway has one for each thing that a person did. It only names it: nothing is recorded here.
 */
export const traced: HttpInterceptorFn = (request, next) =>
  next(request.clone({ setHeaders: { traceparent: `00-${randomHex(16)}-${randomHex(8)}-01` } }));

function randomHex(bytes: number): string {
  const digits = Array.from(crypto.getRandomValues(new Uint8Array(bytes)), (byte) =>
    byte.toString(16).padStart(2, '0'),
  );
  return digits.join('');
}
