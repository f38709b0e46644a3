/// <reference lib="dom" />
import { existsSync } from 'node:fs';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type Browser, chromium } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { writeScoreCard } from '../../../simulate/write-score-card.ts';
import { makeScoreCard, scoreCardHtml } from '../../../simulation/scorecard/index.ts';
import { aHarmfulRun, aPlan, inventOutcomes } from './builders.ts';

const OUTCOMES = inventOutcomes({ calm: { haste: 0.5 }, brisk: { haste: 1.5 }, rash: { haste: 3 } }, 15);
const PLAN = aPlan({ references: ['calm'], sweeps: [{ name: 'speed', policies: ['calm', 'brisk'] }] });

describe('a score card as a page', () => {
  const page = scoreCardHtml(makeScoreCard(OUTCOMES, PLAN));

  it('refers to nothing outside itself', () => {
    expect(page).not.toMatch(/https?:|\/\/[a-z]|@import|url\(|<link|<img|<iframe/i);
    const references = [...page.matchAll(/\b(?:src|href|action|data)="([^"]*)"/g)].map(([, target]) => target!);
    expect(references.filter((target) => !target.startsWith('#'))).toEqual([]);
    expect(page).toContain("default-src 'none'");
  });

  it('is the same to the byte for the same outcomes', () => {
    expect(scoreCardHtml(makeScoreCard(OUTCOMES.toReversed(), PLAN))).toBe(page);
  });

  it('has no figure that is not a number', () => {
    expect(page).not.toMatch(/NaN|Infinity|undefined|\[object/);
  });

  it('escapes every text that it was given', () => {
    const evil = `</script><b title="x" onload='y'>&amp;`;
    const outcomes = OUTCOMES.map((run) => ({
      ...run,
      policy: `${evil}${run.policy}`,
      scenario: `${run.scenario}${evil}`,
    }));
    const sweeps = [{ name: `s${evil}`, policies: [`${evil}calm`] }];
    const plan = aPlan({ title: evil, date: evil, traces: evil, references: [`${evil}calm`], sweeps });
    const escaped = scoreCardHtml(makeScoreCard(outcomes, plan));
    expect(escaped).not.toContain('<b title="x"');
    expect(escaped).not.toContain("onload='");
    expect(escaped).toContain('&lt;/script&gt;&lt;b title=&quot;x&quot; onload=&#39;y&#39;&gt;&amp;amp;');
    expect(escaped.match(/<script>/g)).toHaveLength(1);
  });

  it('shows what little there is of a single run', () => {
    const lonely = scoreCardHtml(makeScoreCard([aHarmfulRun({ end: 'completed' })], aPlan()));
    expect(lonely).not.toMatch(/NaN|Infinity|undefined/);
    expect(lonely).toContain('100.0');
  });
});

const CHROMIUM = '/usr/bin/chromium';
const isMissing = !existsSync(CHROMIUM);
if (isMissing) {
  const what = `${CHROMIUM} is missing, so no page is shown to work in a browser; install it with: apt-get install chromium`;
  if (process.env['REQUIRE_REAL'] === '1') throw new Error(what);
  console.warn(`\n*** SKIPPED: ${what}\n`);
}

describe.skipIf(isMissing)('a score card in a browser', () => {
  let folder: string;
  let browser: Browser;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'scorecard-'));
    await writeScoreCard(makeScoreCard(OUTCOMES, PLAN), join(folder, 'new'));
    browser = await chromium.launch({ executablePath: CHROMIUM, args: ['--no-sandbox', '--disable-gpu'] });
  });
  afterAll(async () => {
    await browser?.close();
    await rm(folder, { recursive: true, force: true });
  });

  it('was written beside its text and JSON', async () => {
    expect((await readdir(join(folder, 'new'))).sort()).toEqual(['scorecard.html', 'scorecard.json', 'scorecard.txt']);
    expect(JSON.parse(await readFile(join(folder, 'new/scorecard.json'), 'utf8')).format).toBe(
      'rampwright-score-card/1',
    );
  });

  it('opens without requests or complaints, changes its view and sorts its tables', async () => {
    const page = await browser.newPage();
    const [requests, complaints]: [string[], string[]] = [[], []];
    page.on('request', (request) => requests.push(request.url()));
    page.on('pageerror', (error) => complaints.push(String(error)));
    page.on('console', (message) => complaints.push(message.text()));
    const url = pathToFileURL(join(folder, 'new/scorecard.html')).href;
    await page.goto(url);

    const wrongEnds = page.locator('.view-wrong');
    expect(await wrongEnds.isVisible()).toBe(false);
    await page.getByText('Missed or rolled back falsely, %').click();
    expect(await wrongEnds.isVisible()).toBe(true);

    const table = page.locator('section', { hasText: 'All figures' }).locator('table');
    const names = () => table.locator('tbody th').allTextContents();
    const heading = table.getByRole('button', { name: 'To 95 % (h)' });
    await heading.click();
    expect(await names()).toEqual(['rash', 'brisk', 'calm']);
    await heading.click();
    expect(await names()).toEqual(['calm', 'brisk', 'rash']);
    await table.getByRole('button', { name: 'Policy' }).click();
    expect(await names()).toEqual(['brisk', 'calm', 'rash']);

    expect([requests, complaints]).toEqual([[url], []]);
  });
});
