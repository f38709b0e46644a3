/** Every statement of the stores is one text, so more than this are texts that were put together: those get no name. */
const MAX_TEXTS = 500;

/**
 * Names under which statements stay parsed on a connection, which saves more than row-level security costs.
 *
 * No two connections share a name: those to the embedded database are all one backend.
 */
export class PreparedNames {
  readonly #numbers = new Map<string, number>();
  readonly #connections = new WeakMap<object, number>();
  #connectionCount = 0;

  /** The name of a text on a connection; undefined when there are too many texts. */
  of(connection: object, text: string): string | undefined {
    const number = this.#numbers.get(text) ?? this.#numbers.size;
    if (number >= MAX_TEXTS) return undefined;
    this.#numbers.set(text, number);
    const known = this.#connections.get(connection) ?? this.#connectionCount++;
    this.#connections.set(connection, known);
    return `rampwright_${known}_${number}`;
  }
}
