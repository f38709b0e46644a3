import type { Command } from 'commander';
import type { ModelRecord } from '../../../domain/index.ts';
import { connect, type Environment, type ShowOptions, withConnection } from '../connection.ts';
import { moment, print, printJson, table } from '../output.ts';

interface ListOptions extends ShowOptions {
  readonly kind?: string;
  readonly state?: string;
}

/** `models list`: what was trained, and what is in use. */
export function addListModels(parent: Command, env: Environment): void {
  withConnection(
    parent
      .command('list')
      .description('List the models of the environment and those for all.')
      .option('--kind <kind>', 'only those of one kind, such as risk')
      .option('--state <state>', 'candidate, shadow, canary, champion or retired'),
  ).action(async ({ kind, state, ...options }: ListOptions) => {
    const query = new URLSearchParams({
      limit: '200',
      ...(kind === undefined ? {} : { kind }),
      ...(state === undefined ? {} : { state }),
    });
    const { models } = await connect(options, env).call<{ readonly models: readonly ModelRecord[] }>(
      'GET',
      `/models?${query}`,
    );
    if (options.json) return printJson({ models });
    print(table(['MODEL', 'KIND', 'STATE', 'KNOWS UNTIL', 'REASON'], models.map(rowOf)));
  });
}

function rowOf({ modelId, kind, state, cutOffMs, reason }: ModelRecord): readonly string[] {
  return [modelId, kind, state, moment(cutOffMs), reason];
}
