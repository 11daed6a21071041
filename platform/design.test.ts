import { expect, test } from 'bun:test';
import { join } from 'node:path';

test('DESIGN.md names every file once', async () => {
  const text = await Bun.file(join(import.meta.dir, 'DESIGN.md')).text();
  const [, map = ''] = /\n## The files\n([\s\S]*?)\n## /.exec(text) ?? [];
  const named = [...map.matchAll(/`([\w-]+)`/g)].map(([, name]) => name);
  const files = await Array.fromAsync(new Bun.Glob('*.ts').scan(import.meta.dir));
  const own = files.filter((file) => !file.endsWith('.test.ts')).map((file) => file.slice(0, -3));
  expect(named.filter((name, index) => named.indexOf(name) !== index)).toEqual([]);
  expect(new Set(named)).toEqual(new Set(own));
});
