import { effect, signal } from '@preact/signals';
import { asProblem } from '../api/api-problem.ts';
import { api, environment, inEnvironment } from './session.ts';

/** One entry of the audit, as `GET …/audit` answers it. */
export interface AuditEntry {
  readonly sequence: number;
  readonly atMs: number;
  readonly actor: string;
  /** Name of the key, where the actor is one. */
  readonly actorName: string | null;
  readonly action: string;
  readonly kind: string;
  readonly target: string;
  readonly reason: string | null;
  readonly before: unknown;
  readonly after: unknown;
}

/** `GET …/audit`. */
export interface AuditAnswer {
  readonly entries: readonly AuditEntry[];
}

/** Whether this server keeps an audit that the key may read. */
export const hasAudit = signal(false);

effect(() => {
  const current = api.value;
  if (current === null || environment.value === '') return;
  void current.call('GET', inEnvironment('/audit?limit=1')).then(
    () => {
      hasAudit.value = true;
    },
    (error: unknown) => {
      hasAudit.value = ![403, 404].includes(asProblem(error).status);
    },
  );
});
