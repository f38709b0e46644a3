import { setTimeout as sleep } from 'node:timers/promises';
import type { Command } from 'commander';
import type { TrainingRun } from '../../../domain/index.ts';
import type { ApiClient } from '../api-client.ts';
import { CliError, usageError } from '../cli-error.ts';
import { connect, type Environment, type ShowOptions, withConnection } from '../connection.ts';
import { print, printJson } from '../output.ts';

interface TrainOptions extends ShowOptions {
  readonly cutOff?: string;
  readonly detach?: boolean;
}

/** What the pipeline says of a run that completed; other trainers may say other things. */
interface Result {
  readonly outcome?: string;
  readonly reason?: string;
  readonly modelId?: string;
  readonly verdict?: string;
  readonly nextState?: string;
  readonly reasons?: readonly string[];
}

const LOOK_MS = 500;

/** `train`: starts a training run, shows how far it is, and ends with it. */
export function addTrain(program: Command, env: Environment): void {
  withConnection(
    program
      .command('train')
      .description('Train a model from recorded rollouts and their labels (docs/training.md).')
      .argument('[kind]', 'what to train', 'risk')
      .option('--cut-off <time>', 'learn only from what was known by then: ISO 8601 or ms; default: now')
      .option('--detach', 'do not wait for the end'),
  ).action(async (kind: string, options: TrainOptions) => {
    const client = connect(options, env);
    const cutOffMs = options.cutOff === undefined ? undefined : momentIn(options.cutOff);
    const body = { kind, ...(cutOffMs === undefined ? {} : { cutOffMs }) };
    const started = await client.call<TrainingRun>('POST', '/training-runs', { body });
    const run = options.detach ? started : await followed(client, started);
    if (options.json) printJson(run);
    else print(options.detach ? `Training run ${run.runId} waits for its turn.` : textOf(run));
    const failure = options.detach ? undefined : failureOf(run);
    if (failure !== undefined) throw new CliError(failure, 1);
  });
}

/** Progress goes to standard error, so that the output is the answer alone. */
async function followed(client: ApiClient, started: TrainingRun): Promise<TrainingRun> {
  let [run, told] = [started, ''];
  for (;;) {
    const { share, words } = run.progress;
    const line = `${String(Math.round(100 * share)).padStart(3)} %  ${words}`;
    if (line !== told) process.stderr.write(`${line}\n`);
    told = line;
    if (run.state !== 'queued' && run.state !== 'running') return run;
    await sleep(LOOK_MS);
    run = await client.call<TrainingRun>('GET', `/training-runs/${run.runId}`);
  }
}

function textOf({ runId, state, result, dataSetHash }: TrainingRun): string {
  const { modelId, verdict, nextState, reasons = [] } = (result ?? {}) as Result;
  if (modelId === undefined) return `Training run ${runId} is ${state}.`;
  return [
    `${modelId} was fitted on data set ${dataSetHash ?? 'unknown'}.`,
    `The gate says: ${verdict}. The model is ${nextState === 'champion' ? 'champion' : `at the stage "${nextState}"`}.`,
    ...reasons.map((reason) => `  ${reason}`),
  ].join('\n');
}

function failureOf({ runId, state, failure, result }: TrainingRun): string | undefined {
  const { outcome, reason } = (result ?? {}) as Result;
  if (outcome === 'refused') return `Nothing was trained. ${reason}`;
  return state === 'completed' ? undefined : `Training run ${runId} ${state}: ${failure ?? 'no reason was given'}`;
}

function momentIn(text: string): number {
  const ms = /^\d+$/.test(text) ? Number(text) : Date.parse(text);
  if (Number.isNaN(ms)) throw usageError(`--cut-off ${text}: write a time such as 2026-01-31T12:00:00Z`);
  return ms;
}
