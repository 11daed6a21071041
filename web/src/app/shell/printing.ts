import { ApplicationRef, DestroyRef, DOCUMENT, inject, type Signal, signal } from '@angular/core';

/** Whether the page is being printed; what depends on it is drawn before the paper is. */
export function printing(): Signal<boolean> {
  const app = inject(ApplicationRef);
  const window = inject(DOCUMENT).defaultView;
  const isPrinting = signal(false);
  const begin = () => change(true);
  const end = () => change(false);
  window?.addEventListener('beforeprint', begin);
  window?.addEventListener('afterprint', end);
  inject(DestroyRef).onDestroy(() => {
    window?.removeEventListener('beforeprint', begin);
    window?.removeEventListener('afterprint', end);
  });
  return isPrinting.asReadonly();

  function change(now: boolean): void {
    isPrinting.set(now);
    app.tick();
  }
}
