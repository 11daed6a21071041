import { existsSync } from 'node:fs';

import { chromium } from 'playwright';

import { findBrowser } from './browser.ts';

/**
 * Makes sure that a browser starts: one that `findBrowser` knows, Playwright's own, else Playwright's
 * download where that can be had, else Debian's package where we may install it.
 */
async function ensureBrowser(): Promise<string> {
  const isRoot = process.getuid?.() === 0;
  const attempts = [
    () => true,
    () => playwright('install'),
    // On a bare machine the download may be there and yet not start, for want of libraries.
    () => isRoot && existsSync(chromium.executablePath()) && playwright('install-deps'),
    () => isRoot && existsSync('/etc/debian_version') && installPackage('chromium'),
  ];
  for (const attempt of attempts) {
    const version = attempt() ? await versionOfBrowser() : undefined;
    if (version !== undefined) return version;
  }
  throw new Error('No browser starts here and none can be installed: name one with CHROME_PATH');
}

/** Undefined when it does not start. */
async function versionOfBrowser(): Promise<string | undefined> {
  const executablePath = findBrowser();
  try {
    const browser = await chromium.launch({
      ...(executablePath === undefined ? {} : { executablePath }),
      args: process.getuid?.() === 0 ? ['--no-sandbox'] : [],
    });
    const version = browser.version();
    await browser.close();
    return `${executablePath ?? "Playwright's Chromium"} ${version}`;
  } catch {
    return undefined;
  }
}

function installPackage(name: string): boolean {
  return (
    run('apt-get', 'update') && run('apt-get', 'install', '--yes', '--no-install-recommends', name)
  );
}

const playwright = (command: string) =>
  run(process.execPath, '--bun', 'playwright', command, 'chromium');

function run(...command: string[]): boolean {
  process.stdout.write(`No browser starts yet: ${command.slice(-3).join(' ')}\n`);
  const cwd = import.meta.dir;
  return Bun.spawnSync(command, { cwd, stdin: 'ignore', stdout: 'inherit', stderr: 'inherit' })
    .success;
}

try {
  process.stdout.write(`${await ensureBrowser()}\n`);
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}
