import { Component, computed, inject, input } from '@angular/core';

import { Language } from '../i18n/language.ts';

/** Grey lines where text is about to be. */
@Component({
  selector: 'app-skeleton',
  host: { role: 'status' },
  styles: `
    :host {
      display: grid;
      gap: 1.25rem;
      padding: 1.25rem 1rem;
    }

    .line {
      height: 0.875rem;
      border-radius: 4px;
      background: var(--app-muted-bg);
      animation: breathe 1.4s ease-in-out infinite alternate;
    }

    .line:nth-child(odd) {
      width: 82%;
    }

    @keyframes breathe {
      to {
        opacity: 0.45;
      }
    }
  `,
  template: `
    <span class="hidden-visually">{{ t().loading }}</span>
    @for (row of rows(); track row) {
      <div class="line"></div>
    }
  `,
})
export class Skeleton {
  readonly lines = input(6);

  protected readonly t = inject(Language).t;
  protected readonly rows = computed(() => Array.from({ length: this.lines() }, (_, i) => i));
}
