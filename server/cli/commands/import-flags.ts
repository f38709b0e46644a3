import { type Command, Option } from 'commander';
import type { Environment } from '../connection.ts';
import type { ImportFileOptions, Product } from '../import-file.ts';

const PRODUCTS: readonly Product[] = ['flagd', 'unleash', 'growthbook', 'launchdarkly'];

/** `import`: flags of other products as flagd definitions, into a file or a server. */
export function addImport(program: Command, env: Environment): void {
  program
    .command('import <file>')
    .description(
      'Translate the export of another product ("-": standard input); without --out and --url only shows what would come.',
    )
    .addOption(new Option('--from <product>', 'where the export comes from').choices(PRODUCTS).makeOptionMandatory())
    .option('--environment <name>', 'environment of the export, where it has several')
    .addOption(new Option('--out <file>', 'write a flagd definition file').conflicts('url'))
    .option('--url <url>', 'put the flags into the server at this address')
    .option('--key <key>', 'admin key of the server (or RAMPWRIGHT_KEY)')
    .option('--into <name>', 'environment of the server', 'production')
    .option('--replace', 'replace flags and shared rules that the server has already')
    .option(
      '--disable-untranslatable',
      'import flags that cannot be translated as disabled, instead of leaving them out',
    )
    .option('--dry-run', 'write nothing')
    .option('--json', 'print flag set and findings as JSON')
    .action(async (file: string, options: ImportFileOptions) => {
      // Loaded when asked for, so that no other command waits for it.
      const { importFile } = await import('../import-file.ts');
      await importFile(file, options, env);
    });
}
