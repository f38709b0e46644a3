import { hostname } from 'node:os';
import { type OnError, RampwrightError } from './client-error.ts';
import type { Connection } from './connection.ts';
import { type ClientClock, type Random, systemClock } from './ports.ts';

/** How a client is set up. */
export interface ClientOptions {
  /** Where the server is: "https://flags.example.com", with a path if it is served below one. */
  readonly url: string;
  /** An API key with the scopes "evaluate" and "ingest". */
  readonly apiKey: string;
  /** Who reports, the same for the life of this client only; by default host, process id and a random number. */
  readonly source?: string;
  /** Told of every failure outside of evaluations; by default they become process warnings. */
  readonly onError?: OnError;
  /** Units that are told apart per rollout, by default 200 000; beyond it a random half of all units is counted, and so on. */
  readonly maxUnitsPerRollout?: number;
  /**
   * A directory in which the newest snapshot is kept, so that a restart has flags while the server is away. Several
   * processes, environments and applications may share it.
   */
  readonly cacheDirectory?: string;
  readonly clock?: ClientClock;
  readonly random?: Random;
}

const DEFAULT_MAX_UNITS = 200_000;

/** All that the parts of a client are made from. */
export interface ClientSetup {
  readonly connection: Connection;
  readonly source: string;
  readonly onError: OnError;
  readonly maxUnits: number;
  readonly cacheDirectory: string | undefined;
  readonly clock: ClientClock;
  readonly random: Random;
}

/** Fills in the defaults; throws TypeError when the options cannot work. */
export function setUp(options: ClientOptions): ClientSetup {
  const { url, apiKey, clock = systemClock, random = Math.random, onError = warn } = options;
  const { maxUnitsPerRollout: maxUnits = DEFAULT_MAX_UNITS, cacheDirectory } = options;
  if (!/^https?:\/\//.test(url)) throw new TypeError(`url must begin with http:// or https://, not be "${url}"`);
  if (!/^[\x21-\x7e]+$/.test(apiKey)) throw new TypeError('apiKey must be a key as the server printed it');
  if (!(maxUnits >= 2)) throw new TypeError('maxUnitsPerRollout must be at least 2');
  return {
    connection: { baseUrl: new URL(url.endsWith('/') ? url : `${url}/`), apiKey },
    source: options.source ?? `${hostname()}-${process.pid}-${Math.floor(random() * 2 ** 32).toString(36)}`,
    onError: guarded(onError),
    maxUnits,
    cacheDirectory,
    clock,
    random,
  };
}

function warn(error: RampwrightError): void {
  process.emitWarning(error);
}

/** A listener for errors that throws must not break what it was told of. */
function guarded(onError: OnError): OnError {
  return (error) => {
    try {
      onError(error);
    } catch (cause) {
      warn(new RampwrightError('listenerFailed', 'onError threw', { cause }));
    }
  };
}
