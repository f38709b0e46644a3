import {
  type Clock,
  DEFAULT_SETTINGS,
  type EnvironmentVersion,
  type FlagDefinition,
  type FlagStore,
  Problem,
  type Scope,
  type StoredFlag,
  type WriteOptions,
} from '../../../domain/index.ts';
import { readPublished } from './read-published.ts';
import type { Statements } from './statements.ts';
import {
  compareBytes,
  environmentKeyOf,
  findEnvironment,
  parsed,
  recordChange,
  requireEnvironment,
  type Tables,
} from './tables.ts';

const SECRET_BYTES = 32;

/** Environments and the flags in them. */
export function flagStatements(
  tables: Tables,
  clock: Clock,
  drawBytes: (count: number) => Uint8Array,
): Statements<FlagStore> {
  return {
    createEnvironment(scope) {
      if (findEnvironment(tables, scope)) throw new Problem('environmentExists', `"${scope.environment}"`);
      createEnvironment(tables, scope, drawBytes(SECRET_BYTES));
    },
    listEnvironments: (tenant) => versionsIn(tables).filter((row) => row.tenant === tenant),
    listVersions: () => versionsIn(tables),
    readPublished: (scope, held) => readPublished(requireEnvironment(tables, scope), held),
    readFlag: (scope, key) => readFlag(tables, scope, key),
    listFlags: (scope, { limit, after = '' }) =>
      [...(findEnvironment(tables, scope)?.flags.keys() ?? [])]
        .filter((key) => compareBytes(key, after) > 0)
        .sort(compareBytes)
        .slice(0, limit)
        .map((key) => readFlag(tables, scope, key)!),
    writeFlag: (scope, key, definition, options) => writeFlag(tables, scope, key, definition, options, clock.nowMs()),
    writeEvaluators: (scope, evaluators, options) =>
      writeEnvironment(tables, scope, { column: 'evaluators', value: evaluators }, options, clock.nowMs()),
    writeSettings: (scope, settings, options) =>
      writeEnvironment(tables, scope, { column: 'settings', value: settings }, options, clock.nowMs()),
    listChanges: (scope, { limit, before = Number.MAX_SAFE_INTEGER, subject }) =>
      (findEnvironment(tables, scope)?.changes ?? [])
        .filter((change) => change.version < before && (subject === undefined || change.subject === subject))
        .toReversed()
        .slice(0, limit)
        .map((change) => ({ ...change, payload: parsed(change.payload) })),
  };
}

function createEnvironment(tables: Tables, { tenant, environment }: Scope, ticketSecret: Uint8Array): void {
  tables.environments.set(environmentKeyOf({ tenant, environment }), {
    tenant,
    environment,
    epoch: 1,
    version: 0,
    evaluators: '{}',
    settings: JSON.stringify(DEFAULT_SETTINGS),
    ticketSecret,
    changes: [],
    flags: new Map(),
    rollouts: new Map(),
    answers: new Map(),
    records: new Map(),
    inbox: new Map(),
    heard: [],
    trouble: [],
    quarantines: new Map(),
    streams: new Map(),
  });
}

function versionsIn({ environments }: Tables): (Scope & EnvironmentVersion)[] {
  return [...environments.values()]
    .map(({ tenant, environment, epoch, version }) => ({ tenant, environment, epoch, version }))
    .sort(
      (left, right) => compareBytes(left.tenant, right.tenant) || compareBytes(left.environment, right.environment),
    );
}

function readFlag(tables: Tables, scope: Scope, key: string): StoredFlag | undefined {
  const flag = findEnvironment(tables, scope)?.flags.get(key);
  return flag && { key, definition: parsed<FlagDefinition>(flag.definition), revision: flag.revision };
}

function writeFlag(
  tables: Tables,
  scope: Scope,
  key: string,
  definition: FlagDefinition,
  { ifRevision, actor, reason }: WriteOptions,
  nowMs: number,
): StoredFlag {
  const environment = requireEnvironment(tables, scope);
  const current = environment.flags.get(key)?.revision ?? 0;
  if (ifRevision !== undefined && ifRevision !== current) {
    const found = current === 0 ? 'does not exist' : `is at revision ${current}, not ${ifRevision}`;
    throw new Problem('revisionMismatch', `flag "${key}" ${found}`);
  }
  const revision = current + 1;
  environment.flags.set(key, { definition: JSON.stringify(definition), revision });
  const payload = { revision, definition, reason: reason ?? null };
  recordChange(environment, { kind: 'flag', subject: key, payload, actor, atMs: nowMs });
  return { key, definition, revision };
}

function writeEnvironment(
  tables: Tables,
  scope: Scope,
  { column, value }: { readonly column: 'evaluators' | 'settings'; readonly value: unknown },
  { ifRevision, actor, reason }: WriteOptions,
  nowMs: number,
): EnvironmentVersion {
  const environment = requireEnvironment(tables, scope);
  if (ifRevision !== undefined && ifRevision !== environment.version) {
    throw new Problem('revisionMismatch', `the environment is at version ${environment.version}, not ${ifRevision}`);
  }
  environment[column] = JSON.stringify(value);
  const payload = { definition: value, reason: reason ?? null };
  return recordChange(environment, { kind: column, subject: `$${column}`, payload, actor, atMs: nowMs });
}
