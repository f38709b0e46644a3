import { useEffect, useId, useState } from 'preact/hooks';
import type { WaysAnswer } from '../api/answers.ts';
import { ApiProblem, asProblem } from '../api/api-problem.ts';
import { wordsOfRefusal } from '../format/refusals.ts';
import { ProblemNotice } from '../parts/problem-notice.tsx';
import { ProviderButton } from '../parts/provider-button.tsx';
import { readProvider } from '../state/provider-sign-in.ts';
import { refusal, signIn, signInAs } from '../state/session.ts';

/** Asks for a user name and a password, or for an API key, or leads to the provider of the people here. */
export function SignInPage({ problem }: { readonly problem: ApiProblem | undefined }) {
  const [person, setPerson] = useState({ user: '', password: '', tenant: '' });
  const [token, setToken] = useState('');
  const [isRemembered, setIsRemembered] = useState(false);
  const [refused, setRefused] = useState<ApiProblem>();
  const [isBusy, setIsBusy] = useState(false);
  const [provider, setProvider] = useState<WaysAnswer['oidc']>(null);
  useEffect(() => {
    // Without an answer the page has no button; passwords and keys say by themselves what is wrong with the server.
    void readProvider().then(setProvider, () => undefined);
  }, []);
  const isByKey = token.trim() !== '';
  const submit = async (event: Event) => {
    event.preventDefault();
    if (isByKey) return signIn(token.trim(), isRemembered);
    setIsBusy(true);
    setRefused(undefined);
    await signInAs(person.user.trim(), person.password, person.tenant.trim()).catch((error: unknown) => {
      setRefused(asProblem(error));
      setIsBusy(false);
    });
  };
  const shown = refused ?? problem ?? refusalBy(provider?.name ?? 'The provider');
  return (
    <main class="mx-auto grid max-w-md gap-5 px-4 py-16">
      <div class="flex items-center gap-3">
        <img src="/console/icon.svg" alt="" width="36" height="36" />
        <div>
          <h1>Rampwright</h1>
          <p class="quiet">Feature flags that roll themselves out</p>
        </div>
      </div>
      {shown && <ProblemNotice problem={shown} />}
      {provider && (
        <>
          <ProviderButton {...provider} />
          <div class="divider my-0 text-xs">or</div>
        </>
      )}
      <form class="panel grid gap-4" onSubmit={(event) => void submit(event)}>
        <Field
          label="User name"
          autoComplete="username"
          required={!isByKey}
          value={person.user}
          change={(user) => setPerson({ ...person, user })}
        />
        <Field
          label="Password"
          isSecret
          autoComplete="current-password"
          required={!isByKey}
          value={person.password}
          change={(password) => setPerson({ ...person, password })}
        />
        <details>
          <summary class="quiet cursor-pointer">Another tenant</summary>
          <Field
            label="Tenant"
            autoComplete="organization"
            placeholder="default"
            value={person.tenant}
            change={(tenant) => setPerson({ ...person, tenant })}
          />
        </details>
        <div class="divider my-0 text-xs">or</div>
        <Field label="API key" isSecret autoComplete="off" placeholder="rw_adm_…" value={token} change={setToken} />
        {isByKey && (
          <label class="flex items-start gap-2">
            <input
              class="checkbox checkbox-sm mt-0.5"
              type="checkbox"
              checked={isRemembered}
              onChange={(event) => setIsRemembered(event.currentTarget.checked)}
            />
            <span>
              Remember it in this browser <span class="quiet">— without this it is forgotten with the tab</span>
            </span>
          </label>
        )}
        <button type="submit" class="btn btn-primary" disabled={isBusy}>
          Sign in
        </button>
      </form>
      <p class="quiet">
        A key needs the scope <code>read</code> or <code>admin</code>. On day one the server prints one when it starts
        for the first time (“admin key”), and the password of the user <code>admin</code>; more users are made with{' '}
        <code>rampwright users</code>.
      </p>
    </main>
  );
}

/** Why the provider, or this server after it, did not let the person in who has just come back. */
function refusalBy(provider: string): ApiProblem | undefined {
  const words = refusal.value === null ? undefined : wordsOfRefusal(refusal.value, provider);
  return words && new ApiProblem({ status: 403, ...words });
}

interface FieldProps {
  readonly label: string;
  readonly value: string;
  readonly change: (value: string) => void;
  readonly isSecret?: boolean;
  readonly autoComplete: string;
  readonly placeholder?: string;
  readonly required?: boolean;
}

function Field({ label, value, change, isSecret = false, ...rest }: FieldProps) {
  const id = useId();
  const input = {
    id,
    class: 'input w-full',
    spellcheck: false,
    value,
    onInput: (event: { readonly currentTarget: HTMLInputElement }) => change(event.currentTarget.value),
    ...rest,
  };
  return (
    <div class="grid gap-1">
      <label class="font-medium" for={id}>
        {label}
      </label>
      {isSecret ? <input type="password" {...input} /> : <input type="text" {...input} />}
    </div>
  );
}
