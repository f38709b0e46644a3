import { effect, signal } from '@preact/signals';
import type { Api } from '../api/api.ts';
import { readEvents } from '../api/read-events.ts';
import { api, environment, inEnvironment } from './session.ts';

const FIRST_RETRY_MS = 1_000;
const LONGEST_RETRY_MS = 15_000;

/** Whether news arrive by themselves. */
export const isLive = signal(false);

/** Called when something has changed: rollouts with new decisions, or null when anything may have. */
export type NewsListener = (rollouts: readonly string[] | null) => void;

const listeners = new Set<NewsListener>();

/** Calls the listener with all news until the returned function is called. */
export function onNews(listener: NewsListener): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** Listens to the chosen environment for as long as somebody is signed in. */
export function startListening(): () => void {
  return effect(() => {
    const { value: current } = api;
    if (current === null || environment.value === '') return;
    const stop = new AbortController();
    void listen(current, inEnvironment('/events'), stop.signal);
    return () => stop.abort();
  });
}

async function listen(current: Api, path: string, signal: AbortSignal): Promise<void> {
  for (let retryMs = FIRST_RETRY_MS; !signal.aborted; retryMs = Math.min(2 * retryMs, LONGEST_RETRY_MS)) {
    try {
      for await (const { event, data } of readEvents(await current.open(path, signal))) {
        isLive.value = true;
        retryMs = FIRST_RETRY_MS;
        const { rollouts = null } = JSON.parse(data) as { rollouts?: readonly string[] };
        for (const listener of listeners) listener(event === 'decided' ? rollouts : null);
      }
    } catch {
      // The loop comes back; what matters to the person is said by the page's own requests.
    }
    if (signal.aborted) return;
    isLive.value = false;
    await new Promise((resolve) => setTimeout(resolve, retryMs));
  }
}
