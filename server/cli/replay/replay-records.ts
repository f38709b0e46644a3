import { type ReplaySettings, replayRollout, reproduceDecisions } from '../../../controller/index.ts';
import { CliError } from '../cli-error.ts';
import { connect, type Environment, type ShowOptions } from '../connection.ts';
import { print, printJson } from '../output.ts';
import { readAppetite } from './read-appetite.ts';
import { readAskedPlan } from './read-asked-plan.ts';
import { readGeneration } from './read-generation.ts';
import { askedRamp, askedRisk, readHeldModels } from './read-models.ts';
import { replayReport } from './replay-report.ts';

/** What a person asked for. */
export interface ReplayOptions extends ShowOptions {
  readonly generation?: string;
  readonly policy: string;
  readonly appetite?: string;
  readonly riskModel?: 'off' | 'hold' | 'rollback';
  readonly plan?: string;
}

/** Reads a generation's records and models, makes its decisions again, and prints what differs; CliError where some come out otherwise than recorded. */
export async function replayRecords(rollout: string, options: ReplayOptions, env: Environment): Promise<void> {
  const { policy, riskModel } = options;
  const appetite = options.appetite === undefined ? undefined : readAppetite(options.appetite);
  const client = connect(options, env);
  const { records, definition, generation } = await readGeneration(client, rollout, options.generation);
  const held = await readHeldModels(client, records);
  const ramp = await askedRamp(client, held, policy);
  const risk = riskModel === undefined ? {} : await askedRisk(client, held);
  const settings: ReplaySettings = {
    ...(options.plan === undefined ? {} : { plan: await readAskedPlan(client, options.plan, definition) }),
    ...(policy === 'recorded' ? {} : { rampPolicy: ramp === undefined ? 'schedule' : 'learned' }),
    ...(appetite === undefined ? {} : { appetite }),
    ...(riskModel === undefined ? {} : { riskModel }),
    ...(ramp === undefined && riskModel === undefined
      ? {}
      : { models: { ...risk, ...(ramp === undefined ? {} : { ramp }) } }),
  };
  const reproduction = reproduceDecisions(records, held);
  const isAsIs = Object.keys(settings).length === 0;
  const replay = isAsIs ? null : replayRollout(records, held, settings);
  const asked = {
    ...(options.plan === undefined ? {} : { plan: options.plan }),
    ...(policy === 'recorded' ? {} : { policy: ramp === undefined ? 'schedule' : ramp.id }),
    ...(appetite === undefined ? {} : { appetite }),
    ...(riskModel === undefined ? {} : { riskModel }),
  };
  const told = { rollout, generation, records: records.length, reproduction, asked, replay };
  if (options.json) printJson(told);
  else print(replayReport(told));
  const { different } = reproduction;
  if (different.length > 0)
    throw new CliError(`${different.length} of ${records.length} decisions come out otherwise than recorded.`, 1);
}
