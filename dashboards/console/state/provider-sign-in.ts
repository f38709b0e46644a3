import type { WaysAnswer } from '../api/answers.ts';
import { createApi } from '../api/api.ts';

const RETURN = 'rampwright.return';
const PARAMETER = 'signIn';

/** What came of a sign-in with a provider, taken out of the address so that loading again does not say it again; null: nothing. */
export function takeOutcome(): string | null {
  const address = new URL(location.href);
  const outcome = address.searchParams.get(PARAMETER);
  if (outcome === null) return null;
  address.searchParams.delete(PARAMETER);
  history.replaceState(null, '', address);
  // Where the person was before, kept by this page itself: nobody else can say where a sign-in leads to.
  const place = sessionStorage.getItem(RETURN) ?? '';
  if (outcome === 'done' && place.startsWith('#')) location.replace(place);
  sessionStorage.removeItem(RETURN);
  return outcome;
}

/** Remembers where the person is, before they go to a provider. */
export function rememberPlace(): void {
  sessionStorage.setItem(RETURN, location.hash);
}

/** The provider that people may sign in with; null: there is none. */
export async function readProvider(): Promise<WaysAnswer['oidc']> {
  return (await createApi(null).call<WaysAnswer>('GET', '/sign-in')).body.oidc;
}
