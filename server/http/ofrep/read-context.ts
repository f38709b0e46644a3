import type { EvaluationContext } from '../../../domain/index.ts';

const MAX_CONTEXT_ATTRIBUTES = 100;

/** The context of a request body, or what is wrong with it; an absent body or context is an empty context. */
export function readContext(body: unknown): EvaluationContext | string {
  if (body === undefined || body === null) return {};
  if (!isObject(body)) return 'The body must be a JSON object such as {"context": {"targetingKey": "user-1"}}.';
  const context = body['context'];
  if (context === undefined || context === null) return {};
  if (!isObject(context)) return '"context" must be a JSON object such as {"targetingKey": "user-1"}.';
  if (Object.keys(context).length > MAX_CONTEXT_ATTRIBUTES)
    return `The context has more than ${MAX_CONTEXT_ATTRIBUTES} attributes.`;
  return context as EvaluationContext;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
