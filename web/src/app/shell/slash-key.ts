import { Service, signal } from '@angular/core';

const STORAGE_KEY = 'comptoir.slash';

/** Whether `/` opens the search: a key of one character must be one that can be turned off. */
@Service()
export class SlashKey {
  readonly #isOn = signal(localStorage.getItem(STORAGE_KEY) !== 'off');

  readonly isOn = this.#isOn.asReadonly();

  turn(on: boolean): void {
    localStorage.setItem(STORAGE_KEY, on ? 'on' : 'off');
    this.#isOn.set(on);
  }
}
