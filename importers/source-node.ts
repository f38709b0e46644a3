import type { JsonObject, JsonValue } from '../domain/index.ts';
import { UnreadableSource } from './finding.ts';

/**
 * A place in a source and the value there; absent and null both read as undefined.
 *
 * A value of another type than asked for throws UnreadableSource: nothing is repaired in silence.
 */
export class SourceNode {
  readonly value: JsonValue | undefined;
  /** JSON pointer into the source. */
  readonly place: string;

  constructor(value: unknown, place = '') {
    this.value = value as JsonValue | undefined;
    this.place = place;
  }

  /** The member of an object; an absent one when there is none. */
  at(key: string): SourceNode {
    const members = this.object();
    return this.#child(key, members !== undefined && Object.hasOwn(members, key) ? members[key] : undefined);
  }

  get isPresent(): boolean {
    return this.value !== undefined && this.value !== null;
  }

  /** Elements of a list; none when it is absent. */
  items(): readonly SourceNode[] {
    if (!this.isPresent) return [];
    if (!Array.isArray(this.value)) throw this.#unlike('a list');
    return this.value.map((item, index) => this.#child(String(index), item));
  }

  /** Members of an object; none when it is absent. */
  entries(): readonly (readonly [string, SourceNode])[] {
    return Object.entries(this.object() ?? {}).map(([key, value]) => [key, this.#child(key, value)]);
  }

  object(): JsonObject | undefined {
    if (!this.isPresent) return undefined;
    if (typeof this.value !== 'object' || Array.isArray(this.value)) throw this.#unlike('an object');
    return this.value as JsonObject;
  }

  text(): string | undefined {
    if (!this.isPresent) return undefined;
    if (typeof this.value !== 'string') throw this.#unlike('a string');
    return this.value;
  }

  number(): number | undefined {
    if (!this.isPresent) return undefined;
    if (typeof this.value !== 'number') throw this.#unlike('a number');
    return this.value;
  }

  boolean(): boolean | undefined {
    if (!this.isPresent) return undefined;
    if (typeof this.value !== 'boolean') throw this.#unlike('true or false');
    return this.value;
  }

  /** The text of a member that every flag must have. */
  requiredText(): string {
    const text = this.text();
    if (text === undefined) throw this.#unlike('a string');
    return text;
  }

  #child(step: string, value: JsonValue | undefined): SourceNode {
    return new SourceNode(value, `${this.place}/${step.replaceAll('~', '~0').replaceAll('/', '~1')}`);
  }

  #unlike(expected: string): UnreadableSource {
    return new UnreadableSource(`${this.place || 'the source'} should be ${expected}`);
  }
}
