import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FlagdProvider } from '@openfeature/flagd-provider';
import { type Client, OpenFeature, ProviderEvents } from '@openfeature/server-sdk';

/** Logs nothing. */
export const SILENT = { debug() {}, info() {}, warn() {}, error() {} };

/** A directory for a database that outlives its server. */
export async function temporaryDirectory(): Promise<{ readonly path: string; remove(): Promise<void> }> {
  const path = await mkdtemp(join(tmpdir(), 'rampwright-flagd-'));
  return { path, remove: () => rm(path, { recursive: true, force: true }) };
}

/** An application that evaluates with flagd's own provider, and what the provider said so far. */
export interface FlagdApplication {
  readonly client: Client;
  readonly events: readonly { readonly event: ProviderEvents; readonly flagsChanged: readonly string[] }[];
}

type FlagdOptions = NonNullable<ConstructorParameters<typeof FlagdProvider>[0]>;

/** Connects flagd's provider in its in-process mode; waits for its first flags. */
export async function connectFlagd(options: FlagdOptions): Promise<FlagdApplication> {
  const provider = new FlagdProvider(
    { resolverType: 'in-process', host: '127.0.0.1', retryBackoffMaxMs: 100, deadlineMs: 2_000, ...options },
    SILENT,
  );
  const domain = `port-${options.port}-${options.selector}`;
  await OpenFeature.setProviderAndWait(domain, provider);
  const client = OpenFeature.getClient(domain);
  const events: { event: ProviderEvents; flagsChanged: readonly string[] }[] = [];
  const watched = [
    ProviderEvents.Stale,
    ProviderEvents.Ready,
    ProviderEvents.Error,
    ProviderEvents.ConfigurationChanged,
  ];
  for (const event of watched)
    client.addHandler(event, (details) => {
      events.push({
        event,
        flagsChanged: (details as { readonly flagsChanged?: readonly string[] }).flagsChanged ?? [],
      });
    });
  return { client, events };
}
