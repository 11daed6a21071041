import { expect, test } from 'bun:test';

import { registryPage } from './registry-page.ts';

test('registryPage() is the first registry, without its password', () => {
  const urls = ['http://name:secret@127.0.0.1:8761/eureka', 'http://other:8761/eureka'];
  expect(registryPage(urls)).toBe('http://127.0.0.1:8761/');
});
