import { existsSync } from 'node:fs';
import { type Browser, chromium, type Page } from 'playwright-core';

const CHROMIUM = '/usr/bin/chromium';
const ARGUMENTS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--disable-background-networking',
  '--disable-component-update',
  '--no-first-run',
];

/** Whether there is no real browser here; says so loudly, and fails where one is required. */
export function isChromiumMissing(): boolean {
  if (existsSync(CHROMIUM)) return false;
  const what = `${CHROMIUM} is missing, so nothing is shown to work in a browser; install it with: apt-get install chromium`;
  if (process.env['REQUIRE_REAL'] === '1') throw new Error(what);
  console.warn(`\n*** SKIPPED: ${what}\n`);
  return true;
}

/** Starts the real browser. */
export function launchChromium(): Promise<Browser> {
  return chromium.launch({ executablePath: CHROMIUM, args: ARGUMENTS });
}

/** What the page complains about from now on: errors that nobody caught, and whatever the console shows as an error. */
export function complaintsOf(page: Page): string[] {
  const complaints: string[] = [];
  page.on('pageerror', (error) => complaints.push(String(error)));
  page.on('console', (message) => {
    if (message.type() === 'error') complaints.push(`${message.text()} ${message.location().url}`);
  });
  return complaints;
}
