import { inject, Service } from '@angular/core';
import { MatSnackBar } from '@angular/material/snack-bar';
import type { Problem } from 'platform/contract';

import { explain } from '../i18n/explain.ts';
import { Language } from '../i18n/language.ts';

/** Short words at the bottom of the window, read out as well. */
@Service()
export class Notice {
  readonly #snackBar = inject(MatSnackBar);
  readonly #language = inject(Language);

  /** Something worked. */
  done(text: string): void {
    this.#snackBar.open(text, this.#language.t().close, { duration: 5000 });
  }

  /** Something has to be done first. */
  say(text: string): void {
    this.#snackBar.open(text, this.#language.t().close, {
      politeness: 'assertive',
      duration: 8000,
    });
  }

  /** Something did not, where no form or page could show it. */
  failed(problem: Problem): void {
    const t = this.#language.t();
    this.#snackBar.open(explain(problem, t), t.close, {
      politeness: 'assertive',
      duration: 10_000,
    });
  }
}
