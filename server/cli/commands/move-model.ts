import type { Command } from 'commander';
import type { ChampionMove, ModelRecord } from '../../../domain/index.ts';
import { connect, type Environment, type ShowOptions, withConnection } from '../connection.ts';
import { print, printJson } from '../output.ts';
import { modelPath } from './show-model.ts';

interface MoveOptions extends ShowOptions {
  readonly reason: string;
  readonly ifRevision?: string;
}

const DESCRIPTIONS = {
  promote: 'Put a model into use in place of the champion of its kind.',
  demote: 'Take a champion out of use: the one before it comes back, or none.',
} as const;

const STAGES = {
  shadow: 'Let a model score every decision without deciding anything.',
  canary: 'Give a tenth of the rollouts to a model, to compare it with the champion.',
  retire: 'Take a model out of the way that is not the champion.',
} as const;

/** `models shadow`, `models canary` and `models retire`: how far a challenger may go, by a person's word. */
export function addStageModel(parent: Command, env: Environment): void {
  for (const [verb, description] of Object.entries(STAGES)) {
    withConnection(
      parent
        .command(`${verb} <model>`)
        .description(description)
        .requiredOption('--reason <text>', 'why, for the history'),
    ).action(async (modelId: string, { reason, ...options }: MoveOptions) => {
      const model = await connect(options, env).call<ModelRecord>('POST', `${modelPath(modelId)}/${verb}`, {
        body: { reason },
      });
      if (options.json) return printJson(model);
      print(`${model.modelId} is now at the stage "${model.state}".`);
    });
  }
}

/** `models promote` and `models demote`: who is in use, by a person's word and with a reason. */
export function addMoveModel(parent: Command, env: Environment): void {
  for (const verb of ['promote', 'demote'] as const) {
    withConnection(
      parent
        .command(`${verb} <model>`)
        .description(DESCRIPTIONS[verb])
        .requiredOption('--reason <text>', 'why, for the history')
        .option('--if-revision <number>', 'only if the champion is at this revision'),
    ).action(async (modelId: string, { reason, ifRevision, ...options }: MoveOptions) => {
      const move = await connect(options, env).call<ChampionMove>('POST', `${modelPath(modelId)}/${verb}`, {
        body: { reason },
        ...(ifRevision === undefined ? {} : { headers: { 'if-match': `"${ifRevision}"` } }),
      });
      if (options.json) return printJson(move);
      const now =
        move.modelId === null ? 'no model is in use but what is shipped, if anything' : `${move.modelId} is in use`;
      print(`Now ${now} (revision ${move.revision}).`);
    });
  }
}
