import { useState } from 'preact/hooks';
import type { ApiProblem } from '../api/api-problem.ts';
import { ProblemNotice } from '../parts/problem-notice.tsx';
import { signIn } from '../state/session.ts';

/** Asks for an API key. */
export function SignInPage({ problem }: { readonly problem: ApiProblem | undefined }) {
  const [token, setToken] = useState('');
  const [isRemembered, setIsRemembered] = useState(false);
  const submit = (event: Event) => {
    event.preventDefault();
    signIn(token.trim(), isRemembered);
  };
  return (
    <main class="mx-auto grid max-w-md gap-5 px-4 py-16">
      <div class="flex items-center gap-3">
        <img src="/console/icon.svg" alt="" width="36" height="36" />
        <div>
          <h1>Rampwright</h1>
          <p class="quiet">Feature flags that roll themselves out</p>
        </div>
      </div>
      {problem && <ProblemNotice problem={problem} />}
      <form class="panel grid gap-4" onSubmit={submit}>
        <label class="grid gap-1">
          <span class="font-medium">API key</span>
          <input
            class="input w-full font-mono"
            type="password"
            autoComplete="off"
            spellcheck={false}
            placeholder="rw_adm_…"
            required
            value={token}
            onInput={(event) => setToken(event.currentTarget.value)}
          />
        </label>
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
        <button type="submit" class="btn btn-primary">
          Sign in
        </button>
      </form>
      <p class="quiet">
        The console needs a key with the scope <code>admin</code>. On day one the server prints one when it starts for
        the first time (“admin key”); more are made with <code>POST /api/v1/keys</code>.
      </p>
    </main>
  );
}
