import { get } from 'node:http';
import { createRampwrightClient } from '../provider/index.ts';

// A process full of readers, for propagation.ts: notes when each of them has seen each version.
const [url, apiKey, providerCount, plainCount] = process.argv.slice(2) as [string, string, string, string];
const seen: [version: number, atMs: number][] = [];

/** The monotonic clock, which all processes of one machine share. */
function see(version: number): void {
  seen.push([version, Number(process.hrtime.bigint()) / 1e6]);
}

async function aProvider(): Promise<void> {
  const client = createRampwrightClient({ url, apiKey });
  client.onChange((change) => {
    if (change.kind === 'flags') see(change.version);
  });
  await client.ready(60_000);
}

function aPlainReader(): Promise<void> {
  return new Promise((resolve, reject) => {
    const options = { headers: { authorization: `Bearer ${apiKey}` }, agent: false };
    const request = get(`${url}/api/v1/snapshot/stream`, options, (response) => {
      if (response.statusCode !== 200) return reject(new Error(`the stream answers ${response.statusCode}`));
      // An event is complete with its blank line; all that is looked for in it is its id, which comes first.
      let version = 0;
      response.setEncoding('utf8').on('data', (chunk: string) => {
        if (chunk.startsWith('id: ')) version = Number(/^id: [^\n]*\.(\d+)\n/.exec(chunk)?.[1]);
        if (version === 0 || !chunk.includes('\n\n')) return;
        see(version);
        version = 0;
        resolve();
      });
    });
    request.on('error', reject);
  });
}

process.on('message', () => process.send!(seen));
await Promise.all([
  ...Array.from({ length: Number(providerCount) }, aProvider),
  ...Array.from({ length: Number(plainCount) }, aPlainReader),
]);
process.send!('ready');
