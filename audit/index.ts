export type { UnchainedEntry } from './chain-entry.ts';
export { chainEntry } from './chain-entry.ts';
export type { ExportCheck } from './check-export.ts';
export { checkExport, headLine } from './check-export.ts';
export type { ChainFault, ChainState } from './check-line.ts';
export { checkLine, START_OF_CHAIN } from './check-line.ts';
export { linesOf } from './lines-of.ts';
