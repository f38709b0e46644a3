import type { ListedDelivery, Webhook } from '../../api/webhook-answers.ts';
import { may } from '../../state/session.ts';
import { Moment } from '../moment.tsx';
import { Deliveries } from './deliveries.tsx';
import { WebhookButtons } from './webhook-buttons.tsx';

/** One webhook: where it leads, what it is told, how it is, and what became of its newest messages. */
export function WebhookCard({
  webhook,
  deliveries,
  again,
}: {
  readonly webhook: Webhook;
  readonly deliveries: readonly ListedDelivery[];
  readonly again: () => void;
}) {
  const { webhook: name, url, format, kinds, disabledBecause } = webhook;
  return (
    <li class="panel grid gap-3">
      <div class="flex flex-wrap items-start gap-3">
        <div class="mr-auto min-w-0">
          <h2 class="flex flex-wrap items-center gap-2">
            {name} <State webhook={webhook} />
          </h2>
          <p class="quiet">
            {url}
            {format === 'slack' && ', for Slack'}
          </p>
        </div>
        {may('admin') && <WebhookButtons webhook={webhook} again={again} />}
      </div>
      {disabledBecause !== null && <p class="text-error">Disabled: {disabledBecause}</p>}
      <p>
        <span class="quiet">is told of</span> {kinds.join(', ')}
      </p>
      <Deliveries deliveries={deliveries} />
    </li>
  );
}

function State({ webhook: { isEnabled, failingSinceMs } }: { readonly webhook: Webhook }) {
  if (!isEnabled) return <span class="badge badge-soft badge-error badge-sm">disabled</span>;
  return failingSinceMs === null ? (
    <span class="badge badge-soft badge-success badge-sm">enabled</span>
  ) : (
    <span class="badge badge-soft badge-warning badge-sm">
      failing since <Moment atMs={failingSinceMs} />
    </span>
  );
}
