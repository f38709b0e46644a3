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
  type RunOutcome,
  rampRun,
  runCosts,
  runWorld,
  type Scenario,
  TUNED,
} from '../simulation/index.ts';
import { PROFILES } from './bandit/profiles.ts';
import { atTenant, RAMP_TENANTS, type RampTenant } from './bandit/ramp-tenants.ts';

// The ramp policy against the schedule and fixed profiles, tenant by tenant, in the same worlds.
//   npm run bench:bandit -- [--seeds 1..2] [--experience 0,100] [--tenant 'busy shop']
// The whole size: --seeds 1..20 --experience 0,100,300,1000,3000
const HARMFUL_SHARE = 0.25;
const FIRST_EXPERIENCE_SEED = 30_001;
const RESAMPLES = 1_000;

const { values } = parseArgs({
  options: {
    seeds: { type: 'string', default: '1..2' },
    experience: { type: 'string', default: '0,100' },
    tenant: { type: 'string' },
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
  for (const { name, settings } of PROFILES) tell(tenant, `profile ${name}`, played(settings), baseline);
  for (const start of ['cold', 'warm'] as const) {
    let policy = start === 'cold' ? emptyRampPolicy('cold') : shipped!.artefact;
    let experience = 0;
    for (const level of levels) {
      for (; experience < level; experience += 1) policy = afterRollout(policy, tenant, experience);
      const runs = worlds.map(({ scenario, seed }) => rampRun(rolloutOf(policy, tenant, scenario, seed)).outcome);
      tell(tenant, `bandit ${start} ${level}`, runs, baseline);
    }
  }
}

function afterRollout(policy: RampPolicy, tenant: RampTenant, index: number): RampPolicy {
  const { uniform } = decisionDraws(FIRST_EXPERIENCE_SEED + index);
  const kind = uniform() < HARMFUL_SHARE ? 'harmful' : 'benign';
  const ofKind = scenarios.filter((scenario) => scenario.kind === kind);
  const scenario = ofKind[Math.floor(uniform() * ofKind.length)]!;
  const { decisions } = rampRun(rolloutOf(policy, tenant, atTenant(scenario, tenant), FIRST_EXPERIENCE_SEED + index));
  return learnDecisions(
    forgetALittle(policy),
    decisions.map((decision) => learnedFrom(decision, 1)),
  );
}

function rolloutOf(artefact: RampPolicy, { appetite }: RampTenant, scenario: Scenario, seed: number) {
  const ramp = { id: artefact.version, hash: artefact.version, fittedAtMs: null, artefact };
  const settings: OurSettings = { ...TUNED, rampPolicy: 'learned', appetite };
  return { scenario, seed, settings, models: { ...NO_MODELS, ramp } };
}

function costOf(run: RunOutcome, { appetite }: RampTenant): number {
  return scalarCost(runCosts(run), APPETITES[appetite]);
}

/** Weighted as in the benchmark: a quarter of all rollouts does harm. */
function tell(tenant: RampTenant, name: string, runs: readonly RunOutcome[], baseline: readonly number[]): void {
  const paired = runs.map((run, index) => {
    const own = costOf(run, tenant);
    return { seed: run.seed, kind: run.kind, own, difference: own - baseline[index]! };
  });
  const weighted = (field: 'own' | 'difference') => (items: readonly (typeof paired)[number][]) =>
    (['harmful', 'benign'] as const).reduce((sum, kind) => {
      const some = items.filter((item) => item.kind === kind).map((item) => item[field]);
      const mean = some.reduce((total, value) => total + value, 0) / some.length;
      return sum + (kind === 'harmful' ? HARMFUL_SHARE : 1 - HARMFUL_SHARE) * mean;
    }, 0);
  const options = { replicates: RESAMPLES, level: 0.95, uniform: decisionDraws(1).uniform };
  const { lower, upper } = clusterBootstrap(
    paired.map((item) => [item]),
    weighted('difference'),
    options,
  );
  const figures = [weighted('own')(paired), weighted('difference')(paired), lower, upper].map((figure) =>
    figure.toFixed(2),
  );
  const harmful = runs.filter(({ kind }) => kind === 'harmful');
  const benign = runs.filter(({ kind }) => kind === 'benign');
  const harm = harmful.reduce((sum, run) => sum + run.harm, 0) / harmful.length;
  const back = benign.filter(({ end }) => end === 'rolledBack').length;
  console.log(
    `${tenant.name} | ${name} | ${figures[0]} | ${figures[1]} [${figures[2]}, ${figures[3]}] | harm ${harm.toFixed(3)} | ${back} of ${benign.length} taken back falsely`,
  );
}
