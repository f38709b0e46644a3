import type { Command } from 'commander';
import type { Label } from '../../../domain/index.ts';
import { connect, type Environment, type ShowOptions, withConnection } from '../connection.ts';
import { moment, print, printJson, table } from '../output.ts';
import { labelsPath } from './add-label.ts';

/** `labels list`: all opinions on what became of a rollout, in the order in which they came to be known. */
export function addListLabels(parent: Command, env: Environment): void {
  withConnection(parent.command('list <rollout>').description('List the labels of a rollout, oldest first.')).action(
    async (rollout: string, options: ShowOptions) => {
      const { labels } = await connect(options, env).call<{ readonly labels: readonly Label[] }>(
        'GET',
        `${labelsPath(rollout)}?limit=1000`,
      );
      if (options.json) return printJson({ labels });
      print(table(['KNOWN SINCE', 'GENERATION', 'VERDICT', 'SOURCE', 'SURE', 'AUTHOR', 'NOTE'], labels.map(rowOf)));
    },
  );
}

function rowOf({ ingestedAtMs, generation, verdict, source, confidence, author, note }: Label): readonly string[] {
  return [moment(ingestedAtMs), String(generation), verdict, source, String(confidence), author, note];
}
