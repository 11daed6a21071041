import { inject, type Signal, signal } from '@angular/core';
import { MatDialog } from '@angular/material/dialog';
import type { Problem } from 'platform/contract';

import { problemOf } from '../api/problem-of.ts';
import { confirmed, type Question } from './confirm-dialog.ts';
import { Notice } from './notice.ts';

export type Doing = {
  /** Why the last thing was not done. */
  readonly problem: Signal<Problem | undefined>;
  /** Asks where there is something to ask, does it, and says that it is done. Whether it was. */
  run(step: {
    readonly ask?: Question;
    readonly work: () => Promise<unknown>;
    readonly done: string;
  }): Promise<boolean>;
  forget(): void;
};

/** Does to a record what its page offers. */
export function doing(): Doing {
  const dialog = inject(MatDialog);
  const notice = inject(Notice);
  const problem = signal<Problem | undefined>(undefined);
  return {
    problem: problem.asReadonly(),
    forget: () => problem.set(undefined),
    async run({ ask, work, done }) {
      problem.set(undefined);
      if (ask && !(await confirmed(dialog, ask))) return false;
      try {
        await work();
      } catch (error) {
        problem.set(problemOf(error));
        return false;
      }
      notice.done(done);
      return true;
    },
  };
}
