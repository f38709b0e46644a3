import type { FastifyRequest } from 'fastify';
import type { DecisionModels } from '../../controller/index.ts';
import type { Clock, JobQueue, LearningStorage, PublishedState, Scope, TrainingRunner } from '../../domain/index.ts';
import type { GlobalLevel } from '../../models/index.ts';
import type { Authenticator } from '../api-keys.ts';
import type { Configuration } from '../configuration.ts';
import type { GrafanaAnnotations } from '../grafana/grafana-annotations.ts';
import type { OidcConfiguration } from '../oidc/oidc-configuration.ts';
import type { OpenStreams } from '../open-streams.ts';
import type { Sessions } from '../sessions.ts';
import type { SnapshotPublisher } from '../snapshot-publisher.ts';
import type { Telemetry } from '../telemetry/telemetry.ts';
import type { TenantQuotas } from '../tenant-quotas.ts';
import type { SendingParts } from '../webhooks/send-message.ts';
import { pathScope } from './access.ts';
import type { RateLimiter } from './rate-limit.ts';

/** What the routes work with. */
export interface Dependencies {
  readonly storage: LearningStorage;
  readonly publisher: SnapshotPublisher;
  readonly authenticator: Authenticator;
  readonly sessions: Sessions;
  readonly streams: OpenStreams;
  readonly telemetry: Telemetry;
  readonly clock: Clock;
  readonly jobs: JobQueue;
  /** What does training runs; null: this server starts none. */
  readonly trainingRunner: TrainingRunner | null;
  /** What the rollouts of many tenants together say of effects; undefined where they are too few, or not asked. */
  readonly poolLevel: () => GlobalLevel | undefined;
  /** The models that decisions of an environment may ask now. */
  readonly modelsFor: (scope: Scope, rollout: string) => DecisionModels;
  /** Null when jobs can be added, as of a few seconds ago, else why not: the rest goes on without them. */
  readonly degradedBecause: () => string | null;
  readonly rateLimiter: RateLimiter;
  /** What tenants may use. */
  readonly quotas: TenantQuotas;
  /** Whether this server is told of a Prometheus. */
  readonly hasPrometheus: boolean;
  /** The Prometheus that a judgement may pull windows from; null: none. */
  readonly prometheus: NonNullable<Configuration['prometheus']> | null;
  /** The provider that people may sign in with; null: passwords only. */
  readonly oidc: OidcConfiguration | null;
  /** Marks what people do in Grafana. */
  readonly annotations: Pick<GrafanaAnnotations, 'onMove'>;
  /** What webhooks are sent with. */
  readonly sending: SendingParts;
  /** Tells the control loop that something may be due. */
  readonly wakeController: () => void;
  /** Null when the server can do its work, else why it is not ready. */
  readonly notReadyBecause: () => Promise<string | null>;
}

/** The environment named in the path, if the key may touch it and it exists; Problems `forbidden`, `environmentNotFound`. */
export async function knownScope(deps: Dependencies, request: FastifyRequest, environment: string): Promise<Scope> {
  const scope = pathScope(request, environment);
  await deps.publisher.require(scope);
  return scope;
}

/** What the environment holds now, read from the database but for what is known here already. */
export function readPublished(deps: Dependencies, scope: Scope): Promise<PublishedState> {
  return deps.storage.flags.readPublished(scope, deps.publisher.current(scope)?.state);
}

/** Publishes a change that this process has just made, so that readers hear of it before the next reconcile. */
export async function published<T>(deps: Dependencies, scope: Scope, change: Promise<T>): Promise<T> {
  const result = await change;
  await deps.publisher.refresh(scope);
  return result;
}
