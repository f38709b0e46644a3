import { APP_CONFIG_EXPONENTIAL, APP_CONFIG_LINEAR } from './app-config.ts';
import { ARGO_ROLLOUTS } from './argo/argo-rollouts.ts';
import { BETA_MIXTURE_TEST } from './beta-mixture-test.ts';
import { BIG_BANG } from './big-bang.ts';
import { DO_NOTHING } from './do-nothing.ts';
import { FLAGGER } from './flagger.ts';
import { GROWTH_BOOK } from './growthbook.ts';
import { KAYENTA } from './kayenta/kayenta.ts';
import { LAUNCH_DARKLY } from './launch-darkly.ts';
import { RISK_BUDGET_RAMP } from './li-mao-bojinov.ts';
import { LINDON_MALEK_TEST } from './lindon-malek-test.ts';
import { LINKEDIN_SQR } from './linkedin-sqr.ts';
import { NAIVE_Z } from './naive-z.ts';
import type { Peer } from './peer.ts';
import type { Policy } from './policy.ts';
import { SCHEDULE_ONLY } from './schedule-only.ts';
import { STATSIG } from './statsig.ts';
import { THRESHOLD } from './threshold.ts';
import { UBER_STAGED_ROLLOUT } from './uber-staged-rollout.ts';
import { UNLEASH } from './unleash.ts';

/** Frames first, then products, then published ideas that we had to reconstruct. */
export const PEERS: readonly Peer[] = [
  DO_NOTHING,
  BIG_BANG,
  SCHEDULE_ONLY,
  THRESHOLD,
  NAIVE_Z,
  BETA_MIXTURE_TEST,
  LINDON_MALEK_TEST,
  FLAGGER,
  ARGO_ROLLOUTS,
  KAYENTA,
  GROWTH_BOOK,
  LAUNCH_DARKLY,
  STATSIG,
  APP_CONFIG_LINEAR,
  APP_CONFIG_EXPONENTIAL,
  UNLEASH,
  UBER_STAGED_ROLLOUT,
  LINKEDIN_SQR,
  RISK_BUDGET_RAMP,
];

/** Every frame and peer as shipped, and behind it as tuned where there is something to tune. */
export function peerPolicies(): readonly Policy[] {
  return PEERS.flatMap(({ shipped, tuned }) => (tuned === undefined ? [shipped] : [shipped, tuned]));
}

const BY_NAME: ReadonlyMap<string, Policy> = new Map(
  PEERS.flatMap(({ shipped, tuned, speeds, tuningGrid }) =>
    [shipped, tuned ?? [], speeds, tuningGrid.map(({ policy }) => policy)].flat(),
  ).map((policy) => [policy.name, policy]),
);

/** The policy with a name such as "flagger/shipped", "flagger/speed-2" or "flagger/grid-3"; undefined where there is none. */
export function peerPolicy(name: string): Policy | undefined {
  return BY_NAME.get(name);
}
