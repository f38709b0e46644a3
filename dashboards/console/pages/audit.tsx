import { AuditRow } from '../parts/audit-row.tsx';
import { EmptyState } from '../parts/empty-state.tsx';
import { ReadPage } from '../parts/read-page.tsx';
import type { AuditAnswer } from '../state/audit.ts';
import { inEnvironment } from '../state/session.ts';
import { useReading } from '../state/use-reading.ts';

const LIMIT = 100;

/** Who did what and why, newest first. */
export function AuditPage() {
  const reading = useReading({
    of: 'audit',
    read: async (api) => (await api.call<AuditAnswer>('GET', inEnvironment(`/audit?limit=${LIMIT}`))).body.entries,
    concerns: (rollouts) => rollouts === null,
  });
  return (
    <>
      <h1>Audit</h1>
      <ReadPage reading={reading}>
        {(entries) =>
          entries.length === 0 ? (
            <EmptyState title="Nothing was done yet">
              <p>Every change in this environment appears here, with who made it and why.</p>
            </EmptyState>
          ) : (
            <>
              <ol class="panel divide-y divide-base-300 p-0">
                {entries.map((entry) => (
                  <AuditRow key={entry.sequence} entry={entry} />
                ))}
              </ol>
              {entries.length === LIMIT && (
                <p class="quiet">
                  The newest {LIMIT}. All of it can be exported and verified: <code>rampwright audit</code>.
                </p>
              )}
            </>
          )
        }
      </ReadPage>
    </>
  );
}
