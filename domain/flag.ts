import type { JsonObject, JsonValue } from './json.ts';

/** What a variant stands for. All variants of a flag have values of one type; arrays and null are not values. */
export type FlagValue = boolean | number | string | JsonObject;

/** Flat facts about a flag or a flag set that travel with every evaluation. */
export type FlagMetadata = Readonly<Record<string, boolean | number | string>>;

/** A decision point, in flagd's format (open-feature/flagd-schemas `json/flags.json`). */
export interface FlagDefinition {
  readonly state: 'ENABLED' | 'DISABLED';
  readonly variants: Readonly<Record<string, FlagValue>>;
  /** Absent, null or "": the caller's own default is served. */
  readonly defaultVariant?: string | null;
  /** JsonLogic that yields the name of a variant; absent, null or {}: no targeting. */
  readonly targeting?: JsonObject | null;
  readonly metadata?: FlagMetadata;
}

/** All flags of an environment, in flagd's file format. */
export interface FlagSet {
  readonly flags: Readonly<Record<string, FlagDefinition>>;
  /** Named rules that targeting may refer to by `{"$ref": name}`. */
  readonly $evaluators?: Readonly<Record<string, JsonValue>>;
  readonly metadata?: FlagMetadata;
}
