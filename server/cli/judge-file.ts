import { type Judgement, judgeWindows, planJudgement } from '../../controller/index.ts';
import { Problem } from '../../domain/index.ts';
import { readJudgeInput } from '../judge/read-judge-input.ts';
import { type FailOn, isRefused } from '../judge/refuse-verdict.ts';
import { CliError, usageError } from './cli-error.ts';
import { judgeReport } from './judge-report.ts';
import { print, printJson } from './output.ts';
import { readJson } from './read-json.ts';

/** What a person asked for. */
export interface JudgeOptions {
  readonly failOn?: FailOn;
  readonly json?: boolean;
}

/** Prints a verdict on the windows in a file, without a server; throws what decides about the exit code. */
export async function judgeFile(file: string, { failOn, json }: JudgeOptions): Promise<void> {
  const judgement = judge(await readJson(file), file);
  if (json) printJson(judgement);
  else print(judgeReport(judgement));
  exitBy(judgement, failOn);
}

function judge(value: unknown, file: string): Judgement {
  try {
    const planned = planJudgement(readJudgeInput(value, ''));
    if (!('windows' in planned)) throw usageError(`${file} asks for Prometheus, which only a server does`);
    const steps = judgeWindows(planned.plan, planned.windows, planned.windows.at(-1)!.endMs);
    for (;;) {
      const { done, value: judgement } = steps.next();
      if (done) return judgement;
    }
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    const places = error.violations.map(({ path, message }) => `\n  ${path === '' ? '' : `${path}: `}${message}`);
    throw usageError(`${file} cannot be judged: ${error.detail}${places.join('')}`);
  }
}

function exitBy({ summary }: Judgement, failOn: FailOn | undefined): void {
  const { verdict } = summary;
  if (failOn !== undefined) {
    if (isRefused(summary, failOn)) throw new CliError(`The verdict is ${verdict}.`, 1);
    return;
  }
  if (verdict !== 'pass') throw new CliError(`The verdict is ${verdict}.`, verdict === 'fail' ? 1 : 3);
}
