import { afterAll } from 'bun:test';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/**
 * For tests: an empty folder, removed at the end of the test that asks for it, or of the whole file
 * where it is asked for outside of tests and hooks.
 */
export function testFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'comptoir-test-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}
