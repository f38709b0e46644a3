// Makes the pictures of docs/console.md: plays the demo, and looks at its console with a real browser.
import { spawn } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright-core';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const images = join(root, 'docs', 'images');
const LIMIT_MS = 240_000;

const RULE = {
  state: 'ENABLED',
  variants: { keyword: 'keyword', semantic: 'semantic' },
  defaultVariant: 'keyword',
  targeting: {
    if: [
      { in: [{ var: 'plan' }, ['enterprise', 'trial']] },
      'keyword',
      { ends_with: [{ var: 'email' }, '@example.com'] },
      'semantic',
    ],
  },
};

mkdirSync(images, { recursive: true });
const demo = spawn(process.execPath, [join(root, 'dist', 'demo', 'main.js'), '--stay'], {
  stdio: ['ignore', 'pipe', 'inherit'],
  // A group of its own, so that it can be ended with its server and its shop, as Ctrl+C would.
  detached: true,
});
const lines = createInterface({ input: demo.stdout });
const [started, isOver] = [lineOf(/console: (\S+) with the key (\S+)/), lineOf(/stays until Ctrl\+C/)];
const browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: ['--no-sandbox', '--disable-gpu'] });
try {
  const [, url, key] = await started;
  const open = async (hash, { width = 1180, height = 900, colorScheme = 'light' } = {}) => {
    const context = await browser.newContext({ viewport: { width, height }, colorScheme, reducedMotion: 'reduce' });
    context.setDefaultTimeout(LIMIT_MS);
    await context.addInitScript((token) => sessionStorage.setItem('rampwright.key', token), key);
    const page = await context.newPage();
    await page.goto(url + hash);
    return page;
  };
  const keep = async (page, name) => {
    await page.getByText('live', { exact: true }).waitFor();
    await page.mouse.move(1, 1);
    await page.screenshot({ path: join(images, `console-${name}.png`) });
    console.log(`console-${name}.png`);
  };

  // While one rollout goes on and the other has been taken back.
  const fleet = await open('#/rollouts', { height: 290 });
  await fleet.getByRole('listitem').getByText('rolled back', { exact: true }).first().waitFor();
  const live = await open('#/rollouts/semantic-search', { height: 1310, colorScheme: 'dark' });
  await live.getByText('ramped to 50 %').waitFor();
  await live.getByText('Waits for').waitFor();
  await live.getByText('noClosedWindow').first().waitFor({ state: 'detached' });
  await keep(live, 'rollout');
  await keep(fleet, 'fleet');

  const ended = await open('#/rollouts/express-checkout', { height: 1180 });
  await ended.getByText('Why it was rolled back').waitFor();
  await ended.locator('canvas').nth(3).waitFor();
  await keep(ended, 'rollback');

  const flag = await open('#/flags/search-ranking', { height: 760 });
  await flag.getByLabel('Definition of search-ranking as JSON').fill(JSON.stringify(RULE));
  await flag.getByRole('button', { name: 'Tidy up' }).click();
  await flag.getByText('Good: it can be saved.').waitFor();
  await flag.getByText('TARGETING_MATCH').waitFor();
  await keep(flag, 'flag');

  await restrict(new URL(url).origin, key);
  const approvals = await open('#/rollouts/new-pricing', { height: 800 });
  await approvals.getByText('read the plan').first().waitFor();
  await keep(approvals, 'approvals');

  const phone = await open('#/rollouts/express-checkout', { width: 360, height: 760, colorScheme: 'dark' });
  await phone.locator('canvas').nth(3).waitFor();
  await keep(phone, 'phone');
  console.log('waiting for the end of the demo …');
  await isOver;
} finally {
  await browser.close();
  if (demo.exitCode === null) process.kill(-demo.pid, 'SIGINT');
}

/** A draft that waits for approvals, in a freeze that stops no other rollout. */
async function restrict(origin, key) {
  const call = async (method, path, body) => {
    const response = await fetch(`${origin}/api/v1/environments/production${path}`, {
      method,
      headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    if (!response.ok) throw new Error(`${method} ${path}: ${await response.text()}`);
  };
  await call('PUT', '/flags/pricing', { ...RULE, targeting: {} });
  await call('POST', '/rollouts', {
    rollout: 'new-pricing',
    flag: 'pricing',
    control: 'keyword',
    treatments: [{ variant: 'semantic' }],
    approvals: [{ beyond: 0 }, { beyond: 20_000, approvers: 2 }],
  });
  const untilMs = Date.now() + 3 * 24 * 3_600_000;
  const freeze = { name: 'holidays', reason: 'nobody is here', from: new Date(0).toISOString() };
  const freezes = [{ ...freeze, until: new Date(untilMs).toISOString(), rollouts: ['new-pricing'] }];
  await call('PUT', '/settings', { freezes });
  await call('POST', '/rollouts/new-pricing/approve', { reason: 'read the plan' });
  await call('POST', '/rollouts/new-pricing/decline', { beyond: 20_000, reason: 'not before the load test' });
}

/** The first line of the demo that is like this, with its groups. */
function lineOf(pattern) {
  return new Promise((resolve, reject) => {
    demo.once('exit', (code) => reject(new Error(`the demo ended with code ${code}`)));
    lines.on('line', (line) => {
      const found = pattern.exec(line);
      if (found) resolve(found);
    });
  });
}
