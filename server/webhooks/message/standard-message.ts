import type { WebhookEvent } from '../../../domain/index.ts';
import { consoleLink } from './console-link.ts';
import { happening } from './sentence.ts';

/** The body for receivers that follow Standard Webhooks: type, timestamp and data. */
export function standardMessage(event: WebhookEvent, publicUrl: string | null): string {
  const { kind, tenant, environment, atMs, subject, action, actor, actorName, reason, details } = event;
  const link = consoleLink(event, publicUrl);
  return JSON.stringify({
    type: kind,
    timestamp: new Date(atMs).toISOString(),
    data: {
      tenant,
      environment,
      subject,
      action,
      actor,
      actorName,
      summary: `${subject}: ${happening(event)}`,
      reason,
      ...details,
      ...(link === undefined ? {} : { link }),
    },
  });
}
