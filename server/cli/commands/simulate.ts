import type { Command } from 'commander';
import { usageError } from '../cli-error.ts';
import { print } from '../output.ts';

interface Options {
  readonly scenarios?: string;
  readonly seeds: string;
  readonly policies: string;
  readonly traces?: string;
  readonly workers: string;
  readonly out?: string;
  readonly pareto?: boolean;
  readonly timing?: boolean;
  readonly traceRun?: readonly string[];
  readonly json?: boolean;
}

/** `simulate`: the decision benchmark, and single runs of it. */
export function addSimulate(program: Command): void {
  program
    .command('simulate')
    .description('Let rules roll out in simulated worlds, and write their score card (docs/decision-benchmark.md).')
    .option('--scenarios <place>', 'file, folder, name of a public scenario, or unseen; default: the public set')
    .option('--seeds <range>', 'seeds of the worlds of each scenario', '1..20')
    .option('--policies <list>', 'ours, peers, models, oracle, or names, with commas between', 'ours,peers,oracle')
    .option('--traces <folder>', 'take load, errors and latency from the CSV files in this folder')
    .option('--workers <number>', 'threads that play', '2')
    .option('--out <folder>', 'where outcomes and score card go; a run that was interrupted goes on there')
    .option('--pareto', 'play every rule at other speeds too, and compare harm against hours')
    .option('--timing', 'tell how long runs took, by policy')
    .option('--trace-run <what...>', 'print one run instead, tick by tick: scenario, seed and policy')
    .option('--json', 'with --trace-run: one JSON object a line')
    .action(run);
}

/** Simulation is loaded here and not before, so that neither the server nor other commands carry it. */
async function run(options: Options): Promise<void> {
  const { simulate, traceOne, WrongInput } = await import('../../../simulate/index.ts');
  const { scenarios, seeds, policies, traces, out } = options;
  const place = { ...(scenarios !== undefined && { scenarios }), ...(traces !== undefined && { traces }) };
  try {
    if (options.traceRun !== undefined) {
      print(traceOne({ ...place, run: options.traceRun, isJson: options.json === true }));
      return;
    }
    if (out === undefined) throw usageError('name a folder for the results: --out DIR');
    const { text, timing } = await simulate({
      ...place,
      seeds,
      policies,
      out,
      workers: workersIn(options.workers),
      isPareto: options.pareto === true,
      date: new Date().toISOString().slice(0, 10),
      tell: (line) => process.stderr.write(`${line}\n`),
    });
    print(`${text}\nwritten to ${out}: scorecard.html, scorecard.json, scorecard.txt, outcomes.jsonl`);
    if (options.timing) process.stderr.write(`${timing}\n`);
  } catch (error) {
    throw error instanceof WrongInput ? usageError(error.message) : error;
  }
}

const MAX_WORKERS = 64;

function workersIn(text: string): number {
  const workers = Number(text);
  if (Number.isInteger(workers) && workers >= 1 && workers <= MAX_WORKERS) return workers;
  throw usageError(`--workers ${text}: write a whole number from 1 to ${MAX_WORKERS}`);
}
