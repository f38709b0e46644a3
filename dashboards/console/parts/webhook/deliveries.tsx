import type { ListedDelivery } from '../../api/webhook-answers.ts';
import { Moment } from '../moment.tsx';

const COLOURS = { pending: 'text-warning', delivered: 'text-success', failed: 'text-error' } as const;

/** What became of the newest messages of a webhook: of the last one at once, of the others to be unfolded. */
export function Deliveries({ deliveries }: { readonly deliveries: readonly ListedDelivery[] }) {
  const [newest, ...others] = deliveries;
  if (newest === undefined) return <p class="quiet">No message in the last seven days.</p>;
  return (
    <div class="grid gap-2">
      <Message delivery={newest} />
      {others.length > 0 && (
        <details>
          <summary class="cursor-pointer">{others.length} messages before</summary>
          <div class="mt-2 grid gap-2">
            {others.map((delivery) => (
              <Message key={delivery.eventId} delivery={delivery} />
            ))}
          </div>
        </details>
      )}
    </div>
  );
}

function Message({ delivery }: { readonly delivery: ListedDelivery }) {
  const { createdAtMs, kind, subject, state, attemptCount, lastOutcome, nextAttemptAtMs } = delivery;
  return (
    <p class="grid gap-x-4 sm:grid-cols-[9rem_1fr_1fr]">
      <span class="quiet">
        <Moment atMs={createdAtMs} />
      </span>
      <span>
        {kind} <span class="quiet">{subject}</span>
      </span>
      <span>
        <span class={COLOURS[state]}>{state}</span>
        <span class="quiet">
          {lastOutcome !== null && `: ${lastOutcome}`}
          {attemptCount > 1 && `, after ${attemptCount} attempts`}
          {nextAttemptAtMs !== null && attemptCount > 0 && (
            <>
              , next <Moment atMs={nextAttemptAtMs} />
            </>
          )}
        </span>
      </span>
    </p>
  );
}
