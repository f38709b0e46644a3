import { environment } from '../state/session.ts';
import { Command, EmptyState } from './empty-state.tsx';

/** What to do when there is no rollout yet. */
export function NoRollouts() {
  const base = `${location.origin}/api/v1/environments/${environment.value}`;
  return (
    <EmptyState title="No rollouts yet">
      <p>
        A rollout serves a new variant of a flag to a growing share of units, compares it with control all the time, and
        ramps, waits or rolls back by itself. Create a flag, then a rollout of it; both appear here at once:
      </p>
      <Command>{`curl -X PUT ${base}/flags/checkout \\
  -H "Authorization: Bearer $KEY" -H 'Content-Type: application/json' \\
  -d '{"state":"ENABLED","variants":{"old":"old","new":"new"},"defaultVariant":"old"}'

curl -X POST ${base}/rollouts \\
  -H "Authorization: Bearer $KEY" -H 'Content-Type: application/json' \\
  -d '{"rollout":"new-checkout","flag":"checkout","control":"old","treatments":[{"variant":"new"}]}'`}</Command>
      <p class="quiet">
        Or see the whole loop on real traffic first: <code>npm run demo</code> prints the address of its console.
      </p>
    </EmptyState>
  );
}
