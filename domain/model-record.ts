import type { JsonObject, JsonValue } from './json.ts';

/** Where a model stands on its way into use and out of it. */
export type ModelState = 'candidate' | 'shadow' | 'canary' | 'champion' | 'retired';

/** All that is needed to say where a model comes from and what it is worth. */
export interface ModelOrigin {
  readonly schemaHash: string;
  readonly dataSetHash: string;
  /** Only what was known by then went into the data set. */
  readonly cutOffMs: number;
  readonly simulatorVersion: string;
  readonly seeds: readonly number[];
  readonly codeVersion: string;
  /** Library that computed it, with its version: the same seeds give the same coefficients on one backend only. */
  readonly backend: string;
  readonly libraryVersions: Readonly<Record<string, string>>;
  readonly hyperParameters: JsonObject;
  /** Hash of the calibration set, and thresholds by traffic band. */
  readonly calibration: JsonObject;
  readonly metrics: JsonObject;
  /** Markdown for people. */
  readonly modelCard: string;
}

/** A model to be registered. */
export interface NewModel extends ModelOrigin {
  readonly modelId: string;
  /** What it is for, such as "risk": each kind has its own champion. */
  readonly kind: string;
  /** null: for all environments of the tenant. */
  readonly environment: string | null;
  /** The learned state, as the code of its kind reads it. */
  readonly artefact: JsonValue;
  /** The model that it was made to beat, if any. */
  readonly parentId: string | null;
}

/** A registered model without its artefact. */
export interface ModelRecord extends Omit<NewModel, 'artefact'> {
  readonly artefactSha256: string;
  readonly state: ModelState;
  /** Why it is in this state. */
  readonly reason: string;
  /** Who made it champion last; null when nobody has. */
  readonly approver: string | null;
  readonly createdAtMs: number;
  readonly changedAtMs: number;
}

/** The champion of a kind, in an environment or for all: the newest of the moves that made it. */
export interface ChampionMove {
  /** 1 for the first move; 0 stands for none yet. */
  readonly revision: number;
  readonly verb: 'promote' | 'demote';
  /** null: no champion, so what is shipped decides, or the floor without a model. */
  readonly modelId: string | null;
  readonly previousId: string | null;
  readonly actor: string;
  readonly reason: string;
  readonly atMs: number;
}
