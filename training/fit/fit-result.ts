/** A fitted model, or why there is none: a fit that fails is an answer and no accident. */
export type FitResult<Fitted> =
  | ({ readonly kind: 'fitted' } & Fitted)
  | { readonly kind: 'refused'; readonly reason: string };

/** A refusal in words. */
export function refuse(reason: string): { readonly kind: 'refused'; readonly reason: string } {
  return { kind: 'refused', reason };
}
