/// <reference lib="dom" />
import { createServer, type Server } from 'node:http';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { aFlag } from '../server/builders.ts';
import { PRODUCTION, startTestServer, type TestServer } from '../server/running-server.ts';
import { complaintsOf, isChromiumMissing, launchChromium } from '../services/chromium.ts';
import { PATIENCE_MS } from '../services/patience.ts';

const isMissing = isChromiumMissing();

describe.skipIf(isMissing)('a web page with the official web SDK and OFREP provider', () => {
  let server: TestServer;
  let web: Server;
  let browser: Browser;

  beforeAll(async () => {
    server = await startTestServer();
    web = await servePage(await bundle());
    browser = await launchChromium();
  });
  afterAll(async () => {
    await browser?.close();
    web?.close();
    await server?.close();
  });

  const flip = (defaultVariant: string) =>
    server.call('PUT', `${PRODUCTION}/flags/banner`, aFlag({ defaultVariant, metadata: { clientVisible: true } }));
  const originOf = ({ port }: { readonly port: number }) => `http://127.0.0.1:${port}`;
  const open = async (key: string) => {
    const page = await browser.newPage();
    page.setDefaultTimeout(PATIENCE_MS);
    const complaints = complaintsOf(page);
    const query = new URLSearchParams({ url: server.url, key });
    await page.goto(`${originOf(web.address() as { port: number })}/?${query}`);
    return { page, complaints };
  };

  it('shows a flag, and shows it flipped within a second of the change', async () => {
    await flip('off');
    await server.call('PUT', `${PRODUCTION}/settings`, { corsOrigins: [originOf(web.address() as { port: number })] });
    const { page, complaints } = await open(await server.createKey('client'));
    await page.waitForFunction(() => document.body.textContent === 'false');
    const flippedInMs = async (variant: string, shown: string) => {
      const before = performance.now();
      await flip(variant);
      await page.waitForFunction((text) => document.body.textContent === text, shown);
      return performance.now() - before;
    };
    // Again and again, because a busy machine may be late; never being in time is what would be wrong.
    await expect
      .poll(async () => Math.max(await flippedInMs('on', 'true'), await flippedInMs('off', 'false')))
      .toBeLessThan(1_000);
    expect(complaints).toEqual([]);
    await page.close();
  });

  it('of an origin that the environment does not list shows its own default', async () => {
    await flip('on');
    await server.call('PUT', `${PRODUCTION}/settings`, { corsOrigins: ['https://shop.example.com'] });
    const { page, complaints } = await open(await server.createKey('client'));
    await page.waitForFunction(() => document.body.textContent?.startsWith('failed'));
    expect(complaints.join()).toMatch(/CORS/);
    await page.close();
  });
});

/** What a page does: shows the flag, and shows it again whenever it changes. */
const PAGE_SCRIPT = `
import { OFREPWebProvider } from '@openfeature/ofrep-web-provider';
import { OpenFeature, ProviderEvents } from '@openfeature/web-sdk';
const query = new URLSearchParams(location.search);
const provider = new OFREPWebProvider({
  baseUrl: query.get('url'),
  headers: [['Authorization', 'Bearer ' + query.get('key')]],
});
const client = OpenFeature.getClient();
const show = () => { document.body.textContent = String(client.getBooleanValue('banner', false)); };
await OpenFeature.setContext({ targetingKey: 'user-1' });
OpenFeature.addHandler(ProviderEvents.ConfigurationChanged, show);
OpenFeature.setProviderAndWait(provider).then(show, (error) => { document.body.textContent = 'failed: ' + error; });
`;

async function bundle(): Promise<string> {
  const { outputFiles } = await build({
    stdin: { contents: PAGE_SCRIPT, resolveDir: fileURLToPath(new URL('.', import.meta.url)), loader: 'js' },
    bundle: true,
    write: false,
    format: 'esm',
    platform: 'browser',
    logLevel: 'silent',
  });
  return outputFiles[0]!.text;
}

/** Serves the page on an origin of its own, as an application would. */
async function servePage(script: string): Promise<Server> {
  const page =
    '<!doctype html><link rel="icon" href="data:,"><body>loading</body><script type="module" src="/page.js"></script>';
  const server = createServer((request, response) => {
    const isScript = request.url === '/page.js';
    response.writeHead(200, { 'content-type': isScript ? 'text/javascript' : 'text/html' });
    response.end(isScript ? script : page);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return server;
}
