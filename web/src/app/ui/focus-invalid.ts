import { afterNextRender, Directive, ElementRef, inject, Injector } from '@angular/core';

/** Takes the person to the first field that is wrong, when a form cannot be sent. */
@Directive({
  selector: 'form[appFocusInvalid]',
  host: { '(submit)': 'focusSoon()' },
})
export class FocusInvalid {
  readonly #form = inject<ElementRef<HTMLFormElement>>(ElementRef).nativeElement;
  readonly #injector = inject(Injector);

  /** What is wrong shows with the next rendering only. */
  protected focusSoon(): void {
    const focus = () => this.#form.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus();
    afterNextRender(focus, { injector: this.#injector });
  }
}
