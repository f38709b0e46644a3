import type { Command } from 'commander';
import type { ReportingSource } from '../../../domain/index.ts';
import { connect, type Environment, type ShowOptions, withConnection } from '../connection.ts';
import { moment, print, printJson, table } from '../output.ts';

/** `sources list`: who reports metrics, and how well. */
export function addListSources(parent: Command, env: Environment): void {
  withConnection(parent.command('list').description('List the sources of metrics, with their last hour.')).action(
    async (options: ShowOptions) => {
      const { sources } = await connect(options, env).call<{ readonly sources: readonly ReportingSource[] }>(
        'GET',
        '/sources',
      );
      if (options.json) return printJson({ sources });
      print(
        table(
          ['SOURCE', 'KEY', 'REPORTS', 'LATE', 'DUPLICATE', 'REFUSED', 'LAST SEEN', 'QUARANTINE'],
          sources.map(rowOf),
        ),
      );
    },
  );
}

function rowOf(listed: ReportingSource): readonly string[] {
  const { source, keyName, reports, lateReports, duplicateReports, refusedReports, lastSeenMs, quarantine } = listed;
  return [
    source,
    keyName ?? '-',
    ...[reports, lateReports, duplicateReports, refusedReports].map(String),
    lastSeenMs === null ? '-' : moment(lastSeenMs),
    quarantine === null
      ? 'no'
      : `since ${moment(quarantine.sinceMs)}${quarantine.reason ? `: ${quarantine.reason}` : ''}`,
  ];
}
