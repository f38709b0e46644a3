import type { Rollout } from '../api/answers.ts';
import { asProblem } from '../api/api-problem.ts';
import { api, inEnvironment } from './session.ts';

/** To stop is right whatever has changed meanwhile. */
const STOPPING = ['pause', 'rollback'];

/** A verb with what it needs, and the revision that the person had seen when they chose it. */
export interface AskedMove {
  readonly verb: string;
  readonly body: Readonly<Record<string, unknown>>;
  readonly revision: number;
}

/** Asks the server to move a rollout, and has the page read again; rejects with what the server says. */
export async function moveRollout(
  { definition }: Rollout,
  { verb, body, revision }: AskedMove,
  again: () => void,
): Promise<void> {
  try {
    await api.value?.call('POST', inEnvironment(`/rollouts/${encodeURIComponent(definition.rollout)}/${verb}`), {
      body,
      ifMatch: STOPPING.includes(verb) ? null : `"${revision}"`,
    });
  } catch (error) {
    // Somebody was faster: the page behind shows how it stands now.
    if ([409, 412].includes(asProblem(error).status)) again();
    throw error;
  }
  again();
}
