import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type Client, OpenFeature, type Provider } from '@openfeature/server-sdk';
import { RampwrightProvider } from '@rampwright/provider';
import { DEFAULT_SETTINGS, hashFlag, hashSnapshot, SNAPSHOT_SCHEMA_VERSION, type Snapshot } from '../domain/index.ts';
import { compareSpeeds, describeSpeed, type Rival } from './cpu-time.ts';
import { CASE_FLAGS, isEligible, USERS } from './evaluation-cases.ts';

/*
 * Evaluations per CPU second through the OpenFeature server SDK: our provider beside one that returns a constant.
 * Run it with: node --import tsx --conditions=rampwright-source bench/openfeature.ts
 */

const ROUNDS = 15;
const CALLS = 20_000;
const FLAG = 'targeted';

const server = await serveSnapshot();
const { port } = server.address() as AddressInfo;
const provider = new RampwrightProvider({ url: `http://127.0.0.1:${port}`, apiKey: 'bench' });
await OpenFeature.setProviderAndWait('rampwright', provider);
await OpenFeature.setProviderAndWait('constant', constantProvider());
const clients = { rampwright: OpenFeature.getClient('rampwright'), constant: OpenFeature.getClient('constant') };
await verifySplit(clients.rampwright);

const speeds = await compareSpeeds(
  { rampwright: through(clients.rampwright), constant: through(clients.constant), direct: directly() },
  { rounds: ROUNDS, callsPerRound: { rampwright: CALLS, constant: CALLS, direct: CALLS } },
);
const share = speeds.rampwright.median / speeds.constant.median;
console.log(`SDK with our provider ${describeSpeed(speeds.rampwright)}`);
console.log(`SDK with a constant ${describeSpeed(speeds.constant)}`);
console.log(`our client without the SDK ${describeSpeed(speeds.direct)}`);
console.log(`our provider reaches ${(100 * share).toFixed(1)} % of the constant's speed, target 90 %`);
await OpenFeature.close();
server.closeAllConnections();
server.close();

function through(client: Client): Rival {
  return async (callCount) => {
    let onCount = 0;
    for (let call = 0; call < callCount; call++) {
      if (await client.getBooleanValue(FLAG, false, USERS[call % USERS.length] as never)) onCount++;
    }
    return onCount;
  };
}

function directly(): Rival {
  return (callCount) => {
    let onCount = 0;
    for (let call = 0; call < callCount; call++) {
      if (provider.client.boolean(FLAG, false, USERS[call % USERS.length]!)) onCount++;
    }
    return onCount;
  };
}

async function verifySplit(client: Client): Promise<void> {
  const served = await Promise.all(USERS.map((user) => client.getBooleanValue(FLAG, false, user as never)));
  const eligible = USERS.map(isEligible);
  if (served.some((isOn, index) => isOn && !eligible[index])) throw new Error('Somebody who is not eligible is on.');
  const eligibleCount = eligible.filter(Boolean).length;
  const share = served.filter(Boolean).length / eligibleCount;
  if (Math.abs(share - 0.5) > 4 * Math.sqrt(0.25 / eligibleCount))
    throw new Error(`${share} instead of a half are on.`);
}

/** The least that a provider can do. */
function constantProvider(): Provider {
  const answer = async <T>(value: T) => ({ value, variant: 'on', reason: 'STATIC' });
  return {
    metadata: { name: 'constant' },
    runsOn: 'server',
    resolveBooleanEvaluation: () => answer(true),
    resolveStringEvaluation: () => answer('on'),
    resolveNumberEvaluation: () => answer(1),
    resolveObjectEvaluation: (_flagKey, fallback) => answer(fallback),
  };
}

/** A server with one snapshot, and a stream on which nothing ever comes. */
async function serveSnapshot(): Promise<Server> {
  const content = { flagSet: CASE_FLAGS, rollouts: [], settings: DEFAULT_SETTINGS };
  const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');
  const flagHashes = Object.entries(CASE_FLAGS.flags).map(([key, flag]) => [key, hashFlag(flag, sha256)] as const);
  const hash = hashSnapshot(content, new Map(flagHashes), sha256);
  const snapshot: Snapshot = {
    schemaVersion: SNAPSHOT_SCHEMA_VERSION,
    environment: 'bench',
    epoch: 0,
    version: 1,
    hash,
    ...content,
  };
  const server = createServer((request, response) => {
    if (request.url?.startsWith('/api/v1/snapshot/stream')) {
      response.writeHead(200, { 'content-type': 'text/event-stream' }).write(': open\n\n');
    } else if (request.url?.startsWith('/api/v1/snapshot')) {
      response.writeHead(200, { 'content-type': 'application/json', etag: '"1"' }).end(JSON.stringify(snapshot));
    } else {
      response.writeHead(404).end();
    }
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return server;
}
