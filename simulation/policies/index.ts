export { type AppConfigSettings, appConfig } from './app-config.ts';
export { type ArgoSettings, argoRollouts } from './argo/argo-rollouts.ts';
export { betaMixtureTest } from './beta-mixture-test.ts';
export { bigBang } from './big-bang.ts';
export type { CountTestSettings } from './count-test.ts';
export { doNothing } from './do-nothing.ts';
export { type FlaggerSettings, flagger } from './flagger.ts';
export { type GrowthBookSettings, growthBook } from './growthbook.ts';
export { type KayentaSettings, kayenta } from './kayenta/kayenta.ts';
export { type LaunchDarklySettings, launchDarkly } from './launch-darkly.ts';
export { type RiskBudgetSettings, riskBudgetRamp } from './li-mao-bojinov.ts';
export { lindonMalekTest } from './lindon-malek-test.ts';
export { linkedinSqr, type SqrSettings } from './linkedin-sqr.ts';
export { type NaiveZSettings, naiveZ } from './naive-z.ts';
export type { Candidate, Peer } from './peer.ts';
export { PEERS, peerPolicies, peerPolicy } from './peer-policies.ts';
export type {
  ArmWindow,
  Policy,
  PolicyMove,
  PolicyRun,
  PolicyView,
  PolicyWindow,
  SegmentCounts,
  Told,
  ToldVerdict,
} from './policy.ts';
export type { Rule } from './rule.ts';
export { type ScheduleSettings, scheduleOnly } from './schedule-only.ts';
export type { Speed } from './speeds.ts';
export { type StatsigSettings, statsig } from './statsig.ts';
export { type ThresholdSettings, threshold } from './threshold.ts';
export { TUNED_PEERS, type TunedPeer } from './tuned-peers.ts';
export { type UberSettings, uberStagedRollout } from './uber-staged-rollout.ts';
export { type UnleashSettings, unleash } from './unleash.ts';
