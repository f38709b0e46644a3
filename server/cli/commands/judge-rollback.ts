import type { Command } from 'commander';
import type { Label } from '../../../domain/index.ts';
import { usageError } from '../cli-error.ts';
import { connect, type Environment, type ShowOptions, withConnection } from '../connection.ts';
import { print, printJson } from '../output.ts';

interface OpinionOptions extends ShowOptions {
  readonly reason?: string;
  readonly generation?: string;
}

const MEANINGS = {
  confirm: 'Say that a past rollback was right: the change did harm.',
  reject: 'Say that a past rollback was wrong: the change was sound.',
} as const;

/** `rollouts confirm` and `reject`: a person's word on a past rollback, for models to learn from. */
export function addJudgeRollback(parent: Command, env: Environment): void {
  for (const [verb, meaning] of Object.entries(MEANINGS)) {
    withConnection(
      parent
        .command(`${verb} <rollout>`)
        .description(meaning)
        .option('--reason <text>', 'what you have seen')
        .option('--generation <number>', 'of an earlier run of it; default: the newest that was rolled back'),
    ).action(async (rollout: string, { reason, generation, ...options }: OpinionOptions) => {
      const number = generation === undefined ? undefined : Number(generation);
      if (Number.isNaN(number)) throw usageError(`--generation ${generation}: write a number`);
      const label = await connect(options, env).call<Pick<Label, 'generation' | 'verdict'>>(
        'POST',
        `/rollouts/${encodeURIComponent(rollout)}/${verb}`,
        { body: { reason, generation: number } },
      );
      if (options.json) return printJson(label);
      print(`Generation ${label.generation} of "${rollout}" is labelled ${label.verdict}.`);
    });
  }
}
