import { type TracedRun, traceRun } from '../simulation/index.ts';
import { policiesFor, policyNames } from './policies-by-name.ts';
import { readScenarios } from './read-scenarios.ts';
import { readTraces } from './read-traces.ts';
import { traceLines } from './trace-lines.ts';
import { traceText } from './trace-text.ts';
import { WrongInput } from './wrong-input.ts';

/** Which run is traced. */
export interface TraceOptions {
  /** Scenario (a public name or a file), seed and policy. */
  readonly run: readonly string[];
  readonly traces?: string;
  readonly isJson: boolean;
}

/** One run, told tick by tick: as text, or as one JSON value a line. */
export function traceOne({ run, traces, isJson }: TraceOptions): string {
  const [place, seedText, policyName] = run;
  if (place === undefined || seedText === undefined || policyName === undefined || run.length > 3) {
    throw new WrongInput('--trace-run needs a scenario, a seed and a policy, such as: --trace-run H2 7 guardrails');
  }
  if (!/^\d{1,9}$/.test(seedText))
    throw new WrongInput(`--trace-run: ${seedText} is no seed; write a number such as 7`);
  const [scenario, ...others] = readScenarios(place);
  const [name, ...more] = policyNames([policyName]);
  if (others.length > 0) throw new WrongInput(`--trace-run: ${place} holds several scenarios; name one of its files`);
  if (more.length > 0)
    throw new WrongInput(`--trace-run: ${policyName} is several policies; name one: ${name}, ${more.join(', ')}`);
  const world = { scenario: scenario!, seed: Number(seedText) };
  const options = traces === undefined ? {} : { traces: readTraces(traces).traces };
  const [policy] = policiesFor([name!], world, options);
  const traced: TracedRun = traceRun(world.scenario, world.seed, policy!, options);
  return isJson ? traceLines(traced) : traceText(world, traced);
}
