import type { JsonValue } from '../domain/index.ts';
import type { Finding, FindingKind } from './finding.ts';
import type { SourceNode } from './source-node.ts';

/** What is found while one flag is being translated, and the shared rules that it comes to need. */
export class FlagNotes {
  readonly flag: string;
  readonly #findings: Finding[] = [];
  readonly #evaluators = new Map<string, JsonValue>();

  constructor(flag: string) {
    this.flag = flag;
  }

  get findings(): readonly Finding[] {
    return this.#findings;
  }

  /** Shared rules by name. */
  get evaluators(): Readonly<Record<string, JsonValue>> {
    return Object.fromEntries(this.#evaluators);
  }

  get isTranslatable(): boolean {
    return this.#findings.every(({ kind }) => kind !== 'untranslatable');
  }

  /** Notes what has no equal, and yields a rule that takes its place until the flag is left out for it. */
  refuse(at: Pick<SourceNode, 'place'>, message: string): false {
    this.#note('untranslatable', at.place, message, '');
    return false;
  }

  /** Notes a difference, once per flag. */
  change(at: Pick<SourceNode, 'place'>, message: string, instead: string): void {
    if (!this.#findings.some((finding) => finding.message === message))
      this.#note('changed', at.place, message, instead);
  }

  /** Notes that units are divided by flagd's hash from now on. */
  changeHashing(at: Pick<SourceNode, 'place'>, value: JsonValue): void {
    const instead = `flagd's fractional over ${JSON.stringify(value)}, with the same shares`;
    this.change(at, 'Units are hashed differently: shares keep their size and not their members.', instead);
  }

  /** Notes that the source does not serve the flag any more. */
  skip(at: Pick<SourceNode, 'place'>, message: string): void {
    this.#note('skipped', at.place, message, 'the flag was left out');
  }

  /** A reference to a shared rule, which is made at the first time. */
  share(name: string, make: () => JsonValue): JsonValue {
    if (!this.#evaluators.has(name)) this.#evaluators.set(name, make());
    return { $ref: name };
  }

  #note(kind: FindingKind, place: string, message: string, instead: string): void {
    this.#findings.push({ kind, flag: this.flag, place, message, instead });
  }
}
