import { defineConfig } from '@playwright/test';

import { findBrowser } from './browser.ts';
import type { WorkerFixtures } from './fixtures.ts';

const executablePath = findBrowser();

export default defineConfig<object, WorkerFixtures>({
  testDir: '.',
  outputDir: 'results',
  // Every journey shares one running system, which one worker starts and stops.
  workers: 1,
  retries: 0,
  forbidOnly: Boolean(process.env['CI']),
  // For a slow and busy machine: what holds is seen at once, whatever the limit.
  timeout: 240_000,
  expect: { timeout: 30_000 },
  reporter: process.env['CI'] ? 'dot' : 'list',
  use: {
    locale: 'fr-FR',
    timezoneId: 'Europe/Paris',
    trace: 'retain-on-failure',
    launchOptions: {
      ...(executablePath === undefined ? {} : { executablePath }),
      // Chromium refuses its sandbox to root, as whom CI runs.
      args: process.getuid?.() === 0 ? ['--no-sandbox'] : [],
    },
  },
  projects: [
    { name: 'registry', use: { mode: 'registry' } },
    {
      name: 'static',
      use: { mode: 'static' },
      // No registry runs here, and the pages are the same as in the other mode.
      testIgnore: ['registry.spec.ts', 'accessibility.spec.ts'],
    },
  ],
});
