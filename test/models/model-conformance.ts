import { describe, expect, it } from 'vitest';

/** What every served model has to honour, whatever it computes. */
export interface ConformingModel<Artefact> {
  readonly name: string;
  /** A model with its coefficients, fitted anew from this seed. */
  fitted(seed: number): Promise<Artefact>;
  /** Its answer to a vector, in numbers. */
  answer(artefact: Artefact, vector: readonly number[]): readonly (number | null)[];
  /** The answer after storage: null where the stored model is refused. */
  reloaded(json: unknown): Artefact | null;
  /** Vectors that rollouts really have. */
  readonly vectors: readonly (readonly number[])[];
  /** The same vectors without the metrics that a rollout may lack. */
  readonly masked: readonly (readonly number[])[];
  /** Indexes of features that are unknown in the masked vectors. */
  readonly hidden: readonly number[];
}

/** The tests of one model. */
export function modelConforms<Artefact>(model: ConformingModel<Artefact>): void {
  const { fitted, answer, vectors } = model;
  const answers = (artefact: Artefact, some = vectors) => some.map((vector) => answer(artefact, vector));

  describe(`${model.name}, like every model,`, () => {
    it('changes neither its artefact nor its inputs', async () => {
      const artefact = deepFrozen(await fitted(1));
      expect(() => answers(artefact, vectors.map(deepFrozen))).not.toThrow();
    });

    it('is the same for the same seed', async () => {
      expect(JSON.stringify(await fitted(2))).toBe(JSON.stringify(await fitted(2)));
    });

    it('answers the same when asked again, and in another order', async () => {
      const artefact = await fitted(1);
      const first = answers(artefact);
      expect(answers(artefact)).toEqual(first);
      expect(answers(artefact, vectors.toReversed()).toReversed()).toEqual(first);
    });

    it('survives storage', async () => {
      const artefact = await fitted(1);
      const stored = model.reloaded(JSON.parse(JSON.stringify(artefact)));
      expect(stored).not.toBeNull();
      expect(answers(stored!)).toEqual(answers(artefact));
    });

    it('answers in finite numbers, also where metrics are missing', async () => {
      const artefact = await fitted(1);
      for (const some of [vectors, model.masked])
        for (const given of answers(artefact, some)) expect(given.every((value) => Number.isFinite(value))).toBe(true);
    });

    it('does not look at what a mask hides', async () => {
      const artefact = await fitted(1);
      const [vector] = model.masked;
      const hidden = model.hidden.reduce((changed, index) => changed.with(index, changed[index]! + 0.5), vector!);
      expect(answer(artefact, hidden)).toEqual(answer(artefact, vector!));
      expect(answer(artefact, vector!)).not.toEqual(answer(artefact, vectors[0]!));
    });

    it('has no answer to what its features cannot be', async () => {
      const artefact = await fitted(1);
      const [vector] = vectors;
      const broken = [vector!.with(0, Number.NaN), vector!.with(3, Number.POSITIVE_INFINITY), vector!.with(0, 1e6), []];
      for (const given of answers(artefact, broken)) expect(given).toEqual([null]);
    });

    it('is refused once a number of it is not finite', async () => {
      const text = JSON.stringify(await fitted(1));
      const at = text.indexOf('"kernel":[') >= 0 ? '"kernel":[' : '"components":[[';
      expect(model.reloaded(JSON.parse(text.replace(at, `${at}null,`)))).toBeNull();
    });
  });
}

function deepFrozen<Value>(value: Value): Value {
  if (typeof value !== 'object' || value === null) return value;
  for (const member of Object.values(value)) deepFrozen(member);
  return Object.freeze(value);
}
