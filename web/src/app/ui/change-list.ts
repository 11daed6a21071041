import { Component, inject, input } from '@angular/core';

import { FieldValues } from '../i18n/field-values.ts';
import type { Change } from './changes.ts';

/** Words among which those for the fields of a record are, by their names. */
export type FieldNames = Readonly<Record<string, unknown>>;

/** Fields as they were and as they became. */
@Component({
  selector: 'app-change-list',
  styles: `
    dl {
      display: grid;
      gap: 0.25rem 1rem;
      grid-template-columns: minmax(6rem, max-content) minmax(0, 1fr);
      font-size: 0.875rem;
    }

    dt {
      color: var(--mat-sys-on-surface-variant);
    }

    dd {
      overflow-wrap: anywhere;
      white-space: pre-line;
    }

    del {
      color: var(--mat-sys-on-surface-variant);
    }

    ins {
      font-weight: 500;
      text-decoration: none;
    }

    @media (max-width: 639.98px) {
      dl {
        grid-template-columns: minmax(0, 1fr);
        gap: 0;
      }

      dd {
        margin-bottom: 0.5rem;
      }
    }
  `,
  template: `
    <dl>
      @for (change of changes(); track change.field) {
        <dt>{{ name(change.field) }}</dt>
        <dd>
          @if (values.text(change.field, change.before, currency()); as before) {
            <del>{{ before }}</del> →
          }
          <ins>{{ values.text(change.field, change.after, currency()) || '–' }}</ins>
        </dd>
      }
    </dl>
  `,
})
export class ChangeList {
  readonly changes = input.required<readonly Change[]>();
  readonly names = input.required<FieldNames>();
  readonly currency = input('EUR');

  protected readonly values = inject(FieldValues);

  /** A field within a record within the record is known by its last name. */
  protected name(field: string): string {
    const name = this.names()[field.slice(field.lastIndexOf('.') + 1)];
    return typeof name === 'string' ? name : field;
  }
}
