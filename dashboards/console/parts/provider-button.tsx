import type { WaysAnswer } from '../api/answers.ts';
import { rememberPlace } from '../state/provider-sign-in.ts';

/** Leads to the provider to sign in. */
export function ProviderButton({ name, startUrl }: NonNullable<WaysAnswer['oidc']>) {
  return (
    <a class="btn btn-primary w-full" href={startUrl} onClick={rememberPlace}>
      Sign in with {name}
    </a>
  );
}
