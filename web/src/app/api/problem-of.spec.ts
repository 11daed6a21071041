import { HttpErrorResponse } from '@angular/common/http';

import { problemKind, problemOf, serviceAway } from './problem-of.ts';

const answered = (status: number, error: unknown) => new HttpErrorResponse({ status, error });

describe('problemOf()', () => {
  it('gives the problem that the server sent', () => {
    const sent = { type: '/problems/stock-short', title: 'Stock is short', status: 409 };
    expect(problemOf(answered(409, sent))).toEqual(sent);
  });

  it('finds the answer inside the error of a resource', () => {
    const sent = { type: '/problems/not-found', title: 'Not found', status: 404 };
    const wrapped = new Error('Resource failed', { cause: answered(404, sent) });
    expect(problemKind(problemOf(wrapped))).toBe('not-found');
  });

  it('says offline when there was no answer, unknown when it was no problem', () => {
    expect(problemKind(problemOf(answered(0, null)))).toBe('offline');
    expect(problemKind(problemOf(answered(502, '<html>')))).toBe('unknown');
  });

  it('reports an error of ours beside showing it', () => {
    const report = vi.fn();
    vi.stubGlobal('reportError', report);
    expect(problemKind(problemOf(new TypeError('x')))).toBe('unknown');
    expect(report).toHaveBeenCalledOnce();
    vi.unstubAllGlobals();
  });
});

describe('serviceAway()', () => {
  const problem = { type: '/problems/service-unavailable', title: '', status: 503 };

  it('names the service that does not answer', () => {
    const detail = "No instance of 'customer-service' answers";
    expect(serviceAway({ ...problem, detail })).toBe('customer-service');
  });

  it('names none for other problems', () => {
    const detail = "'customer-service' says no";
    expect(serviceAway({ ...problem, status: 409, detail })).toBeUndefined();
    expect(serviceAway(problem)).toBeUndefined();
  });
});
