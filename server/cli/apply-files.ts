import type { EnvironmentSettings, JsonValue, Rollout } from '../../domain/index.ts';
import {
  type ActualState,
  type Change,
  type Comparison,
  compareState,
  desiredState,
  type Mistake,
  readDocuments,
} from '../../gitops/index.ts';
import type { ApiClient } from './api-client.ts';
import { changeLines, comparisonReport } from './apply-report.ts';
import { ApiError, CliError, usageError } from './cli-error.ts';
import { connect, type Environment, type ShowOptions } from './connection.ts';
import type { StoredFlag } from './flag-table.ts';
import { print, printJson } from './output.ts';
import { allPages } from './pages.ts';
import { readSources } from './read-sources.ts';

/** What a person asked for. */
export interface ApplyOptions extends ShowOptions {
  readonly dryRun?: boolean;
  readonly check?: boolean;
}

/** Brings an environment to what files say, or says what that would take; throws what decides about the exit code. */
export async function applyFiles(paths: readonly string[], options: ApplyOptions, env: Environment): Promise<void> {
  const { documents, mistakes } = readDocuments(await readSources(paths));
  const { desired, mistakes: unresolved } = desiredState(documents);
  if (mistakes.length + unresolved.length > 0) throw usageError(mistakeText([...mistakes, ...unresolved]));
  if (documents.length === 0) throw usageError(`there is no document in ${paths.join(', ')}`);
  const client = connect(options, env);
  const comparison = compareState(desired, await readActual(client));
  if (comparison.mistakes.length > 0) throw new CliError(mistakeText(comparison.mistakes), 1);
  const isOnlyShown = options.dryRun === true || options.check === true;
  if (options.json) printJson({ ...comparison, applied: !isOnlyShown });
  else print(comparisonReport(comparison, client.environment));
  if (options.check === true && comparison.changes.length > 0)
    throw new CliError(`${client.environment} is not what the files say.`, 1);
  if (!isOnlyShown) await apply(client, comparison, options.json === true);
}

async function readActual(client: ApiClient): Promise<ActualState> {
  const flags = await allPages<StoredFlag>(client, '/flags', {
    itemsOf: ({ flags: page }) => page!,
    keyOf: ({ key }) => key,
  });
  const rollouts = await allPages<Rollout>(client, '/rollouts', {
    itemsOf: ({ rollouts: page }) => page!,
    keyOf: ({ definition }) => definition.rollout,
  });
  const { evaluators } = await client.call<{ readonly evaluators: ActualState['rules'] }>('GET', '/evaluators');
  return {
    settings: await client.call<EnvironmentSettings>('GET', '/settings'),
    rules: evaluators,
    flags: new Map(flags.map((flag) => [flag.key, flag])),
    rollouts: new Map(rollouts.map((rollout) => [rollout.definition.rollout, rollout])),
  };
}

/** One after the other, because later ones may need earlier ones; what is done stays done. */
async function apply(client: ApiClient, { changes }: Comparison, isQuiet: boolean): Promise<void> {
  const rules = changes.filter((change) => change.target === 'rule');
  const steps = [
    ...changes.filter(({ target }) => target === 'settings').map((change) => [change]),
    ...(rules.length === 0 ? [] : [rules]),
    ...changes.filter(({ target }) => target === 'flag' || target === 'rollout').map((change) => [change]),
  ];
  let done = 0;
  for (const step of steps) {
    try {
      await carryOut(client, step);
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      const [what] = changeLines(step[0]!);
      throw new CliError(`${what!.trim()}\n${error.message}\n${done} of ${changes.length} were done before.`, 1);
    }
    done += step.length;
  }
  if (!isQuiet && done > 0) print(`Done: ${done} of ${changes.length}.`);
}

async function carryOut(client: ApiClient, step: readonly Change[]): Promise<void> {
  const change = step[0]!;
  switch (change.target) {
    case 'settings':
      await client.call('PUT', '/settings', { body: change.value });
      return;
    case 'rule': {
      const { evaluators, version } = await client.call<{
        readonly evaluators: Readonly<Record<string, JsonValue>>;
        readonly version: number;
      }>('GET', '/evaluators');
      const wanted = step.flatMap((one) => (one.target === 'rule' ? [[one.name, one.value] as const] : []));
      const body = { ...evaluators, ...Object.fromEntries(wanted) };
      await client.call('PUT', '/evaluators', { body, headers: { 'if-match': `"${version}"` } });
      return;
    }
    case 'flag':
      await client.call('PUT', `/flags/${encodeURIComponent(change.name)}`, {
        body: change.value,
        headers: revisionHeader(change.revision),
      });
      return;
    case 'rollout': {
      const path = `/rollouts/${encodeURIComponent(change.name)}`;
      if (change.action === 'start')
        await client.call('POST', `${path}/start`, { body: { reason: 'asked for in files' } });
      else if (change.revision === 0) await client.call('POST', '/rollouts', { body: change.value });
      else await client.call('PUT', path, { body: change.value, headers: revisionHeader(change.revision) });
    }
  }
}

/** What somebody changed since it was compared is not overwritten. */
function revisionHeader(revision: number): Readonly<Record<string, string>> {
  return revision === 0 ? { 'if-none-match': '*' } : { 'if-match': `"${revision}"` };
}

function mistakeText(mistakes: readonly Mistake[]): string {
  return ['Nothing was changed:', ...mistakes.map(({ at, message }) => `  ${at}: ${message}`)].join('\n');
}
