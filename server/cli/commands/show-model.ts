import type { Command } from 'commander';
import type { ChampionMove, ModelRecord } from '../../../domain/index.ts';
import { connect, type Environment, type ShowOptions, withConnection } from '../connection.ts';
import { moment, print, printJson } from '../output.ts';

/** What the server says of one model. */
export interface ShownModel {
  readonly model: ModelRecord;
  readonly lineage: readonly string[];
  readonly moves: readonly ChampionMove[];
}

/** `models show`: a model's card, where it comes from, and who moved it. */
export function addShowModel(parent: Command, env: Environment): void {
  withConnection(parent.command('show <model>').description("Print a model's card, its origin and its moves.")).action(
    async (modelId: string, options: ShowOptions) => {
      const shown = await connect(options, env).call<ShownModel>('GET', modelPath(modelId));
      if (options.json) return printJson(shown);
      print(textOf(shown));
    },
  );
}

/** The path of a model in the API. */
export function modelPath(modelId: string): string {
  return `/models/${encodeURIComponent(modelId)}`;
}

function textOf({ model, lineage, moves }: ShownModel): string {
  const { modelId, state, reason, artefactSha256, dataSetHash, codeVersion, modelCard } = model;
  return [
    `${modelId} is ${state}: ${reason}`,
    `  artefact ${artefactSha256}, data set ${dataSetHash}, code ${codeVersion}`,
    `  made to beat: ${lineage.length === 0 ? 'nothing' : lineage.join(', then ')}`,
    ...moves.map(
      ({ verb, modelId: moved, actor, atMs, reason: why }) =>
        `  ${moment(atMs)} ${verb}: ${moved ?? 'no model'}, by ${actor}: ${why}`,
    ),
    '',
    modelCard,
  ].join('\n');
}
