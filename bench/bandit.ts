import { parseArgs } from 'node:util';
import { NO_MODELS, shippedModels } from '../controller/index.ts';
import {
  APPETITES,
  clusterBootstrap,
  decisionDraws,
  emptyRampPolicy,
  forgetALittle,
  learnDecisions,
  type RampPolicy,
  scalarCost,
} from '../models/index.ts';
import { readScenarios, seedsIn } from '../simulate/index.ts';
import {
  learnedFrom,
  type OurSettings,
  ourPolicy,
  PACED,
  type RunOutcome,
  rampRun,
  runCosts,
  runWorld,
  type Scenario,
  TUNED,
} from '../simulation/index.ts';
import { PROFILES } from './bandit/profiles.ts';
import { atTenant, RAMP_TENANTS, type RampTenant } from './bandit/ramp-tenants.ts';

// The ramp policy against the schedule and fixed profiles, tenant by tenant, in the same worlds; and what gaining the
// experience cost beside the schedule in the very worlds that it was gained in.
//   npm run bench:bandit -- [--seeds 1..2] [--experience 0,100] [--tenant 'busy shop'] [--start warm]
// The whole size: --seeds 1..20 --experience 0,100,300,1000,3000
const HARMFUL_SHARE = 0.25;
const FIRST_EXPERIENCE_SEED = 30_001;
const RESAMPLES = 1_000;
/** The plan that the policy has room in, every dwell kept to. */
const { shortestDwellMs: _room, ...UNLEARNED } = PACED;

const { values } = parseArgs({
  options: {
    seeds: { type: 'string', default: '1..2' },
    experience: { type: 'string', default: '0,100' },
    tenant: { type: 'string' },
    start: { type: 'string' },
  },
});
const seeds = seedsIn(values.seeds);
const levels = values.experience.split(',').map(Number);
const scenarios = readScenarios(undefined).filter(({ kind }) => kind !== 'dataFault');
const shipped = shippedModels().ramp;
if (!shipped) throw new Error('no ramp policy is shipped: npm run train:ramp');

console.log(
  `seeds ${values.seeds}, ${seeds.length * scenarios.length} worlds for each figure; cost of a rollout, less is better`,
);
for (const tenant of RAMP_TENANTS) {
  if (values.tenant === undefined || values.tenant === tenant.name) compareFor(tenant);
}

function compareFor(tenant: RampTenant): void {
  const worlds = scenarios.flatMap((scenario) => seeds.map((seed) => ({ scenario: atTenant(scenario, tenant), seed })));
  const played = (settings: OurSettings) => {
    const policy = ourPolicy({ name: 'fixed', setting: 'tuned', settings });
    return worlds.map(({ scenario, seed }) => runWorld(scenario, seed, policy));
  };
  const schedule = played(TUNED);
  const cost = (runs: readonly RunOutcome[]) => runs.map((run) => costOf(run, tenant));
  const baseline = cost(schedule);
  tell(tenant, 'schedule', schedule, baseline);
  tell(tenant, 'paced plan, nothing learned', played(UNLEARNED), baseline);
  const profiles = PROFILES.map(({ name, settings }) => ({ name, runs: played(settings) }));
  for (const { name, runs } of profiles) tell(tenant, `profile ${name}`, runs, baseline);
  const best = profiles.map(({ runs }) => cost(runs)).sort((a, b) => weightedCost(a) - weightedCost(b))[0]!;
  for (const start of ['cold', 'warm'] as const) {
    if (values.start !== undefined && values.start !== start) continue;
    let policy = start === 'cold' ? emptyRampPolicy('cold') : shipped!.artefact;
    let gained = { experience: 0, own: 0, schedule: 0 };
    for (const level of levels) {
      while (gained.experience < level) {
        const { learned, own, scheduled } = afterRollout(policy, tenant, gained.experience);
        policy = learned;
        gained = { experience: gained.experience + 1, own: gained.own + own, schedule: gained.schedule + scheduled };
      }
      const runs = worlds.map(({ scenario, seed }) => rampRun(rolloutOf(policy, tenant, scenario, seed)).outcome);
      tell(tenant, `bandit ${start} ${level}`, runs, baseline);
      tell(tenant, `bandit ${start} ${level}, against the best profile`, runs, best);
      const more = 100 * (gained.own / gained.schedule - 1);
      if (level > 0) console.log(`${tenant.name} | gaining it cost ${more.toFixed(1)} % more than the schedule`);
    }
  }

  function weightedCost(costs: readonly number[]): number {
    return weightedMean(schedule.map(({ kind }, index) => ({ kind, value: costs[index]! })));
  }
}

/** One more rollout of the tenant's own, what it cost, and what the schedule would have cost in its world. */
function afterRollout(policy: RampPolicy, tenant: RampTenant, index: number) {
  const { uniform } = decisionDraws(FIRST_EXPERIENCE_SEED + index);
  const kind = uniform() < HARMFUL_SHARE ? 'harmful' : 'benign';
  const ofKind = scenarios.filter((scenario) => scenario.kind === kind);
  const scenario = ofKind[Math.floor(uniform() * ofKind.length)]!;
  const [world, seed] = [atTenant(scenario, tenant), FIRST_EXPERIENCE_SEED + index];
  const { decisions, outcome } = rampRun(rolloutOf(policy, tenant, world, seed));
  const asPlanned = runWorld(world, seed, ourPolicy({ name: 'fixed', setting: 'tuned', settings: TUNED }));
  const learned = learnDecisions(
    forgetALittle(policy),
    decisions.map((decision) => learnedFrom(decision, 1)),
  );
  return { learned, own: costOf(outcome, tenant), scheduled: costOf(asPlanned, tenant) };
}

function rolloutOf(artefact: RampPolicy, { appetite }: RampTenant, scenario: Scenario, seed: number) {
  const ramp = { id: artefact.version, hash: artefact.version, fittedAtMs: null, artefact };
  const settings: OurSettings = { ...PACED, rampPolicy: 'learned', appetite };
  return { scenario, seed, settings, models: { ...NO_MODELS, ramp } };
}

function costOf(run: RunOutcome, { appetite }: RampTenant): number {
  return scalarCost(runCosts(run), APPETITES[appetite]);
}

/** Weighted as in the benchmark: a quarter of all rollouts does harm. */
function weightedMean(items: readonly { readonly kind: string; readonly value: number }[]): number {
  return (['harmful', 'benign'] as const).reduce((sum, kind) => {
    const some = items.filter((item) => item.kind === kind).map(({ value }) => value);
    const mean = some.reduce((total, value) => total + value, 0) / some.length;
    return sum + (kind === 'harmful' ? HARMFUL_SHARE : 1 - HARMFUL_SHARE) * mean;
  }, 0);
}

function tell(tenant: RampTenant, name: string, runs: readonly RunOutcome[], baseline: readonly number[]): void {
  const own = runs.map((run) => ({ kind: run.kind, value: costOf(run, tenant) }));
  const differences = own.map(({ kind, value }, index) => ({ kind, value: value - baseline[index]! }));
  const options = { replicates: RESAMPLES, level: 0.95, uniform: decisionDraws(1).uniform };
  const { lower, upper } = clusterBootstrap(
    differences.map((item) => [item]),
    weightedMean,
    options,
  );
  const figures = [weightedMean(own), weightedMean(differences), lower, upper].map((figure) => figure.toFixed(2));
  const harmful = runs.filter(({ kind }) => kind === 'harmful');
  const benign = runs.filter(({ kind }) => kind === 'benign');
  const harm = harmful.reduce((sum, run) => sum + run.harm, 0) / harmful.length;
  const back = benign.filter(({ end }) => end === 'rolledBack').length;
  console.log(
    `${tenant.name} | ${name} | ${figures[0]} | ${figures[1]} [${figures[2]}, ${figures[3]}] | harm ${harm.toFixed(3)} | ${back} of ${benign.length} taken back falsely`,
  );
}
