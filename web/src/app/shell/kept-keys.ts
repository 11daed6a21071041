/** What is typed while the field that it is meant for is still on its way. */
export type KeptKeys = {
  /** Leaves the keys alone from now on, and gives what was typed until then. */
  take(): string;
};

/** Keeps characters from now on, so that none of them goes to what happens to have the focus. */
export function keepKeys(window: Window): KeptKeys {
  let text = '';
  window.addEventListener('keydown', keep, { capture: true });
  return {
    take() {
      window.removeEventListener('keydown', keep, { capture: true });
      const typed = text;
      text = '';
      return typed;
    },
  };

  function keep(event: KeyboardEvent): void {
    const isErasing = event.key === 'Backspace';
    if (!isErasing && (event.key.length > 1 || event.ctrlKey || event.metaKey)) return;
    text = isErasing ? text.slice(0, -1) : text + event.key;
    event.preventDefault();
    event.stopPropagation();
  }
}
