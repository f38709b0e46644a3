import { type EvaluationContext, OTHER_SEGMENT_VALUE } from '../../domain/index.ts';
import { segmentValue } from './segment-value.ts';

/**
 * Values of an attribute that one window tells apart. One that comes after so many others hardly has a hundredth of the
 * traffic, and counts as `OTHER_SEGMENT_VALUE`.
 */
const MAX_VALUES = 1_023;

/** A code has one digit per attribute: 0 for no value, else the place of the value among those seen, from 1. */
const BASE = MAX_VALUES + 1;

/** So many digits fit into an exact number; the server takes fewer attributes. */
const MAX_ATTRIBUTES = 5;

/** The segments of one window's units, each unit's as one number; values are kept once for all units. */
export class SegmentCodes {
  readonly attributes: readonly AttributeValues[];

  constructor(attributes: readonly string[]) {
    const known = attributes.slice(0, MAX_ATTRIBUTES);
    this.attributes = known.map((attribute, index) => new AttributeValues(attribute, known.length - 1 - index));
  }

  /** The code of a unit with this context; 0 when it belongs to no segment. */
  codeOf(context: EvaluationContext): number {
    return this.attributes.reduce((code, values) => code * BASE + values.digitOf(context), 0);
  }
}

/** The values of one attribute in the order in which they were seen, and its digit of the codes. */
export class AttributeValues {
  readonly attribute: string;
  readonly #placeValue: number;
  readonly #digits = new Map<string, number>([[OTHER_SEGMENT_VALUE, 1]]);

  /** `place`: that of its digit, from the right and from 0. */
  constructor(attribute: string, place: number) {
    this.attribute = attribute;
    this.#placeValue = BASE ** place;
  }

  /** All values, that of digit 1 first. */
  get values(): readonly string[] {
    return [...this.#digits.keys()];
  }

  /** The digit of a unit with this context; 0 when that has no value. */
  digitOf(context: EvaluationContext): number {
    const value = segmentValue(context, this.attribute);
    return value === undefined ? 0 : this.#digitOfValue(value);
  }

  /** The attribute's digit of a code. */
  digitIn(code: number): number {
    return Math.floor(code / this.#placeValue) % BASE;
  }

  #digitOfValue(value: string): number {
    const known = this.#digits.get(value);
    if (known !== undefined) return known;
    if (this.#digits.size === MAX_VALUES) return this.#digitOfValue(OTHER_SEGMENT_VALUE);
    const digit = this.#digits.size + 1;
    this.#digits.set(value, digit);
    return digit;
  }
}
