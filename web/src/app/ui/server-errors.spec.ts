import { signal } from '@angular/core';
import { TestBed } from '@angular/core/testing';
import { form } from '@angular/forms/signals';

import { DICTIONARIES } from '../i18n/dictionary.ts';
import { placeErrors } from './server-errors.ts';

const fr = DICTIONARIES.fr;
const problemWith = (...pointers: string[]) => ({
  type: '/problems/invalid-request',
  title: 'The request is not valid',
  status: 422,
  errors: pointers.map((pointer) => ({ pointer, code: 'unknown_product', detail: 'No such' })),
});

function draft() {
  return TestBed.runInInjectionContext(() =>
    form(
      signal({
        customerId: '',
        lines: [
          { productId: 'a', vat: 'S 2000' },
          { productId: 'b', vat: 'AE 0' },
        ],
      }),
    ),
  );
}

describe('placeErrors()', () => {
  it('puts an error at the field of the line that its pointer names', () => {
    const tree = draft();
    const { errors, rest } = placeErrors(problemWith('/lines/1/productId'), tree, fr);
    expect(rest).toBeUndefined();
    expect(errors).toHaveLength(1);
    expect(errors[0]?.fieldTree).toBe(tree.lines[1]?.productId);
    expect(errors[0]?.message).toBe(fr.problems.byCode.unknown_product);
  });

  it('puts what is wrong with a rate or a category at the field that shows both', () => {
    const tree = draft();
    for (const part of ['vatRateBp', 'vatCategory']) {
      const { errors, rest } = placeErrors(problemWith(`/lines/1/${part}`), tree, fr);
      expect(rest).toBeUndefined();
      expect(errors[0]?.fieldTree).toBe(tree.lines[1]?.vat);
    }
  });

  it('leaves a problem to be shown when one entry has no field', () => {
    const problem = problemWith('/customerId', '/elsewhere');
    const { errors, rest } = placeErrors(problem, draft(), fr);
    expect(errors).toHaveLength(1);
    expect(rest).toBe(problem);
  });

  it('leaves a problem without entries to be shown', () => {
    const problem = { type: '/problems/not-a-draft', title: 'Issued', status: 409 };
    expect(placeErrors(problem, draft(), fr)).toEqual({ errors: [], rest: problem });
  });
});
