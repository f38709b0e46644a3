import { AuthorizationResponseError, ClientError } from 'openid-client';
import { Problem, type SignInRefusal } from '../../domain/index.ts';

const NO_ANSWER = ['OAUTH_TIMEOUT', 'OAUTH_ABORT'];

/** Why a sign-in came to nothing, from what was thrown while the provider or the database was asked. */
export function refusalOf(error: unknown): SignInRefusal {
  if (error instanceof Problem && error.code === 'unavailable') return 'unavailable';
  if (error instanceof AuthorizationResponseError) return error.error === 'access_denied' ? 'denied' : 'providerFailed';
  if (isWithoutAnswer(error)) return 'providerAway';
  if (error instanceof ClientError && isServerFault(error.cause)) return 'providerAway';
  return 'notVerified';
}

/** `fetch` rejects with a TypeError where there is no answer at all; those of the library have a code. */
function isWithoutAnswer(error: unknown): boolean {
  if (error instanceof TypeError) return !('code' in error);
  return error instanceof ClientError && NO_ANSWER.includes(error.code ?? '');
}

function isServerFault(cause: unknown): boolean {
  return cause instanceof Response && cause.status >= 500;
}
