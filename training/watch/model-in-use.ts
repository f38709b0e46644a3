/** A model that could be used, after it was read and checked. */
export type ReadModel<Artefact> =
  | { readonly kind: 'usable'; readonly modelId: string; readonly artefact: Artefact }
  | { readonly kind: 'unusable'; readonly modelId: string; readonly reason: string };

/** What decides beside the guardrails. */
export type ModelInUse<Artefact> =
  | {
      readonly kind: 'model';
      readonly modelId: string;
      readonly artefact: Artefact;
      /** Why it is not the champion; empty when it is. */
      readonly steppedOver: readonly string[];
    }
  | { readonly kind: 'guardrailsOnly'; readonly steppedOver: readonly string[] };

/** The first usable one of the champion and the one before it, else the guardrails alone; each step down is named. */
export function modelInUse<Artefact>(inOrder: readonly ReadModel<Artefact>[]): ModelInUse<Artefact> {
  const steppedOver: string[] = [];
  for (const model of inOrder) {
    if (model.kind === 'usable') {
      const { modelId, artefact } = model;
      return { kind: 'model', modelId, artefact, steppedOver };
    }
    steppedOver.push(`${model.modelId}: ${model.reason}`);
  }
  return { kind: 'guardrailsOnly', steppedOver };
}
