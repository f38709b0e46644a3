import { readFileSync } from 'node:fs';
import { type DecisionModels, recordOf } from '../../../controller/index.ts';
import type { DecisionRecord } from '../../../domain/index.ts';
import { type OurSettings, ourPolicy, readScenario, runWorld } from '../../../simulation/index.ts';

/** The records of one simulated rollout, as they come out of a store. */
export function recordedRun(
  name: string,
  seed: number,
  { settings, models }: { readonly settings: OurSettings; readonly models: DecisionModels },
): readonly DecisionRecord[] {
  const file = new URL(`../../../simulation/scenarios/${name}.json`, import.meta.url);
  const records: DecisionRecord[] = [];
  const policy = ourPolicy({
    name: 'recorded',
    setting: 'tuned',
    settings,
    models,
    onDecision: (outcome, observation) => records.push(recordOf(observation, outcome)),
  });
  runWorld(readScenario(JSON.parse(readFileSync(file, 'utf8'))), seed, policy);
  return JSON.parse(JSON.stringify(records)) as readonly DecisionRecord[];
}
