import { keepKeys } from './kept-keys.ts';

function press(key: string, options: KeyboardEventInit = {}): KeyboardEvent {
  const event = new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true, ...options });
  document.body.dispatchEvent(event);
  return event;
}

describe('keepKeys()', () => {
  it('keeps what is typed until it is taken, and away from all else', () => {
    const elsewhere = vi.fn();
    window.addEventListener('keydown', elsewhere);
    const keys = keepKeys(window);
    const pressed = ['d', 'u', 't', 'Backspace', '/'].map((key) => press(key));
    expect(elsewhere).not.toHaveBeenCalled();
    expect(pressed.every(({ defaultPrevented }) => defaultPrevented)).toBe(true);
    expect(keys.take()).toBe('du/');
    press('p');
    expect(elsewhere).toHaveBeenCalledOnce();
    expect(keys.take()).toBe('');
    window.removeEventListener('keydown', elsewhere);
  });

  it('leaves shortcuts and other keys alone', () => {
    const keys = keepKeys(window);
    const pressed = [press('k', { ctrlKey: true }), press('r', { metaKey: true }), press('Tab')];
    expect(pressed.some(({ defaultPrevented }) => defaultPrevented)).toBe(false);
    expect(keys.take()).toBe('');
  });
});
