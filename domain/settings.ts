import type { Checkpoint } from './approval.ts';
import type { Freeze } from './freeze.ts';
import type { JsonObject } from './json.ts';

/**
 * How units are assigned to buckets: flagd's 32-bit MurmurHash3 over the text of the bucketing value, or over its
 * deterministic CBOR encoding (RFC 8949, section 4.2.1), which tells "1" from 1. Changing it moves every unit.
 */
export type Bucketing = 'murmur3' | 'murmur3-cbor';

/** What is set for a whole environment. */
export interface EnvironmentSettings {
  readonly bucketing: Bucketing;
  /** Attributes that every evaluation has, whatever its caller sends; they win over the caller's. */
  readonly staticContext: JsonObject;
  /** Origins of web pages that may evaluate, such as "https://shop.example.com"; "*" allows all. */
  readonly corsOrigins: readonly string[];
  /** When rollouts do not go forward. */
  readonly freezes: readonly Freeze[];
  /** Coverages that no rollout passes without approval; absent: none. */
  readonly approvals?: readonly Checkpoint[];
  /** So many rollouts may be in progress at a time; absent: any number. */
  readonly maxInProgress?: number;
  /** Approvals of those who planned or started a rollout do not count; absent: they do. */
  readonly twoPersonRule?: boolean;
}

/** What applies until somebody says otherwise. */
export const DEFAULT_SETTINGS: EnvironmentSettings = {
  bucketing: 'murmur3',
  staticContext: {},
  corsOrigins: [],
  freezes: [],
};
