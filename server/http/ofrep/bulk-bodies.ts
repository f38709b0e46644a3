import type { EvaluationReason } from '../../../domain/index.ts';

/** Names remembered of answers that were given once; beyond it they are forgotten and count as new again. */
const MAX_NAMES = 16_384;

/** Evaluations by reason. */
export type EvaluationCounts = Partial<Record<EvaluationReason, number>>;

/** A bulk answer as it was sent, and what it counts as. */
export interface BulkBody {
  readonly json: Buffer;
  readonly counts: EvaluationCounts;
}

interface Kept {
  readonly body: BulkBody;
  /** Asked for since its turn to go last came. */
  isInUse: boolean;
}

/**
 * Bulk answers by whom they were for and their entity tag, which pins their content: those in use, within a limit of bytes.
 *
 * An answer is kept when it is given for the second time, so that contexts that never return do not push the others out.
 */
export class BulkBodies {
  readonly #maxBytes: number;
  readonly #bodies = new Map<string, Kept>();
  readonly #givenOnce = new Set<string>();
  #size = 0;

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  /** The answer kept under this name. */
  get(name: string): BulkBody | undefined {
    const kept = this.#bodies.get(name);
    if (kept === undefined) return undefined;
    kept.isInUse = true;
    return kept.body;
  }

  /** Notes that an answer was given; the second time it is kept, and older ones that nobody asks for make room. */
  note(name: string, body: BulkBody): void {
    if (!this.#givenOnce.delete(name)) {
      if (this.#givenOnce.size >= MAX_NAMES) this.#givenOnce.clear();
      this.#givenOnce.add(name);
      return;
    }
    this.#bodies.set(name, { body, isInUse: false });
    this.#size += body.json.length;
    // Those put back come round again, but then nobody has asked for them meanwhile: the loop ends.
    for (const [oldest, kept] of this.#bodies) {
      if (this.#size <= this.#maxBytes) return;
      this.#bodies.delete(oldest);
      if (kept.isInUse) this.#bodies.set(oldest, { ...kept, isInUse: false });
      else this.#size -= kept.body.json.length;
    }
  }

  /** Bytes of all answers kept, at most. */
  get size(): number {
    return this.#size;
  }
}
