import type { FastifyBaseLogger, FastifyInstance } from 'fastify';
import { type ControlLoopListener, startControlLoop } from '../controller/index.ts';
import {
  type Clock,
  type KeyStore,
  type LearningStorage,
  Problem,
  type Scope,
  type Storage,
  type TrainingRunner,
} from '../domain/index.ts';
import { openEmbeddedStorage, openPostgresStorage, type SqlStorage } from '../storage/index.ts';
import { type Authenticator, createAuthenticator } from './api-keys.ts';
import { type Bootstrap, bootstrap } from './bootstrap.ts';
import type { Configuration } from './configuration.ts';
import { type SyncServer, startSyncServer } from './flagd/sync-server.ts';
import { NO_ANNOTATIONS, startGrafanaAnnotations } from './grafana/grafana-annotations.ts';
import { createApp } from './http/app.ts';
import type { Dependencies } from './http/dependencies.ts';
import { RateLimiter } from './http/rate-limit.ts';
import { openJobs, watchJobs } from './jobs.ts';
import { startMaintenance } from './maintenance.ts';
import { OpenStreams } from './open-streams.ts';
import { startPriorPool } from './prior-pool.ts';
import { isSessionHolder, Sessions } from './sessions.ts';
import { SnapshotPublisher } from './snapshot-publisher.ts';
import { startPrometheusSource } from './sources/start-prometheus-source.ts';
import { countedJobs } from './telemetry/counted-jobs.ts';
import { Telemetry } from './telemetry/telemetry.ts';
import { TenantQuotas } from './tenant-quotas.ts';
import { createSleeper, repeat } from './timers.ts';
import { decisionModels, modelsOfRollout } from './training/decision-models.ts';
import { openShadowScorer } from './training/shadow-scorer.ts';
import { ShadowTelemetry } from './training/shadow-telemetry.ts';
import { type Learning, startLearning } from './training/start-learning.ts';
import { watchStorage } from './watch-storage.ts';
import { startWebhooks } from './webhooks/start-webhooks.ts';

/** How often this process compares its snapshots with the database, to find what others changed. */
const RECONCILE_MS = 1_000;

/** How often quotas are read, that another process may have changed. */
const QUOTAS_MS = 5_000;

/** How often the keys of open streams are looked at: the longest that a stream outlives its key. */
const STREAM_SWEEP_MS = 2_000;

/** A server that answers requests. */
export interface RunningServer {
  readonly url: string;
  readonly bootstrap: Bootstrap;
  /** Finishes what is in flight, then closes everything. */
  close(): Promise<void>;
}

/** What a server may be given beside its configuration. */
interface ServerParts {
  /** Does training runs in this process, or makes what does; absent: none can be started. */
  readonly trainingRunner?: TrainingRunner | ((storage: SqlStorage) => TrainingRunner);
}

/** The composition root: opens the storage, publishes snapshots, starts the control loop and listens. */
export async function startServer(configuration: Configuration, parts: ServerParts = {}): Promise<RunningServer> {
  const clock: Clock = { nowMs: () => Date.now() };
  let app: FastifyInstance | undefined;
  const onError = (error: unknown) => app?.log.error({ err: error }, 'a background task failed');
  const storage = await openStorage(configuration, onError);
  const queue = openJobs(configuration, storage.connection, onError);
  const trainingRunner = trainerOf(parts, storage);
  try {
    const created = await bootstrap(storage, configuration.adminKey);
    await requireTenantOf(configuration, storage);
    const publisher = new SnapshotPublisher(storage.flags);
    await publisher.reconcile();
    const telemetry = new Telemetry(clock, publisher);
    let isClosing = false;
    let learning: Learning | undefined;
    const inUse = (scope: Scope) =>
      decisionModels({
        risk: learning?.modelInUse(scope),
        novelty: learning?.noveltyInUse(scope),
        ramp: learning?.rampInUse(scope),
        forecast: learning?.forecasterInUse(scope),
      });
    const challengersFor = (scope: Scope) => learning?.challengers(scope) ?? [];
    const modelsFor = (scope: Scope, rollout: string) => modelsOfRollout(inUse(scope), challengersFor(scope), rollout);
    const shadow = openShadowScorer({
      storage,
      challengersFor,
      modelsFor: inUse,
      telemetry: new ShadowTelemetry(telemetry.registry),
      stopwatchMs: () => performance.now(),
      onError,
    });
    const sleeper = createSleeper();
    const jobs = countedJobs(queue, clock, telemetry.background);
    const jobWatch = watchJobs(jobs, (isUp) => telemetry.background.showQueue(isUp));
    const stopWatchingStorage = watchStorage(storage, (roundTripMs) => telemetry.background.showStorage(roundTripMs));
    const annotations =
      configuration.grafana === undefined
        ? NO_ANNOTATIONS
        : await startGrafanaAnnotations(configuration.grafana, { jobs, clock, onError });
    const quotas = new TenantQuotas(storage.tenants);
    await quotas.refresh();
    const streams = new OpenStreams(clock.nowMs, (tenant) => quotas.of(tenant).streams);
    const sending = { allowedHosts: configuration.webhookHosts ?? [], publicUrl: configuration.publicUrl ?? null };
    const pool = startPriorPool(
      storage,
      { isOn: configuration.pool !== undefined, without: configuration.pool?.without ?? [] },
      onError,
    );
    const sessions = new Sessions(storage.users, clock);
    const deps: Dependencies = {
      annotations,
      storage,
      publisher,
      telemetry,
      clock,
      streams,
      authenticator: withSessions(createAuthenticator(storage.keys, clock.nowMs), sessions),
      sessions,
      rateLimiter: new RateLimiter(configuration.rateLimit, clock),
      quotas,
      hasPrometheus: configuration.prometheus !== undefined,
      prometheus: configuration.prometheus ?? null,
      oidc: configuration.oidc ?? null,
      jobs,
      sending,
      trainingRunner,
      poolLevel: pool.level,
      modelsFor,
      degradedBecause: jobWatch.whyAway,
      wakeController: sleeper.wake,
      notReadyBecause: async () => (isClosing ? 'the server is shutting down' : whyAway(storage)),
    };
    app = await createApp(deps, configuration);
    const { log } = app;
    tellOfWall(storage, log);
    const flagd = await startFlagd(configuration, deps, log, onError);
    const listener: ControlLoopListener = {
      onSweep: (due) => telemetry.showSweep(due),
      onPassBegins: () => telemetry.beginPass(),
      onPass: (scope, report) => {
        telemetry.showPass(scope, report);
        annotations.onPass(scope, report);
        shadow.offer(scope, report);
        learning?.onPass(scope, report);
        const { action, coverage, reasons } = report.outcome.decision;
        if (!report.wasApplied || action === 'hold') return;
        log.info(
          { ...scope, rollout: report.rollout.definition.rollout, action, coverage, reason: reasons[0]?.message },
          'decided',
        );
        publisher.refresh(scope).catch(onError);
      },
      onError: (error) => {
        telemetry.countFailedPass();
        onError(error);
      },
    };
    const loop = startControlLoop(storage, sleeper, listener, modelsFor);
    const stopPrometheus = startPrometheusSource(configuration.prometheus ?? null, deps, log, onError);
    const stopReconciling = repeat(RECONCILE_MS, () => publisher.reconcile().catch(onError));
    const stopReadingQuotas = repeat(QUOTAS_MS, () => quotas.refresh().catch(onError));
    const stopSweeping = repeat(STREAM_SWEEP_MS, () => streams.sweep(livingOf(storage.keys, sessions)).catch(onError));
    learning = await startLearning({ storage, jobs, clock, runner: trainingRunner, telemetry, log, onError });
    const maintenance = startMaintenance([storage.windows, storage.shadowScores, storage.deliveries], onError);
    const webhooks = startWebhooks({
      ...sending,
      deliveries: storage.deliveries,
      telemetry: telemetry.webhooks,
      random: Math.random,
      onError,
    });
    const url = await app.listen({ host: configuration.host, port: configuration.port });
    return {
      url,
      bootstrap: created,
      close: async () => {
        isClosing = true;
        await createSleeper().sleep(configuration.drainMs);
        stopReconciling();
        stopReadingQuotas();
        stopSweeping();
        jobWatch.stop();
        stopWatchingStorage();
        await learning?.stop();
        await pool.stop();
        await maintenance.stop();
        await webhooks.stop();
        await stopPrometheus();
        await loop.stop();
        await shadow.stop();
        await flagd?.close();
        await app?.close();
        await jobs.close();
        await storage.close();
      },
    };
  } catch (error) {
    await queue.close();
    await storage.close();
    throw error;
  }
}

/** Refuses to start where people would sign in to a tenant that is not there. */
async function requireTenantOf({ oidc }: Configuration, storage: LearningStorage): Promise<void> {
  if (oidc !== undefined && (await storage.tenants.readTenant(oidc.tenant)) === undefined)
    throw new Error(`RAMPWRIGHT_OIDC_TENANT: there is no tenant "${oidc.tenant}"; make it first, or name another one`);
}

function trainerOf({ trainingRunner }: ServerParts, storage: SqlStorage): TrainingRunner | null {
  return typeof trainingRunner === 'function' ? trainingRunner(storage) : (trainingRunner ?? null);
}

/** Ids of holders that streams are opened by: those of keys, and those of sessions. */
function withSessions(keys: Authenticator, sessions: Sessions): Authenticator {
  return { ...keys, find: (keyId) => (isSessionHolder(keyId) ? sessions.find(keyId) : keys.find(keyId)) };
}

function livingOf(keys: KeyStore, sessions: Sessions): Pick<KeyStore, 'listLiving'> {
  return {
    listLiving: async (holderIds) => [
      ...(await keys.listLiving(holderIds.filter((holderId) => !isSessionHolder(holderId)))),
      ...(await sessions.listLiving(holderIds.filter(isSessionHolder))),
    ],
  };
}

function tellOfWall({ tenantWall }: SqlStorage, log: FastifyBaseLogger): void {
  if (tenantWall === 'forced')
    log.info('the database user may not take the role rampwright_tenant: row-level security is forced on it instead');
  if (tenantWall === 'none')
    log.warn(
      'the database user passes row-level security and may not take the role rampwright_tenant: only conditions keep tenants apart',
    );
}

async function startFlagd(
  { flagd, host }: Configuration,
  deps: Dependencies,
  log: FastifyBaseLogger,
  onError: (error: unknown) => void,
): Promise<SyncServer | undefined> {
  if (flagd === undefined) return undefined;
  const onLargeMessage = (environment: string, bytes: number) =>
    log.warn({ environment, bytes }, 'flagd clients refuse flag sets above 4 MiB unless told otherwise');
  const server = await startSyncServer({ ...deps, onError, onLargeMessage }, { host, ...flagd });
  log.info({ host, port: server.port, tls: flagd.tls !== null }, "flagd's sync service listens");
  return server;
}

function openStorage(
  { databaseUrl, dataDirectory }: Configuration,
  onError: (error: unknown) => void,
): Promise<SqlStorage> {
  return databaseUrl === null
    ? openEmbeddedStorage({ directory: dataDirectory, onError })
    : openPostgresStorage({ databaseUrl, onError });
}

async function whyAway(storage: Storage): Promise<string | null> {
  try {
    await storage.ping();
    return null;
  } catch (error) {
    return error instanceof Problem ? error.message : 'the database does not answer';
  }
}
