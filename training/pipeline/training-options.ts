import type { TrainingRun } from '../../domain/index.ts';
import type { FitSettings } from '../fit/fit-network.ts';
import type { GateOptions } from '../gate/index.ts';

/** What a run is told. */
export interface TrainingOptions {
  readonly run: Pick<TrainingRun, 'runId' | 'kind' | 'cutOffMs'>;
  /** Where the model will be used. */
  readonly environment: string;
  /** How networks are fitted; absent: as the number of rows asks for. */
  readonly settings?: FitSettings;
  /** Networks of the ensemble. */
  readonly members: number;
  readonly gate: GateOptions;
  readonly codeVersion: string;
  readonly libraryVersions: Readonly<Record<string, string>>;
  readonly signal: AbortSignal;
}
