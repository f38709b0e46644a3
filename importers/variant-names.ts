import { canonicalJson, type FlagValue } from '../domain/index.ts';

const MAX_NAME_LENGTH = 60;

/** Names for the values of a flag: one variant per value, one value per name. */
export class VariantNames {
  readonly #values = new Map<string, FlagValue>();

  /** The name of the value; a new one is called as preferred, or after the value: on, off, the text, the number. */
  nameOf(value: FlagValue, preferred?: string): string {
    const text = canonicalJson(value);
    const wanted = preferred || wordFor(value, this.#values.size);
    for (const [name, known] of this.#values) {
      const isSameName = !preferred || name === preferred;
      if (isSameName && canonicalJson(known) === text) return name;
    }
    const name = this.#free(wanted);
    this.#values.set(name, value);
    return name;
  }

  /** Name → value, in the order in which they were met. */
  get variants(): Readonly<Record<string, FlagValue>> {
    return Object.fromEntries(this.#values);
  }

  #free(wanted: string): string {
    let name = wanted;
    for (let count = 2; this.#values.has(name); count++) name = `${wanted}-${count}`;
    return name;
  }
}

function wordFor(value: FlagValue, index: number): string {
  if (typeof value === 'boolean') return value ? 'on' : 'off';
  const word = typeof value === 'object' ? '' : String(value);
  return word !== '' && word.length <= MAX_NAME_LENGTH ? word : `value-${index + 1}`;
}
