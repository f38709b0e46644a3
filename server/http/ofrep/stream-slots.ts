/** Counts open streams by key, up to a limit for each. */
export class StreamSlots {
  readonly #maxPerKey: number;
  readonly #open = new Map<string, number>();

  constructor(maxPerKey: number) {
    this.#maxPerKey = maxPerKey;
  }

  /** False when the key has as many streams as it may have. */
  take(keyId: string): boolean {
    const open = this.#open.get(keyId) ?? 0;
    if (open >= this.#maxPerKey) return false;
    this.#open.set(keyId, open + 1);
    return true;
  }

  /** Gives one stream back. */
  release(keyId: string): void {
    const left = (this.#open.get(keyId) ?? 0) - 1;
    if (left > 0) this.#open.set(keyId, left);
    else this.#open.delete(keyId);
  }
}
