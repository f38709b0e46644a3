import { isDeepStrictEqual } from 'node:util';
import {
  type EnvironmentSettings,
  hashSnapshot,
  type PublishedState,
  type Rollout,
  type RolloutOverlay,
  type Scope,
  type Snapshot,
  schemaVersionFor,
} from '../domain/index.ts';
import { type CompiledSnapshot, compileSnapshot } from '../evaluator/index.ts';
import { deltaSince, extendHistory, type VersionChange } from './change-history.ts';
import { NO_FLAGS, type PublishedFlags, sha256, takeOverFlags } from './published-flags.ts';

/** Deltas of one snapshot that are kept ready; readers who were away need one each per version that they left at. */
const MAX_READY_DELTAS = 16;

/**
 * An environment as this process serves it: one immutable snapshot in all forms that are needed, each made once.
 *
 * Every object that is the same as in the previous snapshot is taken over from there, so that what did not change is
 * neither hashed nor compiled again.
 */
export class PublishedEnvironment {
  readonly snapshot: Snapshot;
  readonly etag: string;
  /** What was read, with the objects of this snapshot: the next reading needs only what changed since. */
  readonly state: PublishedState;
  readonly settings: EnvironmentSettings;
  /** Signs stream tickets; the same in every process that serves the environment. */
  readonly ticketSecret: Uint8Array;
  readonly #flags: PublishedFlags;
  readonly #history: readonly VersionChange[];
  readonly #deltaEvents = new Map<number, Buffer>();
  /** The newest version before this one that was compiled. */
  readonly #compiledBefore: CompiledSnapshot | undefined;
  #compiled: CompiledSnapshot | undefined;
  #json: string | undefined;
  #snapshotEvent: Buffer | undefined;
  #heartbeatEvent: Buffer | undefined;

  constructor(scope: Scope, state: PublishedState, previous?: PublishedEnvironment) {
    const { flags, touched } = takeOverFlags(state.flagSet.flags, previous ? previous.#flags : NO_FLAGS);
    this.#flags = flags;
    this.snapshot = snapshotOf(scope, state, flags, previous);
    const { epoch, version, hash } = this.snapshot;
    this.etag = `"${epoch}.${version}-${hash.slice(0, 16)}"`;
    this.state = { ...state, flagSet: this.snapshot.flagSet };
    this.settings = state.settings;
    this.ticketSecret = state.ticketSecret;
    this.#compiledBefore = previous && (previous.#compiled ?? previous.#compiledBefore);
    this.#history = previous ? extendHistory(previous.#history, previous.snapshot, this.snapshot, touched) : [];
  }

  /** For evaluating here; compiled when it is asked for, because most readers evaluate by themselves. */
  get compiled(): CompiledSnapshot {
    this.#compiled ??= compileSnapshot(this.snapshot, this.#compiledBefore);
    return this.#compiled;
  }

  /** The snapshot as text. */
  get json(): string {
    this.#json ??= JSON.stringify(this.snapshot);
    return this.#json;
  }

  /** Server-sent event with the whole snapshot. */
  get snapshotEvent(): Buffer {
    this.#snapshotEvent ??= this.#event('snapshot', this.json);
    return this.#snapshotEvent;
  }

  /** Server-sent event that says which snapshot is current. */
  get heartbeatEvent(): Buffer {
    const { epoch, version, hash } = this.snapshot;
    this.#heartbeatEvent ??= eventOf('heartbeat', JSON.stringify({ epoch, version, hash }));
    return this.#heartbeatEvent;
  }

  /** Server-sent event that leads a reader of `version` here; undefined when that is too long ago. */
  deltaEventSince(version: number): Buffer | undefined {
    const ready = this.#deltaEvents.get(version);
    if (ready !== undefined) return ready;
    const delta = deltaSince(this.#history, this.snapshot, version);
    if (delta === undefined) return undefined;
    const event = this.#event('delta', JSON.stringify(delta));
    if (this.#deltaEvents.size === MAX_READY_DELTAS) this.#deltaEvents.clear();
    this.#deltaEvents.set(version, event);
    return event;
  }

  #event(type: string, data: string): Buffer {
    const { environment, epoch, version } = this.snapshot;
    return eventOf(type, data, `id: ${environment}:${epoch}.${version}\n`);
  }
}

function eventOf(type: string, json: string, idLine = ''): Buffer {
  return Buffer.from(`${idLine}event: ${type}\ndata: ${json}\n\n`);
}

function snapshotOf(
  { environment }: Scope,
  { epoch, version, flagSet, rollouts, settings: { bucketing, staticContext } }: PublishedState,
  { definitions: flags, hashes }: PublishedFlags,
  previous: PublishedEnvironment | undefined,
): Snapshot {
  const { $evaluators, metadata } = flagSet;
  const before = previous?.snapshot;
  const content = {
    flagSet: {
      flags,
      ...($evaluators && { $evaluators: sameOrNew($evaluators, before?.flagSet.$evaluators) }),
      ...(metadata && { metadata: sameOrNew(metadata, before?.flagSet.metadata) }),
    },
    rollouts:
      previous?.state.rollouts === rollouts ? previous.snapshot.rollouts : overlaysOf(rollouts, before?.rollouts),
    settings: sameOrNew({ bucketing, staticContext }, before?.settings),
  };
  const hash = hashSnapshot(content, hashes, sha256);
  return { schemaVersion: schemaVersionFor(content.rollouts), environment, epoch, version, hash, ...content };
}

function overlaysOf(rollouts: readonly Rollout[], previous: readonly RolloutOverlay[] = []): readonly RolloutOverlay[] {
  const known = new Map(previous.map((overlay) => [overlay.rollout, overlay]));
  return rollouts.map((rollout) => sameOrNew(overlayOf(rollout), known.get(rollout.definition.rollout)));
}

function sameOrNew<T>(value: T, known: T | undefined): T {
  return known !== undefined && isDeepStrictEqual(known, value) ? known : value;
}

/** What readers need to know of a rollout. */
function overlayOf({ definition, state }: Rollout): RolloutOverlay {
  return {
    rollout: definition.rollout,
    flag: definition.flag,
    generation: state.generation,
    control: definition.control,
    treatments: definition.treatments,
    coverage: state.coverage,
    ...(state.admission === undefined ? {} : { admission: state.admission }),
    ...(definition.audience === undefined ? {} : { audience: definition.audience }),
    bucketBy: definition.bucketBy,
    salt: definition.salt,
    isMeasured: state.phase === 'running' || state.phase === 'paused',
    windowMs: definition.windowMs,
    attributionMs: definition.attributionMs,
    segments: definition.segments,
    metrics: definition.metrics
      .filter(({ source }) => source.kind === 'reports')
      .map(({ metric, kind, signal }) => ({ metric, kind, signal })),
  };
}
