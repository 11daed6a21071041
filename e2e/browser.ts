import { spawnSync } from 'node:child_process';

const NAMING_VARIABLES = ['CHROME_PATH', 'PLAYWRIGHT_CHROMIUM_EXECUTABLE', 'CHROME_BIN'];
const PROGRAMS = [
  'chromium',
  'chromium-browser',
  'google-chrome',
  'google-chrome-stable',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
];

/**
 * The browser to test with: the one that the environment names, else an installed Chromium or
 * Chrome. Undefined means Playwright's own.
 */
export function findBrowser(): string | undefined {
  const variable = NAMING_VARIABLES.find((name) => process.env[name]);
  if (variable === undefined) {
    return (
      PROGRAMS.map((name) => Bun.which(name)).find((path) => path !== null && runs(path)) ??
      undefined
    );
  }
  const named = Bun.which(process.env[variable] ?? '');
  if (named !== null && runs(named)) return named;
  throw new Error(
    `${variable} must name a Chromium or Chrome that runs (is '${process.env[variable]}')`,
  );
}

/** Ubuntu's `chromium-browser` without snap is there and yet does not run. */
function runs(path: string): boolean {
  return spawnSync(path, ['--version'], { stdio: 'ignore', timeout: 20_000 }).status === 0;
}
