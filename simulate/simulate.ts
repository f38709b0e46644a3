import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { makeScoreCard, type RunOutcome, type Scenario, type Sweep, scoreCardText } from '../simulation/index.ts';
import { OutcomeFile } from './outcome-file.ts';
import { playWorlds } from './play-worlds.ts';
import { policyNames, sweepsOf } from './policies-by-name.ts';
import { openProgress } from './progress.ts';
import { readScenarios } from './read-scenarios.ts';
import { readTraces, tracesInWords } from './read-traces.ts';
import { seedsIn } from './seeds-in.ts';
import { openTiming } from './timing.ts';
import { writeScoreCard } from './write-score-card.ts';
import { reasonOf, WrongInput } from './wrong-input.ts';

/** What `rampwright simulate` is asked for. */
export interface SimulateOptions {
  readonly scenarios?: string;
  readonly seeds: string;
  readonly policies: string;
  readonly traces?: string;
  readonly workers: number;
  readonly out: string;
  /** Whether every rule is also played at other speeds. */
  readonly isPareto: boolean;
  /** The day of the score card, such as "2026-01-31". */
  readonly date: string;
  readonly tell: (line: string) => void;
}

/** What came of it. */
export interface Simulated {
  /** The score card as text. */
  readonly text: string;
  /** What a run takes, by policy. */
  readonly timing: string;
}

const RESAMPLES = 1_000;

/** Policies that all others are compared with, where they take part. */
const REFERENCES = ['guardrails', 'guardrails/tuned'];

/** Plays all policies in all worlds, going on where an earlier call was interrupted, and writes the score card. */
export async function simulate(options: SimulateOptions): Promise<Simulated> {
  const asked = readAsked(options);
  const { scenarios, policies, series, sweeps } = asked;
  makeFolder(options.out);
  const file = new OutcomeFile(join(options.out, 'outcomes.jsonl'), { scenarios, policies, series });
  const timing = await play(asked, file, options);
  const card = makeScoreCard(inOrder(asked, file), {
    title: `Decision benchmark: ${scenarios.length} scenario(s), seeds ${options.seeds}`,
    date: options.date,
    traces: tracesInWords(series),
    seed: 1,
    resamples: RESAMPLES,
    sweeps,
    references: REFERENCES.filter((name) => policies.includes(name) && policies.length > 1),
  });
  await writeScoreCard(card, options.out);
  return { text: scoreCardText(card), timing };
}

/** The options, read. */
interface Asked {
  readonly scenarios: readonly Scenario[];
  readonly seeds: readonly number[];
  readonly policies: readonly string[];
  readonly series: ReturnType<typeof readTraces> | undefined;
  readonly sweeps: readonly Sweep[];
}

function readAsked({ scenarios, seeds, policies, traces, isPareto }: SimulateOptions): Asked {
  const named = policyNames(policies.split(','));
  const sweeps = isPareto ? sweepsOf(named) : [];
  return {
    scenarios: readScenarios(scenarios),
    seeds: seedsIn(seeds),
    policies: [...new Set([...named, ...sweeps.flatMap((sweep) => sweep.policies)])],
    series: traces === undefined ? undefined : readTraces(traces),
    sweeps,
  };
}

function makeFolder(out: string): void {
  try {
    mkdirSync(out, { recursive: true });
  } catch (error) {
    throw new WrongInput(`--out ${out} cannot be made: ${reasonOf(error)}`);
  }
}

async function play(asked: Asked, file: OutcomeFile, { workers, tell }: SimulateOptions): Promise<string> {
  const left = worldsOf(asked).filter(({ scenario, seed }) => file.of(scenario.name, seed) === undefined);
  const progress = openProgress({ all: left.length, what: 'worlds' }, performance.now(), tell);
  const timing = openTiming();
  const { policies, series } = asked;
  await playWorlds({ worlds: left, policies, traces: series?.traces, workers }, ({ outcomes, ms }) => {
    file.add(outcomes);
    timing.add(policies, ms);
    progress.add(performance.now());
  });
  return timing.inWords();
}

function worldsOf({ scenarios, seeds }: Asked) {
  return scenarios.flatMap((scenario) => seeds.map((seed) => ({ scenario, seed })));
}

/** The same order whoever played which world when; outcomes of other seeds in the file are left out. */
function inOrder(asked: Asked, file: OutcomeFile): readonly RunOutcome[] {
  return worldsOf(asked).flatMap(({ scenario, seed }) => file.of(scenario.name, seed)!);
}
