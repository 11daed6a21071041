import {
  Component,
  DestroyRef,
  type ElementRef,
  inject,
  input,
  output,
  viewChild,
} from '@angular/core';
import {
  MatAutocomplete,
  type MatAutocompleteSelectedEvent,
  MatAutocompleteTrigger,
} from '@angular/material/autocomplete';
import { MatOption } from '@angular/material/core';

import { Language } from '../i18n/language.ts';

export type PickerOption = { readonly id: string; readonly name: string; readonly detail: string };

const DEBOUNCE_MS = 200;

/**
 * Finds one record by what is typed. The owner searches on the server and gives the options; what
 * is shown when the field is left is always what was chosen.
 */
@Component({
  selector: 'app-picker',
  imports: [MatAutocomplete, MatAutocompleteTrigger, MatOption],
  styleUrl: './picker.scss',
  template: `
    <input
      #box
      class="field-input"
      type="text"
      autocomplete="off"
      [attr.aria-label]="label()"
      [attr.aria-invalid]="invalid()"
      [attr.aria-describedby]="describedBy()"
      [placeholder]="placeholder()"
      [value]="text()"
      [matAutocomplete]="panel"
      (input)="typed(box.value)"
      (focus)="opened(box)"
      (blur)="blurred(panel.isOpen)"
    />
    <mat-autocomplete
      #panel
      autoActiveFirstOption
      class="picker-panel"
      [displayWith]="nameOf"
      (optionSelected)="choose($event)"
      (closed)="restore()"
    >
      @for (option of options(); track option.id) {
        <mat-option [value]="option">
          <span class="option">
            <span class="name">{{ option.name }}</span>
            <span class="detail">{{ option.detail }}</span>
          </span>
        </mat-option>
      } @empty {
        @if (nothingFound()) {
          <mat-option disabled>{{ nothingFound() }}</mat-option>
        }
      }
    </mat-autocomplete>
  `,
})
export class Picker {
  protected readonly box = viewChild.required<ElementRef<HTMLInputElement>>('box');
  #timer: ReturnType<typeof setTimeout> | undefined;

  readonly label = input.required<string>();
  readonly placeholder = input('');
  /** The name of what is chosen. */
  readonly text = input('');
  readonly options = input<readonly PickerOption[]>([]);
  /** What to say instead of options, when the search found none or failed. */
  readonly nothingFound = input<string>();
  readonly invalid = input(false);
  readonly describedBy = input<string>();
  readonly search = output<string>();
  readonly picked = output<string>();
  /** The field was left, with or without a choice. */
  readonly left = output();

  protected readonly t = inject(Language).t;
  protected readonly nameOf = (option: PickerOption | null) => option?.name ?? '';

  constructor() {
    inject(DestroyRef).onDestroy(() => clearTimeout(this.#timer));
  }

  focus(): void {
    this.box().nativeElement.focus();
  }

  /** An empty field offers the first records at once. */
  protected opened(box: HTMLInputElement): void {
    box.select();
    if (this.text() === '') this.search.emit('');
  }

  protected typed(text: string): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.search.emit(text.trim()), DEBOUNCE_MS);
  }

  protected choose(event: MatAutocompleteSelectedEvent): void {
    const option: unknown = event.option.value;
    const chosen = this.options().find((known) => known === option);
    if (chosen) this.picked.emit(chosen.id);
  }

  protected blurred(isOpen: boolean): void {
    if (!isOpen) this.restore();
  }

  protected restore(): void {
    queueMicrotask(() => {
      this.box().nativeElement.value = this.text();
      this.left.emit();
    });
  }
}
