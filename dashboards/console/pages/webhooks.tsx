import type { Api } from '../api/api.ts';
import type { DeliveriesAnswer, ListedDelivery, Webhook, WebhooksAnswer } from '../api/webhook-answers.ts';
import { Command, EmptyState } from '../parts/empty-state.tsx';
import { ReadPage } from '../parts/read-page.tsx';
import { WebhookCard } from '../parts/webhook/webhook-card.tsx';
import { inEnvironment } from '../state/session.ts';
import { useAgainWhile } from '../state/use-again-while.ts';
import { useReading } from '../state/use-reading.ts';

/** So many of the newest messages are shown of each webhook. */
const MESSAGES = 10;

/** Who is told what happens here, and whether it arrives. */
export function WebhooksPage() {
  const reading = useReading({ of: 'webhooks', read: readWebhooks, concerns: (rollouts) => rollouts === null });
  useAgainWhile(reading, (webhooks) => webhooks.some(({ deliveries }) => deliveries.some(isPending)));
  return (
    <>
      <h1>Webhooks</h1>
      <ReadPage reading={reading}>
        {(webhooks) =>
          webhooks.length === 0 ? (
            <EmptyState title="Nobody is told anything">
              <p>A webhook is an address, or a channel of Slack, that is told what happens in this environment.</p>
              <Command>rampwright webhooks add ops https://… --events rollout.rolledBack rollout.held</Command>
            </EmptyState>
          ) : (
            <ul class="grid gap-4">
              {webhooks.map(({ webhook, deliveries }) => (
                <WebhookCard key={webhook.webhook} webhook={webhook} deliveries={deliveries} again={reading.again} />
              ))}
            </ul>
          )
        }
      </ReadPage>
    </>
  );
}

function isPending({ state }: ListedDelivery): boolean {
  return state === 'pending';
}

async function readWebhooks(
  api: Api,
): Promise<readonly { readonly webhook: Webhook; readonly deliveries: readonly ListedDelivery[] }[]> {
  const { body } = await api.call<WebhooksAnswer>('GET', inEnvironment('/webhooks'));
  return Promise.all(
    body.webhooks.map(async (webhook) => {
      const path = inEnvironment(`/webhooks/${encodeURIComponent(webhook.webhook)}/deliveries?limit=${MESSAGES}`);
      return { webhook, deliveries: (await api.call<DeliveriesAnswer>('GET', path)).body.deliveries };
    }),
  );
}
