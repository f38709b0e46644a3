import type { Command } from 'commander';
import type { Label } from '../../../domain/index.ts';
import { usageError } from '../cli-error.ts';
import { connect, type Environment, type ShowOptions, withConnection } from '../connection.ts';
import { print, printJson } from '../output.ts';

interface LabelOptions extends ShowOptions {
  readonly generation?: string;
  readonly confidence?: string;
  readonly note?: string;
}

/** `labels add`: a person's word on what became of a rollout. */
export function addAddLabel(parent: Command, env: Environment): void {
  withConnection(
    parent
      .command('add <rollout> <verdict>')
      .description('Say what became of a rollout: healthy, regressed or unknown.')
      .option('--generation <number>', 'of an earlier run of it; default: the newest')
      .option('--confidence <share>', 'how sure you are, from 0 to 1; default: 1')
      .option('--note <text>', 'what you have seen'),
  ).action(async (rollout: string, verdict: string, { generation, confidence, note, ...options }: LabelOptions) => {
    const body = {
      verdict,
      ...(generation === undefined ? {} : { generation: numberIn('--generation', generation) }),
      ...(confidence === undefined ? {} : { confidence: numberIn('--confidence', confidence) }),
      ...(note === undefined ? {} : { note }),
    };
    const label = await connect(options, env).call<Label>('POST', labelsPath(rollout), { body });
    if (options.json) return printJson(label);
    print(`Generation ${label.generation} of "${rollout}" is labelled ${label.verdict}.`);
  });
}

/** The path of a rollout's labels in the API. */
export function labelsPath(rollout: string): string {
  return `/rollouts/${encodeURIComponent(rollout)}/labels`;
}

function numberIn(option: string, text: string): number {
  const value = Number(text);
  if (text.trim() === '' || Number.isNaN(value)) throw usageError(`${option} ${text}: write a number`);
  return value;
}
