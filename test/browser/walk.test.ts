/// <reference lib="dom" />
import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { PRODUCTION, startTestServer, type TestServer } from '../server/running-server.ts';
import { complaintsOf, isChromiumMissing, launchChromium } from '../services/chromium.ts';
import { PATIENCE_MS } from '../services/patience.ts';
import { HURRIED, Traffic } from './traffic.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));

describe.skipIf(isChromiumMissing())('from an empty database, by keyboard alone', () => {
  let server: TestServer;
  let browser: Browser;
  let page: Page;
  let complaints: string[];

  beforeAll(async () => {
    execFileSync(process.execPath, [`${root}scripts/prepare.mjs`], { stdio: 'ignore' });
    server = await startTestServer();
    browser = await launchChromium();
    page = await browser.newPage();
    page.setDefaultTimeout(PATIENCE_MS);
    complaints = complaintsOf(page);
    await page.goto(server.url);
  });
  afterAll(async () => {
    await browser?.close();
    await server?.close();
  });

  const see = (text: string | RegExp) => page.getByText(text).first().waitFor();
  const press = (key: string) => page.keyboard.press(key);

  /** What the control is called that has the focus. */
  const focused = () =>
    page.evaluate(() => {
      const at = document.activeElement as HTMLInputElement;
      if (at === document.body) return '';
      const label = at.labels?.[0];
      return (at.ariaLabel ?? label?.querySelector('span')?.textContent ?? (label ?? at).textContent).trim();
    });

  const tabTo = async (name: string | RegExp) => {
    await expect
      .poll(
        async () => {
          await press('Tab');
          const found = await focused();
          return typeof name === 'string' ? found === name : name.test(found);
        },
        { interval: 1 },
      )
      .toBe(true);
  };
  const activate = async (name: string) => {
    await tabTo(name);
    await press('Enter');
  };
  const fill = async (name: string | RegExp, text: string) => {
    await tabTo(name);
    await press('Control+A');
    await page.keyboard.insertText(text);
  };
  const confirm = async (verb: string, reason: string) => {
    await activate(verb);
    await page.getByRole('dialog').waitFor();
    await fill(/^Reason/, reason);
    await activate(verb);
    await page.locator('dialog').waitFor({ state: 'detached' });
  };
  const plan = async (name: string) => {
    await fill('Name', name);
    await fill(/^What else the plan says/, JSON.stringify(HURRIED));
    await activate('Plan rollout');
    await see('Not started yet.');
  };
  const phaseOf = async (name: string) => (await server.call('GET', `${PRODUCTION}/rollouts/${name}`)).body.state.phase;

  it('one signs in and makes a flag', async () => {
    await fill('API key', server.adminKey);
    await press('Enter');
    await see('No rollouts yet');
    await activate('Flags');
    await fill('Key of a new flag', 'thing');
    await press('Enter');
    await see('Good: it can be saved.');
    await activate('Save');
    await see('Saved, and good.');
  });

  it('plans a rollout, starts it, sees it ramp and completes it', async () => {
    await plan('first');
    await confirm('Start', 'release 42');
    const traffic = new Traffic(server, await server.createKey('ingest'), 'first');
    const isRamped = async () => {
      await traffic.report();
      return page.getByText('At 50 % coverage since').isVisible();
    };
    await expect.poll(isRamped, { interval: 500 }).toBe(true);
    await confirm('Complete', 'good enough');
    await see('good enough');
    expect(await phaseOf('first')).toBe('completed');
  });

  it('plans the next one, and takes it back', async () => {
    await activate('Flags');
    await activate('thing');
    await see('Plan a rollout');
    await plan('second');
    await confirm('Start', 'release 43');
    await see('At 10 % coverage since');
    await confirm('Roll back', 'complaints');
    await see('Why it was rolled back');
    expect(await phaseOf('second')).toBe('rolledBack');
    // The browser mentions that a flag was not there before it was made.
    expect(complaints.filter((complaint) => !/404.*\/flags\/thing/.test(complaint))).toEqual([]);
  });
});
