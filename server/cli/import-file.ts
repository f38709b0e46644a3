import { writeFile } from 'node:fs/promises';
import {
  type ImportedFlags,
  type ImportOptions,
  importFlagd,
  importGrowthBook,
  importLaunchDarkly,
  importUnleash,
  UnreadableSource,
} from '../../importers/index.ts';
import { CliError, usageError } from './cli-error.ts';
import { connect, type Environment } from './connection.ts';
import { importReport, isComplete } from './import-report.ts';
import { print, printJson } from './output.ts';
import { type PushedFlags, pushFlags } from './push-flags.ts';
import { readJson } from './read-json.ts';

const IMPORTERS = {
  flagd: importFlagd,
  unleash: importUnleash,
  growthbook: importGrowthBook,
  launchdarkly: importLaunchDarkly,
} as const;

/** Products whose exports can be imported. */
export type Product = keyof typeof IMPORTERS;

/** What a person asked for. */
export interface ImportFileOptions {
  readonly from: Product;
  readonly environment?: string;
  readonly out?: string;
  readonly url?: string;
  readonly key?: string;
  readonly into: string;
  readonly replace?: boolean;
  readonly disableUntranslatable?: boolean;
  readonly dryRun?: boolean;
  readonly json?: boolean;
}

/** Translates the export of another product and takes it where it was told to; throws what decides about the exit code. */
export async function importFile(file: string, options: ImportFileOptions, env: Environment): Promise<void> {
  const imported = translate(await readJson(file), file, options);
  const pushed = options.dryRun ? undefined : await deliver(imported, options, env);
  if (options.json) printJson({ ...imported, ...pushed });
  else print([importReport(imported), ...destination(options, imported, pushed)].join('\n'));
  const failed = pushed?.failed.length ?? 0;
  if (failed > 0) throw new CliError(`${failed} flag(s) could not be written; the server's reasons are above.`, 1);
  if (!isComplete(imported)) throw new CliError('Some flags were left out; the findings say why.', 1);
}

function translate(
  json: unknown,
  file: string,
  { from, environment, disableUntranslatable }: ImportFileOptions,
): ImportedFlags {
  const options: ImportOptions & { environment?: string } = {
    untranslatable: disableUntranslatable ? 'disable' : 'leaveOut',
    ...(environment === undefined ? {} : { environment }),
  };
  try {
    return IMPORTERS[from](json, options);
  } catch (error) {
    if (error instanceof UnreadableSource) throw usageError(`${file} cannot be imported: ${error.message}`);
    throw error;
  }
}

async function deliver(
  { flagSet }: ImportedFlags,
  options: ImportFileOptions,
  env: Environment,
): Promise<PushedFlags | undefined> {
  if (options.out !== undefined) await writeFlags(options.out, `${JSON.stringify(flagSet, null, 2)}\n`);
  if (options.url === undefined) return undefined;
  return pushFlags(connect({ ...options, environment: options.into }, env), flagSet, options.replace === true);
}

async function writeFlags(path: string, text: string): Promise<void> {
  await writeFile(path, text).catch((error: unknown) => {
    throw usageError(`${path} cannot be written: ${(error as Error).message}`);
  });
}

function destination(
  { out, url, into, dryRun }: ImportFileOptions,
  { flagSet }: ImportedFlags,
  pushed: PushedFlags | undefined,
): readonly string[] {
  if (dryRun) return ['Nothing was written: --dry-run.'];
  if (out !== undefined) return [`Written to ${out}.`];
  if (pushed === undefined) return ['Nothing was written: add --out FILE or --url URL.'];
  const metadata =
    flagSet.metadata === undefined ? [] : ['The metadata of the flag set has no place on the server and was not sent.'];
  return [
    ...pushed.failed.map(({ flag, message }) => `NOT WRITTEN ${flag}: ${message}`),
    ...metadata,
    `${pushed.written.length} flag(s) written to ${into} at ${url}.`,
  ];
}
