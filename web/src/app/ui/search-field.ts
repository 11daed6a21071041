import {
  Component,
  DestroyRef,
  type ElementRef,
  inject,
  input,
  output,
  viewChild,
} from '@angular/core';
import { MatIconButton } from '@angular/material/button';
import { MatFormField, MatPrefix, MatSuffix } from '@angular/material/form-field';
import { MatIcon } from '@angular/material/icon';
import { MatInput } from '@angular/material/input';

import { Language } from '../i18n/language.ts';
import { FORM_DEFAULTS } from './form-defaults.ts';

/** How long typing must rest before the search is sent. */
const DEBOUNCE_MS = 250;

@Component({
  providers: [FORM_DEFAULTS],
  selector: 'app-search-field',
  imports: [MatFormField, MatIcon, MatIconButton, MatInput, MatPrefix, MatSuffix],
  styles: `
    :host {
      flex: 1 1 16rem;
      max-width: 26rem;
    }

    mat-form-field {
      width: 100%;
    }
  `,
  template: `
    <mat-form-field>
      <mat-icon matPrefix svgIcon="search" />
      <input
        #field
        matInput
        type="search"
        autocomplete="off"
        [attr.aria-label]="label()"
        [placeholder]="label()"
        [value]="value()"
        (input)="typed(field.value)"
        (keydown.enter)="send(field.value)"
      />
      @if (field.value) {
        <button matIconButton matSuffix [attr.aria-label]="t().clearSearch" (click)="clear()">
          <mat-icon svgIcon="close" />
        </button>
      }
    </mat-form-field>
  `,
})
export class SearchField {
  protected readonly box = viewChild.required<ElementRef<HTMLInputElement>>('field');
  #timer: ReturnType<typeof setTimeout> | undefined;

  readonly label = input.required<string>();
  readonly value = input('');
  readonly search = output<string>();

  protected readonly t = inject(Language).t;

  constructor() {
    inject(DestroyRef).onDestroy(() => clearTimeout(this.#timer));
  }

  protected typed(text: string): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.send(text), DEBOUNCE_MS);
  }

  protected send(text: string): void {
    clearTimeout(this.#timer);
    if (text.trim() !== this.value()) this.search.emit(text.trim());
  }

  protected clear(): void {
    const { nativeElement } = this.box();
    nativeElement.value = '';
    nativeElement.focus();
    this.send('');
  }
}
