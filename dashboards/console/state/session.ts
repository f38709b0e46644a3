import { computed, signal } from '@preact/signals';
import type { EnvironmentsAnswer } from '../api/answers.ts';
import { type Api, createApi } from '../api/api.ts';

const KEY = 'rampwright.key';
const ENVIRONMENT = 'rampwright.environment';

const key = signal(sessionStorage.getItem(KEY) ?? localStorage.getItem(KEY));

/** The API with the key of the person who is signed in; null: nobody is. */
export const api = computed<Api | null>(() => (key.value === null ? null : createApi(key.value)));

/** Environments that the key opens; null: not known yet. */
export const environments = signal<EnvironmentsAnswer['environments'] | null>(null);

/** The environment that is looked at. */
export const environment = signal(sessionStorage.getItem(ENVIRONMENT) ?? '');

/** Keeps a key for this tab, or for this browser if the person wants it to be remembered. */
export function signIn(token: string, isRemembered: boolean): void {
  sessionStorage.setItem(KEY, token);
  if (isRemembered) localStorage.setItem(KEY, token);
  key.value = token;
}

/** Forgets the key everywhere. */
export function signOut(): void {
  sessionStorage.removeItem(KEY);
  localStorage.removeItem(KEY);
  environments.value = null;
  key.value = null;
}

/** Looks at another environment from now on. */
export function chooseEnvironment(name: string): void {
  sessionStorage.setItem(ENVIRONMENT, name);
  environment.value = name;
}

/** Asks which environments the key opens; stays with the chosen one if it is among them. */
export async function loadEnvironments(with_: Api): Promise<void> {
  const { body } = await with_.call<EnvironmentsAnswer>('GET', '/environments');
  environments.value = body.environments;
  const isThere = body.environments.some((known) => known.environment === environment.value);
  if (!isThere) chooseEnvironment(body.environments[0]?.environment ?? '');
}

/** A path below the chosen environment. */
export function inEnvironment(path: string): string {
  return `/environments/${encodeURIComponent(environment.value)}${path}`;
}
