import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { BAND_MINUTES, TRAFFIC_BANDS, type TrafficBand, trafficBandOf } from '../models/index.ts';
import { readScenarios } from '../simulate/index.ts';
import { makeScoreCard, openBenchWorld, type RunOutcome, scoreCardText } from '../simulation/index.ts';

// The score card of runs that were played already, once for each band of traffic.
//   node dist/bench/by-traffic.js --outcomes DIR [--scenarios PLACE] [--reference guardrails/tuned]
// DIR is the --out of `rampwright simulate`, on synthetic series; scenarios are those that it was called with.
const { values } = parseArgs({
  options: {
    outcomes: { type: 'string' },
    scenarios: { type: 'string' },
    reference: { type: 'string', default: 'guardrails/tuned' },
  },
});
if (values.outcomes === undefined) throw new Error('name the folder of the outcomes: --outcomes DIR');
const [, ...lines] = readFileSync(join(values.outcomes, 'outcomes.jsonl'), 'utf8').trimEnd().split('\n');
const worlds = lines.map((line) => JSON.parse(line) as readonly RunOutcome[]);
const scenarios = new Map(readScenarios(values.scenarios).map((scenario) => [scenario.name, scenario]));

const byBand = new Map<TrafficBand, RunOutcome[]>(TRAFFIC_BANDS.map((band) => [band, []]));
for (const outcomes of worlds) byBand.get(bandOf(outcomes[0]!))!.push(...outcomes);
for (const [band, outcomes] of byBand) {
  if (outcomes.length === 0) continue;
  const plan = {
    title: `Traffic: ${band}`,
    date: '',
    traces: 'synthetic series',
    seed: 1,
    resamples: 1_000,
    sweeps: [],
    references: [values.reference],
  };
  console.log(scoreCardText(makeScoreCard(outcomes, plan)));
}

/** The band that the risk model puts a rollout in this world into, whatever the policy. */
function bandOf({ scenario, seed }: RunOutcome): TrafficBand {
  const world = openBenchWorld(scenarios.get(scenario)!, seed);
  const ticksPerMinute = 60_000 / world.tickMs;
  const units = Array.from({ length: BAND_MINUTES }, (_, minute) => {
    let sum = 0;
    for (let tick = minute * ticksPerMinute; tick < (minute + 1) * ticksPerMinute; tick += 1) {
      const { treatment, control } = world.windowAt({ tick, coverage: 0, raisedAtMs: 0 });
      sum += treatment.exposures + control.exposures;
    }
    return sum;
  });
  return trafficBandOf(units)!;
}
