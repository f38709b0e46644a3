import type { ApiKey, EvaluationContext, EvaluationDetails, FlagMetadata } from '../../../domain/index.ts';
import { evaluate, evaluateAll } from '../../../evaluator/index.ts';
import type { PublishedEnvironment } from '../../snapshot-publisher.ts';

/** Metadata that opens a flag to client keys, on the flag or on the whole set. */
const CLIENT_VISIBLE = 'clientVisible';

/** An evaluation as somebody with a certain key sees it, at a certain time. */
export interface Evaluation {
  readonly key: ApiKey;
  readonly context: EvaluationContext;
  readonly nowMs: number;
}

/** What a flag serves; to a client key, a flag that is not marked for clients is as unknown as one that does not exist. */
export function evaluateVisible(
  { compiled }: PublishedEnvironment,
  flagKey: string,
  { key, context, nowMs }: Evaluation,
): EvaluationDetails {
  const details = evaluate(compiled, flagKey, context, nowMs);
  const isVisible = !isPublic(key) || isForClients(details.flagMetadata);
  if (details.errorCode !== 'FLAG_NOT_FOUND' && isVisible) return details;
  return {
    flagKey,
    value: undefined,
    reason: 'ERROR',
    errorCode: 'FLAG_NOT_FOUND',
    errorMessage: 'The environment has no flag of this key.',
    flagMetadata: compiled.metadata,
  };
}

/** What every flag serves that the key may see. */
export function evaluateAllVisible(
  { compiled }: PublishedEnvironment,
  { key, context, nowMs }: Evaluation,
): readonly EvaluationDetails[] {
  return isPublic(key) ? evaluateAll(compiled, context, nowMs, isForClients) : evaluateAll(compiled, context, nowMs);
}

function isForClients(metadata: FlagMetadata): boolean {
  return Object.hasOwn(metadata, CLIENT_VISIBLE) && metadata[CLIENT_VISIBLE] === true;
}

function isPublic({ scopes }: ApiKey): boolean {
  return scopes.includes('client');
}
