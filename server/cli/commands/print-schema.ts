import type { Command } from 'commander';
import { printJson } from '../output.ts';

/** `schema`: the JSON Schema of the documents that `apply` reads. */
export function addSchema(program: Command): void {
  program
    .command('schema')
    .description('Print the JSON Schema of a document for "apply", for editors.')
    .action(async () => {
      const { DOCUMENT_JSON_SCHEMA } = await import('../../../gitops/index.ts');
      printJson(DOCUMENT_JSON_SCHEMA);
    });
}
