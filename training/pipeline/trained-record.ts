import type { JsonValue, NewModel } from '../../domain/index.ts';
import type { TrainingOptions } from './training-options.ts';

/** What each kind of model says of itself. */
export interface OwnRecord
  extends Pick<
    NewModel,
    | 'modelId'
    | 'parentId'
    | 'schemaHash'
    | 'dataSetHash'
    | 'seeds'
    | 'backend'
    | 'hyperParameters'
    | 'calibration'
    | 'modelCard'
  > {
  readonly artefact: object;
  readonly metrics: object;
  /** Absent: it was made from recorded rollouts only. */
  readonly simulatorVersion?: string;
}

/** The record of what a training run has made: where it comes from and what it is worth. */
export function trainedRecord(
  { run, environment, codeVersion, libraryVersions }: TrainingOptions,
  { artefact, metrics, simulatorVersion = 'none: recorded rollouts only', ...own }: OwnRecord,
): NewModel {
  return {
    ...own,
    kind: run.kind,
    environment,
    artefact: artefact as JsonValue,
    cutOffMs: run.cutOffMs,
    simulatorVersion,
    codeVersion,
    libraryVersions,
    metrics: metrics as NewModel['metrics'],
  };
}
