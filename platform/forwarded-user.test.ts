import { expect, test } from 'bun:test';

import fc from 'fast-check';

import { forwardedUser, readForwardedUser } from './forwarded-user.ts';

test('a name survives the way through the header, whatever its letters', () => {
  const name = fc
    .string({ unit: 'grapheme', minLength: 1, maxLength: 20 })
    .filter((text) => text === text.trim() && !/\p{Cc}/u.test(text) && text !== '');
  fc.assert(
    fc.property(name, (who) => {
      expect(readForwardedUser(forwardedUser(who))).toBe(who);
    }),
  );
  expect(readForwardedUser(forwardedUser('hélène@exämple.fr'))).toBe('hélène@exämple.fr');
});

test('a name that is no UTF-8 is taken as Latin-1', () => {
  expect(readForwardedUser('H\u00e9l\u00e8ne')).toBe('Hélène');
});

test.each([null, '', '  ', 'a\u0007b', 'x'.repeat(255)])('%j names nobody', (header) => {
  expect(readForwardedUser(header)).toBeNull();
});
