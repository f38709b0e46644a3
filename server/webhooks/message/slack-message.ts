import type { WebhookEvent } from '../../../domain/index.ts';
import { consoleLink } from './console-link.ts';
import { happening } from './sentence.ts';

/** Slack cuts longer texts off. */
const MAX_REASON_LENGTH = 2_000;

/**
 * The body for Slack's incoming webhooks, and for those of others that take the same.
 *
 * The three characters that Slack reads as its own are escaped, so that no name or reason can mention a channel or make
 * a link; the text of a link may hold no "|" either.
 */
export function slackMessage(event: WebhookEvent, publicUrl: string | null): string {
  const { subject, environment, actor, actorName, reason, details } = event;
  const link = consoleLink(event, publicUrl);
  const name = escaped(subject).replaceAll('|', '¦');
  const flag = details['flag'];
  const where = [...(flag === undefined ? [] : [`flag ${escaped(String(flag))}`]), escaped(environment)].join(', ');
  const head = `${link === undefined ? name : `<${escaped(link)}|${name}>`} (${where}): *${escaped(happening(event))}*`;
  const why = reason === null ? '' : `\n${escaped(reason.slice(0, MAX_REASON_LENGTH))}`;
  const who = actor === 'controller' ? '' : `\nby ${escaped(actorName ?? actor)}`;
  return JSON.stringify({ text: `${head}${why}${who}`, unfurl_links: false });
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
