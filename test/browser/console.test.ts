/// <reference lib="dom" />
import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import type { LearningStorage } from '../../domain/index.ts';
import { openPostgresStorage } from '../../storage/index.ts';
import { aFlag, aRollout } from '../server/builders.ts';
import { aPerson, startServerWithProvider } from '../server/oidc/oidc-support.ts';
import { PRODUCTION, type TestServer } from '../server/running-server.ts';
import { type Receiver, startReceiver } from '../server/webhooks/receiver.ts';
import { complaintsOf, isChromiumMissing, launchChromium } from '../services/chromium.ts';
import type { TestOidcProvider } from '../services/oidc-provider.ts';
import { PATIENCE_MS } from '../services/patience.ts';
import { createDatabase } from '../services/postgres.ts';
import { aModel, aModelReview, FOR_TESTING } from '../storage/learning-builders.ts';
import { HURRIED, Traffic } from './traffic.ts';

const isMissing = isChromiumMissing();
const root = fileURLToPath(new URL('../..', import.meta.url));

describe.skipIf(isMissing)('the console in a real browser', () => {
  let server: TestServer;
  let provider: TestOidcProvider;
  let receiver: Receiver;
  let drop: () => Promise<void>;
  /** The server's own storage, opened a second time: models are registered by training, not over HTTP. */
  let storage: LearningStorage;
  let browser: Browser;
  let context: BrowserContext;
  let page: Page;
  let complaints: string[];

  beforeAll(async () => {
    // Does nothing where everything is built, as it is after `npm test` has begun.
    execFileSync(process.execPath, [`${root}scripts/prepare.mjs`], { stdio: 'ignore' });
    const database = await createDatabase(inject('postgresUrl'));
    drop = database.drop;
    receiver = await startReceiver({ '/gone': (response) => response.writeHead(410).end() });
    const webhookHosts = [new URL(receiver.url).host];
    ({ server, provider } = await startServerWithProvider({ databaseUrl: database.url, webhookHosts }));
    storage = await openPostgresStorage({ databaseUrl: database.url, onError: () => {} });
    browser = await launchChromium();
    context = await browser.newContext({ viewport: { width: 1280, height: 900 }, reducedMotion: 'reduce' });
    context.setDefaultTimeout(PATIENCE_MS);
    page = await context.newPage();
    complaints = complaintsOf(page);
  });
  afterAll(async () => {
    await browser?.close();
    await server?.close();
    await provider?.close();
    await receiver?.close();
    await storage?.close();
    await drop?.();
  });

  const see = (text: string | RegExp) => page.getByText(text).first().waitFor();
  const dialog = () => page.getByRole('dialog');
  const focused = () => page.evaluate(() => document.activeElement?.textContent);
  const isIn = (selector: string) => page.evaluate((at) => Boolean(document.activeElement?.closest(at)), selector);
  const closed = () => page.locator('dialog').waitFor({ state: 'detached' });
  const go = (hash: string) => page.goto(`${server.url}/console/${hash}`);

  it('asks for a key, and says where the first one comes from', async () => {
    await page.goto(server.url);
    await see('the server prints one when it starts');
    await page.getByLabel('API key').fill(server.adminKey);
    await page.getByRole('button', { name: 'Sign in' }).click();
    await see('No rollouts yet');
    expect(await page.evaluate(() => Object.values(localStorage))).toEqual([]);
  });

  it('shows a rollout as soon as it is there, and what is decided, without being loaded again', async () => {
    await page.evaluate(() => Object.assign(window, { isStillTheSame: true }));
    await server.call('PUT', `${PRODUCTION}/flags/thing`, aFlag());
    await server.call('POST', `${PRODUCTION}/rollouts`, aRollout(HURRIED));
    await see('a draft: open it to start it');
    await page.getByRole('link', { name: 'new-thing' }).click();
    await page.getByRole('button', { name: 'Start' }).click();
    await dialog()
      .getByLabel(/Reason/)
      .fill('release 42');
    await dialog().getByRole('button', { name: 'Start' }).click();
    await closed();
    await see('At 10 % coverage since');

    const traffic = new Traffic(server, await server.createKey('ingest'), 'new-thing');
    const isRamped = async () => {
      await traffic.report();
      return page.getByText('At 50 % coverage since').isVisible();
    };
    await expect.poll(isRamped, { interval: 500 }).toBe(true);
    const isDecided = async () => {
      await traffic.report();
      return page.getByRole('img', { name: /errors of on against control/ }).isVisible();
    };
    await expect.poll(isDecided, { interval: 500 }).toBe(true);
    await see('ramped to 50 %');
    await see(/bad events of errors left/);
    await see('release 42');
    expect(await page.evaluate(() => 'isStillTheSame' in window)).toBe(true);
    expect(await page.locator('canvas').count()).toBeGreaterThanOrEqual(4);
  });

  it('pauses and resumes by keyboard alone, and gives the focus back', async () => {
    const focusOn = async (name: string) => {
      for (let steps = 0; steps < 40; steps++) {
        await page.keyboard.press('Tab');
        if ((await focused()) === name) return;
      }
      throw new Error(`Tab never reaches "${name}"`);
    };
    const open = async (name: string) => {
      await focusOn(name);
      await page.keyboard.press('Enter');
      await expect.poll(() => isIn('dialog')).toBe(true);
    };
    await page.evaluate(() => (document.activeElement as HTMLElement).blur());
    await open('Pause');
    await page.keyboard.press('Escape');
    await closed();
    expect(await focused()).toBe('Pause');
    await page.keyboard.press('Enter');
    await expect.poll(() => isIn('dialog')).toBe(true);
    await page.keyboard.type('lunch');
    await focusOn('Pause');
    await page.keyboard.press('Enter');
    await closed();
    await page.getByRole('button', { name: 'Resume' }).waitFor();
    const read = async () => (await server.call('GET', `${PRODUCTION}/rollouts/new-thing`)).body.state.phase;
    expect(await read()).toBe('paused');
    await open('Resume');
    await focusOn('Resume');
    await page.keyboard.press('Enter');
    await closed();
    await page.getByRole('button', { name: 'Pause' }).waitFor();
    expect(await read()).toBe('running');
    await see('lunch');
  });

  it('says what the server says when somebody was faster, and shows how it stands now', async () => {
    await page.getByRole('button', { name: 'Complete' }).click();
    await dialog().waitFor();
    await server.call('POST', `${PRODUCTION}/rollouts/new-thing/pause`);
    // The page behind hears of it at once; what was asked about is what the person saw.
    await page.getByRole('button', { name: 'Resume', includeHidden: true }).waitFor();
    await dialog()
      .getByLabel(/Reason/)
      .fill('enough');
    await dialog().getByRole('button', { name: 'Complete' }).click();
    await page.getByRole('alert').getByText('Somebody else changed it in the meantime').waitFor();
    await page.keyboard.press('Escape');
    await closed();
    await page.getByRole('button', { name: 'Resume' }).waitFor();
    expect((await server.call('GET', `${PRODUCTION}/rollouts/new-thing`)).body.state.phase).toBe('paused');
    expect(complaints.splice(0).filter((complaint) => !/412/.test(complaint))).toEqual([]);
  });

  it('says what a mode, a pin and an ignored guardrail are for and until when, and takes them back', async () => {
    const say = async (button: string, reason: string, fill: () => Promise<unknown> = async () => {}) => {
      await page.getByRole('button', { name: button, exact: true }).click();
      await fill();
      await dialog()
        .getByLabel(/Reason/)
        .fill(reason);
      await dialog().locator('button[type=submit]').click();
      await closed();
    };
    await say('Change mode', 'trying', () => dialog().getByLabel('Mode').selectOption('advise'));
    await see('advise: decides, does not act');
    await say('Jump', 'less of it', () => dialog().getByLabel('Coverage in per cent').fill('12.5'));
    await see('At 12.5 % coverage since');
    await say('Pin', 'visitors', () => dialog().getByLabel('For how long').selectOption('a day'));
    await see(/pinned until .* by key:\w+: visitors/);
    await say('Ignore a guardrail', 'cache moved', () => dialog().getByLabel('Guardrail').selectOption('latency'));
    await see(/latency ignored until/);
    await say('Restore latency', '');
    await see('all count');
    await say('Unpin', '');
    await see('moves by the plan');
    await page.getByText('Permitted actions').click();
    await page
      .getByRole('rowheader')
      .or(page.getByRole('cell', { name: /^ramp to/ }))
      .first()
      .waitFor();
    const { steering } = (await server.call('GET', `${PRODUCTION}/rollouts/new-thing`)).body.state;
    expect(steering).toEqual({ mode: 'advise', pin: null, overrides: [] });
  });

  it('shows what needs approval or is frozen, votes with a reason, and lets it start then', async () => {
    await server.call('PUT', `${PRODUCTION}/flags/careful`, aFlag());
    const approvals = [{ beyond: 0 }];
    await server.call('POST', `${PRODUCTION}/rollouts`, aRollout({ rollout: 'careful', flag: 'careful', approvals }));
    const frozen = {
      name: 'party',
      reason: 'nobody is here',
      from: '2020-01-01T00:00:00Z',
      until: '2099-01-01T00:00:00Z',
    };
    await server.call('PUT', `${PRODUCTION}/settings`, { freezes: [{ ...frozen, rollouts: ['careful'] }] });
    await go('#/rollouts');
    const row = page.getByRole('listitem').filter({ hasText: 'careful' });
    await row.getByText('needs approval').waitFor();
    await row.getByText(/frozen until/).waitFor();
    await page.getByRole('link', { name: 'careful' }).click();
    await see(/the freeze "party" holds until 2099/);
    await page.getByRole('button', { name: 'Start' }).click();
    await dialog()
      .getByLabel(/In an emergency/)
      .check();
    await dialog()
      .getByLabel(/Reason/)
      .fill('the fix');
    await dialog().getByRole('button', { name: 'Start' }).click();
    await page.getByRole('alert').getByText('needs the scope "override" too').waitFor();
    await page.keyboard.press('Escape');
    await closed();
    expect(complaints.splice(0).filter((complaint) => !/403/.test(complaint))).toEqual([]);
    await server.call('PUT', `${PRODUCTION}/settings`, {});
    await see('one approval is needed that it starts; so far: none');
    await page.getByRole('button', { name: 'Decline' }).click();
    await dialog()
      .getByLabel(/Reason/)
      .fill('not tested');
    await dialog().getByRole('button', { name: 'Decline' }).click();
    await see(/declined by first admin key key:\w+: not tested/);
    await page.getByRole('button', { name: 'Approve' }).click();
    await dialog().getByRole('button', { name: 'Approve' }).click();
    await closed();
    await see('open');
    await page.getByRole('button', { name: 'Start' }).click();
    await dialog().getByRole('button', { name: 'Start' }).click();
    await closed();
    await see('At 1 % coverage since');
    for (const verb of ['rollback', 'archive']) await server.call('POST', `${PRODUCTION}/rollouts/careful/${verb}`);
    await go('#/rollouts/new-thing');
  });

  it('rolls back with a reason, and not without', async () => {
    await page.getByRole('button', { name: 'Roll back' }).click();
    await dialog()
      .getByText(/served "off" again/)
      .waitFor();
    await dialog().getByRole('button', { name: 'Roll back' }).click();
    expect(await dialog().isVisible()).toBe(true);
    await dialog()
      .getByLabel(/Reason/)
      .fill('complaints <b>by mail</b>');
    await dialog().getByRole('button', { name: 'Roll back' }).click();
    await see('Why it was rolled back');
    await see(/complaints <b>by mail<\/b>/);
    await page.getByRole('button', { name: 'It was wrong' }).click();
    await dialog().getByRole('button', { name: 'It was wrong' }).click();
    await see(/newest label is “healthy”, by key:\w+/);
    await page.getByRole('navigation').getByRole('link', { name: 'Rollouts' }).click();
    await page.getByRole('listitem').getByText('rolled back', { exact: true }).waitFor();
    await page.getByLabel('Phase').selectOption('running');
    await see('No rollout is like that');
  });

  it('checks a flag as one types, names the line, and saves what is good', async () => {
    await page.getByRole('link', { name: 'Flags' }).click();
    await page.getByRole('link', { name: 'thing', exact: true }).click();
    const editor = page.getByLabel('Definition of thing as JSON');
    const save = page.getByRole('button', { name: 'Save' });
    await editor.fill('{ "state": "ENABLED", ');
    await see(/Not JSON yet/);
    await editor.fill(JSON.stringify(aFlag({ targeting: { explode: [1] } }), null, 2));
    await see(/Unknown operator "explode"/);
    await see(/line 8/);
    expect(await save.isDisabled()).toBe(true);
    await editor.fill(JSON.stringify(aFlag({ targeting: { if: [{ '==': [{ var: 'plan' }, 'pro'] }, 'on'] } })));
    await see('Good: it can be saved.');
    await see('of the definition as it stands in the editor');
    await save.click();
    await see('Saved, and good.');
    expect((await server.call('GET', `${PRODUCTION}/flags/thing`)).body.revision).toBe(2);
  });

  it('keeps what is typed in the very moment that the editor appears', async () => {
    await page.getByRole('navigation').getByRole('link', { name: 'Flags' }).click();
    await page.getByRole('link', { name: 'thing', exact: true }).waitFor();
    await page.evaluate(() => {
      const typing = new MutationObserver(() => {
        const editor = document.querySelector<HTMLTextAreaElement>('textarea[aria-label^="Definition of"]');
        if (editor === null) return;
        typing.disconnect();
        editor.value = '{ typed at once';
        editor.dispatchEvent(new InputEvent('input', { bubbles: true }));
      });
      typing.observe(document.body, { childList: true, subtree: true });
    });
    await page.getByRole('link', { name: 'thing', exact: true }).click();
    await see(/Not JSON yet/);
    const editor = page.getByLabel('Definition of thing as JSON');
    expect(await editor.inputValue()).toBe('{ typed at once');
    await page.reload();
    await see('Saved, and good.');
  });

  it('explains an evaluation step by step', async () => {
    await page.getByLabel('Evaluation context').fill('{"targetingKey": "user-1", "plan": "pro"}');
    await see('TARGETING_MATCH');
    await see('How it came about');
    await page.getByText('==(…, "pro") → true').waitFor();
    await page.getByLabel('Evaluation context').fill('{"plan": "free"}');
    await page.getByText('==(…, "pro") → false').waitFor();
    await see('no rule matched, so the default variant');
  });

  it('has models and their empty state', async () => {
    await page.getByRole('link', { name: 'Models' }).click();
    await see('No models registered');
    await see('Nobody has looked yet.');
  });

  it('shows whether the model in use still fits, on its page and among all models', async () => {
    const scope = { tenant: 'default', environment: 'production' };
    const model = aModel({ modelId: 'risk-1', environment: 'production', metrics: { inputs: { traffic: [1, 2] } } });
    await storage.models.register(scope.tenant, model, 'for testing');
    await storage.models.promote(scope, model.modelId, FOR_TESTING);
    await storage.modelReviews.keep(scope, aModelReview({ against: ['People have marked 2 rollbacks as false.'] }));
    await go('#/models/risk-1');
    await see('1 of 2 has drifted beyond 0.2');
    await see('20\u00a0% predicted, 25\u00a0% realised in 40 rollouts');
    await see('It alarmed in 1 of 30 rollouts labelled healthy: 3.33\u00a0%, with 2\u00a0% promised.');
    await see('3 of 40 rollouts are unlike its training');
    await page.getByRole('row', { name: 'low 1 of 30 2 of 10' }).waitFor();
    await see('It should go, and only people move it. People have marked 2 rollbacks as false.');
    expect(await page.getByText('inputs.traffic').count()).toBe(0);
    await go('#/models');
    await page.getByRole('region', { name: 'Does the risk model still fit?' }).getByRole('link').click();
    await page.getByRole('heading', { level: 1, name: 'risk-1' }).waitFor();
    await storage.models.demote(scope, model.modelId, FOR_TESTING);
    await go('#/models');
    await page.reload();
    await see('It is not in use any more');
  });

  it('shows who is told what and whether it arrives, sends a test, and has one told again that was disabled', async () => {
    await go('#/webhooks');
    await see('Nobody is told anything');
    const webhooks = `${PRODUCTION}/webhooks`;
    for (const webhook of ['ops', 'gone'])
      await server.call('POST', webhooks, { webhook, url: `${receiver.url}/${webhook}`, kinds: ['flag.changed'] });
    await server.call('PUT', `${PRODUCTION}/flags/told`, aFlag());
    const isEnabled = async () => {
      const { body } = await server.call('GET', webhooks);
      return body.webhooks.map((one: { readonly isEnabled: boolean }) => one.isEnabled);
    };
    await expect.poll(isEnabled).toEqual([false, true]);
    await expect.poll(() => receiver.at('/ops').length).toBe(1);
    await page.reload();
    const [gone, ops] = ['gone', 'ops'].map((name) =>
      page.getByRole('listitem').filter({ has: page.getByRole('heading', { name }) }),
    );
    await ops!.getByText('flag.changed told').waitFor();
    await ops!.getByText('delivered: status 204').waitFor();
    await gone!.getByText(/Disabled: .*410/).waitFor();
    await page.getByRole('button', { name: 'Send ops a test' }).click();
    await ops!.getByRole('status').getByText('accepted: status 204', { exact: true }).waitFor();
    expect(receiver.at('/ops').length).toBe(2);
    await page.getByRole('button', { name: 'Send gone a test' }).click();
    await gone!.getByText('not accepted: status 410').waitFor();
    await page.getByRole('button', { name: 'Enable gone' }).click();
    await gone!.getByText('enabled', { exact: true }).waitFor();
    expect(await isEnabled()).toEqual([true, true]);
  });

  it.each([
    '#/rollouts',
    '#/rollouts/new-thing',
    '#/flags',
    '#/flags/thing',
    '#/models',
    '#/models/risk-1',
    '#/webhooks',
  ])('fits a phone: %s', async (hash) => {
    await page.setViewportSize({ width: 360, height: 740 });
    await go(hash);
    await page.locator('main h1').waitFor();
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(360);
    await page.setViewportSize({ width: 1280, height: 900 });
  });

  it('is dark or light as the system or the person wants', async () => {
    const background = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
    const becomes = (colour: string) => expect.poll(background).toBe(colour);
    const [light, dark] = ['rgb(245, 247, 248)', 'rgb(14, 20, 24)'];
    await page.emulateMedia({ colorScheme: 'light' });
    await becomes(light);
    await page.emulateMedia({ colorScheme: 'dark' });
    await becomes(dark);
    await page.getByRole('button', { name: /Theme/ }).click();
    await becomes(light);
    await page.getByRole('button', { name: /Theme/ }).click();
    await becomes(dark);
  });

  it('lets one skip to the content, and names every control', async () => {
    await go('#/rollouts');
    await page.reload();
    await page.locator('main h1').waitFor();
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    expect(await page.evaluate(() => document.activeElement?.id)).toBe('main');
    const nameless = await page.evaluate(() =>
      [...document.querySelectorAll<HTMLInputElement>('input, select, textarea')]
        .filter((control) => control.labels?.length === 0 && !control.ariaLabel)
        .map((control) => control.outerHTML),
    );
    expect(nameless).toEqual([]);
  });

  it('has complained about nothing', () => {
    expect(complaints).toEqual([]);
  });

  it('shows a key with too little scope what it lacks, and forgets the key on demand', async () => {
    await page.getByRole('button', { name: 'Sign out' }).click();
    expect(await page.evaluate(() => sessionStorage.getItem('rampwright.key'))).toBeNull();
    await page.getByLabel('API key').fill(await server.createKey('evaluate'));
    await page.getByRole('button', { name: 'Sign in' }).click();
    await see('this path needs the scope "admin" or "read"; the key has: evaluate');
    await page.getByRole('button', { name: 'Sign out' }).click();
    await page.getByLabel('API key').fill('rw_adm_nonsense');
    await page.getByRole('button', { name: 'Sign in' }).click();
    await see('the key is not known');
  });

  it('signs people in by their passwords, says who they are, and offers them what they may do', async () => {
    const made = { user: 'vera', displayName: 'Vera Viewer', roles: { production: ['viewer'] } };
    const { password } = (await server.call('POST', '/api/v1/users', made)).body;
    await server.call('PUT', `${PRODUCTION}/flags/veras`, aFlag());
    await server.call('POST', `${PRODUCTION}/rollouts`, aRollout({ rollout: 'veras-thing', flag: 'veras' }));
    await page.getByLabel('API key').fill('');
    await page.getByLabel('User name').fill('vera');
    await page.getByLabel('Password').fill('not the password');
    await page.getByRole('button', { name: 'Sign in' }).click();
    await see('there is no such user with this password');
    await page.getByLabel('Password').fill(password);
    await page.getByRole('button', { name: 'Sign in' }).click();
    await see('Vera Viewer');
    await go('#/rollouts/veras-thing');
    await see('Not started yet');
    expect(await page.getByRole('button', { name: 'Start' }).count()).toBe(0);
    await go('#/flags/veras');
    await page.getByRole('button', { name: 'Tidy up' }).waitFor();
    expect(await page.getByRole('button', { name: 'Save' }).count()).toBe(0);
    await server.call('PATCH', '/api/v1/users/vera', { roles: { production: ['releaser'] } });
    await page.reload();
    await page.getByRole('button', { name: 'Save' }).waitFor();
    await go('#/rollouts/veras-thing');
    await page.getByRole('button', { name: 'Start' }).click();
    await dialog().getByRole('button', { name: 'Start' }).click();
    await closed();
    await see('coverage since');
    const { entries } = (await server.call('GET', `${PRODUCTION}/audit?action=start&target=veras-thing`)).body;
    expect(entries).toMatchObject([{ actor: 'user:vera', actorName: 'Vera Viewer' }]);
    expect(await page.evaluate(() => document.cookie)).toBe('');
    await page.getByRole('button', { name: 'Sign out' }).click();
    await page.getByLabel('User name').waitFor();
    await expect.poll(async () => (await context.cookies()).length).toBe(0);
  });

  it('signs people in with their provider, back to where they were, and says why not', async () => {
    await go('#/flags/veras');
    provider.visitor = aPerson('ada', { groups: ['strangers'] });
    await page.getByRole('link', { name: 'Sign in with Example' }).click();
    await page.getByRole('alert').getByText('You have no role here').waitFor();
    expect(page.url()).toBe(`${server.url}/console/`);
    await go('#/flags/veras');
    provider.visitor = aPerson('ada');
    await page.getByRole('link', { name: 'Sign in with Example' }).click();
    await see('The ada');
    await page.getByRole('button', { name: 'Save' }).waitFor();
    expect(page.url()).toBe(`${server.url}/console/#/flags/veras`);
    expect(await page.evaluate(() => document.cookie)).toBe('');
    await page.getByRole('button', { name: 'Sign out' }).click();
    await page.getByRole('link', { name: 'Sign in with Example' }).waitFor();
    expect(await page.getByRole('alert').count()).toBe(0);
  });
});
