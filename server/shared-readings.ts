/** Readings that are under way; all who ask for the same one meanwhile wait for it instead of reading again. */
export class SharedReadings<T> {
  readonly #read: (key: string) => Promise<T>;
  readonly #remember: (key: string, found: T) => void;
  readonly #underWay = new Map<string, Promise<T>>();

  /** `remember` is told what was found, before anybody who waits for it, unless it was forgotten meanwhile. */
  constructor(read: (key: string) => Promise<T>, remember: (key: string, found: T) => void) {
    this.#read = read;
    this.#remember = remember;
  }

  /** What is found under the key. A reading that fails, fails for all who wait, and the next one is a new one. */
  of(key: string): Promise<T> {
    const underWay = this.#underWay.get(key);
    if (underWay !== undefined) return underWay;
    const reading: Promise<T> = this.#read(key)
      .then((found) => {
        if (this.#underWay.get(key) === reading) this.#remember(key, found);
        return found;
      })
      .finally(() => {
        if (this.#underWay.get(key) === reading) this.#underWay.delete(key);
      });
    this.#underWay.set(key, reading);
    return reading;
  }

  /** Whoever asks from now on gets a new reading: the one under way may have seen what was before. */
  forget(key: string): void {
    this.#underWay.delete(key);
  }
}
