import { computed, signal } from '@preact/signals';
import type { EnvironmentsAnswer, WhoAnswer } from '../api/answers.ts';
import { type Api, createApi } from '../api/api.ts';
import { takeOutcome } from './provider-sign-in.ts';

const KEY = 'rampwright.key';
const PERSON = 'rampwright.person';
const ENVIRONMENT = 'rampwright.environment';

const key = signal(sessionStorage.getItem(KEY) ?? localStorage.getItem(KEY));

const outcome = takeOutcome();
if (outcome === 'done') localStorage.setItem(PERSON, 'yes');

/** Why the sign-in with a provider that the person comes from was refused; null: it was not, or something came after it. */
export const refusal = signal(outcome === 'done' ? null : outcome);

/** Whether a person signed in in this browser: the cookie that proves it cannot be seen from here. */
const isPerson = signal(localStorage.getItem(PERSON) !== null);

/** The API with the key or the session of the person who is signed in; null: nobody is. */
export const api = computed<Api | null>(() => {
  if (key.value !== null) return createApi(key.value);
  return isPerson.value ? createApi(null) : null;
});

/** Environments that are open to who is signed in; null: not known yet. */
export const environments = signal<EnvironmentsAnswer['environments'] | null>(null);

/** Who is signed in and what they may do; null: not known yet. */
export const who = signal<WhoAnswer | null>(null);

/** The environment that is looked at. */
export const environment = signal(sessionStorage.getItem(ENVIRONMENT) ?? '');

/** Keeps a key for this tab, or for this browser if the person wants it to be remembered. */
export function signIn(token: string, isRemembered: boolean): void {
  sessionStorage.setItem(KEY, token);
  if (isRemembered) localStorage.setItem(KEY, token);
  refusal.value = null;
  key.value = token;
}

/** Signs a person in by their password; rejects with an `ApiProblem`. */
export async function signInAs(user: string, password: string, tenant: string): Promise<void> {
  const body = { user, password, ...(tenant === '' ? {} : { tenant }) };
  await createApi(null).call('POST', '/session', { body });
  localStorage.setItem(PERSON, 'yes');
  refusal.value = null;
  isPerson.value = true;
}

/** Ends the session and forgets the key, everywhere in this browser. */
export function signOut(): void {
  if (key.value === null && isPerson.value)
    void createApi(null)
      .call('DELETE', '/session')
      .catch(() => undefined);
  sessionStorage.removeItem(KEY);
  localStorage.removeItem(KEY);
  localStorage.removeItem(PERSON);
  environments.value = null;
  who.value = null;
  isPerson.value = false;
  key.value = null;
}

/** Whether who is signed in may do what needs this scope, in the environment that is looked at. */
export function may(scope: 'edit' | 'release' | 'approve' | 'override' | 'admin'): boolean {
  const scopes = who.value?.scopesByEnvironment[environment.value] ?? [];
  return scopes.includes('admin') || scopes.includes(scope);
}

/** Looks at another environment from now on. */
export function chooseEnvironment(name: string): void {
  sessionStorage.setItem(ENVIRONMENT, name);
  environment.value = name;
}

/** Asks who is signed in and what is open to them; stays with the chosen environment if it is among that. */
export async function loadEnvironments(with_: Api): Promise<void> {
  const { body } = await with_.call<EnvironmentsAnswer>('GET', '/environments');
  who.value = (await with_.call<WhoAnswer>('GET', '/session')).body;
  environments.value = body.environments;
  const isThere = body.environments.some((known) => known.environment === environment.value);
  if (!isThere) chooseEnvironment(body.environments[0]?.environment ?? '');
}

/** A path below the chosen environment. */
export function inEnvironment(path: string): string {
  return `/environments/${encodeURIComponent(environment.value)}${path}`;
}
