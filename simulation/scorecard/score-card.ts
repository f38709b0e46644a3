import type { Figures } from './figures.ts';
import type { Scenario } from './outcome-table.ts';
import type { Estimate } from './resamples.ts';

/** One policy at several settings of its speed. */
export interface Sweep {
  readonly name: string;
  /** By name, in the order of their speed. */
  readonly policies: readonly string[];
}

/** What a score card is made with, besides outcomes. */
export interface ScoreCardPlan {
  readonly title: string;
  /** When the runs were made, in whatever form it should be shown. */
  readonly date: string;
  /** What the worlds' traffic was taken from: score cards of different traces are never compared. */
  readonly traces: string;
  /** Of the resamples. */
  readonly seed: number;
  readonly resamples: number;
  readonly sweeps: readonly Sweep[];
  /** Policies that all others are compared with. */
  readonly references: readonly string[];
}

/** The figures of policies in the same worlds; what the JSON file holds, in this order of keys. */
export interface ScoreCard {
  readonly format: 'rampwright-score-card/1';
  readonly title: string;
  readonly date: string;
  readonly traces: string;
  readonly seed: number;
  readonly resamples: number;
  /** Of each policy. */
  readonly runs: number;
  readonly scenarios: readonly ScenarioOnCard[];
  /** By rising loss, then by name; those without one last. */
  readonly policies: readonly PolicyScore[];
  readonly differences: readonly PolicyDifference[];
  readonly fronts: readonly Front[];
}

/** A scenario, and in how many worlds each policy met it. */
export interface ScenarioOnCard extends Scenario {
  readonly runs: number;
}

/** How one policy did. */
export interface PolicyScore {
  readonly policy: string;
  /** Over all scenarios that a figure speaks about; `value` is null where there was no such run. */
  readonly figures: Figures;
  /** What harmful and benign scenarios add to the loss. */
  readonly lossParts: { readonly harmful: number | null; readonly benign: number | null };
  /** In the order of the scenarios: the figures that speak about each. There `loss` is the mean cost of a run. */
  readonly scenarios: readonly ScenarioScore[];
  readonly delays: readonly DelayPoint[];
}

/** How one policy did in one scenario. */
export interface ScenarioScore {
  readonly scenario: string;
  readonly figures: Partial<Figures>;
}

/** The share of the runs with harm that were taken back within some minutes; misses are among the runs. */
export interface DelayPoint {
  readonly minutes: number;
  readonly share: number;
}

/** One policy's figures less another's, in the worlds where both have them. */
export interface PolicyDifference {
  readonly policy: string;
  readonly reference: string;
  readonly figures: Figures;
  /** Worlds in which its run cost less, more, or the same. */
  readonly worlds: { readonly cheaper: number; readonly dearer: number; readonly same: number };
}

/** Harm against speed over the settings of one policy. */
export interface Front {
  readonly sweep: string;
  readonly settings: readonly FrontSetting[];
  /** In hours: 12 would be no harm at once. 0 when no setting keeps to the limit of false rollbacks. */
  readonly hypervolume: Estimate;
}

/** One setting of a sweep. */
export interface FrontSetting {
  readonly policy: string;
  /** Whether it rolls back at most 2 % of benign runs. */
  readonly isEligible: boolean;
  readonly isOnFront: boolean;
}
