import type { Command } from 'commander';
import { WEBHOOK_EVENT_KINDS, type Webhook } from '../../../domain/index.ts';
import { CliError } from '../cli-error.ts';
import { connect, type Environment, type ShowOptions, withConnection } from '../connection.ts';
import { moment, print, printJson, table } from '../output.ts';
import { untilMsOf } from './verb-command.ts';

interface AddOptions extends ShowOptions {
  readonly format: string;
  readonly events: readonly string[];
}

interface RotateOptions extends ShowOptions {
  readonly overlap?: string;
}

interface DeliveriesOptions extends ShowOptions {
  readonly limit: string;
}

/** A webhook with its secret, which the server shows this once; null where messages are not signed. */
interface MadeWebhook {
  readonly webhook: Webhook;
  readonly secret: string | null;
}

/** A message as the server lists it. */
interface ListedDelivery {
  readonly eventId: string;
  readonly kind: string;
  readonly subject: string;
  readonly state: string;
  readonly attemptCount: number;
  readonly lastOutcome: string | null;
  readonly createdAtMs: number;
}

/** `webhooks list`: who is told what. */
export function addListWebhooks(parent: Command, env: Environment): void {
  withConnection(parent.command('list').description('List webhooks, without their secrets.')).action(
    async (options: ShowOptions) => {
      const answer = await connect(options, env).call<{ readonly webhooks: readonly Webhook[] }>('GET', '/webhooks');
      if (options.json) return printJson(answer);
      print(table(['WEBHOOK', 'ADDRESS', 'FORMAT', 'EVENTS', 'STATE'], answer.webhooks.map(rowOf)));
    },
  );
}

/** `webhooks add`: prints the secret alone on standard output, so that a script can keep it. */
export function addAddWebhook(parent: Command, env: Environment): void {
  withConnection(
    parent
      .command('add <name> <address>')
      .description('Have an address told what happens in the environment; its secret is shown once.')
      .requiredOption('--events <kinds...>', `"all", or some of ${WEBHOOK_EVENT_KINDS.join(', ')}`)
      .option('--format <format>', 'standard (signed, as Standard Webhooks says) or slack', 'standard'),
  ).action(async (webhook: string, url: string, { format, events, ...options }: AddOptions) => {
    const kinds = events.includes('all') ? WEBHOOK_EVENT_KINDS : events;
    const body = { webhook, url, format, kinds };
    printMade(await connect(options, env).call<MadeWebhook>('POST', '/webhooks', { body }), options);
  });
}

/** `webhooks test`: sends one message now and says what was answered; 1 when it was not accepted. */
export function addTestWebhook(parent: Command, env: Environment): void {
  withConnection(parent.command('test <name>').description('Send a test message now, once.')).action(
    async (webhook: string, options: ShowOptions) => {
      const answer = await connect(options, env).call<{ readonly isAccepted: boolean; readonly outcome: string }>(
        'POST',
        `${pathOf(webhook)}/test`,
      );
      if (options.json) printJson(answer);
      else if (answer.isAccepted) print(`"${webhook}" accepted it: ${answer.outcome}.`);
      if (!answer.isAccepted) throw new CliError(`"${webhook}" did not accept it: ${answer.outcome}`, 1);
    },
  );
}

/** `webhooks rotate`: a new secret, beside the old one for a while. */
export function addRotateWebhook(parent: Command, env: Environment): void {
  withConnection(
    parent
      .command('rotate <name>')
      .description('Give a webhook a new secret, which is shown once.')
      .option('--overlap <time>', 'how long messages are signed with the old one too: 0m, 2h, 7d; a day unless said'),
  ).action(async (webhook: string, { overlap, ...options }: RotateOptions) => {
    const body = overlap === undefined ? {} : { overlapMs: untilMsOf(overlap, 0) };
    printMade(await connect(options, env).call<MadeWebhook>('POST', `${pathOf(webhook)}/rotate`, { body }), options);
  });
}

/** `webhooks enable`: tells one again that was disabled because it accepted nothing for days. */
export function addEnableWebhook(parent: Command, env: Environment): void {
  withConnection(parent.command('enable <name>').description('Have a disabled webhook told again.')).action(
    async (webhook: string, options: ShowOptions) => {
      await connect(options, env).call('POST', `${pathOf(webhook)}/enable`);
      print(`"${webhook}" is told again.`);
    },
  );
}

/** `webhooks remove`: ends a webhook; what it was still to be told goes with it. */
export function addRemoveWebhook(parent: Command, env: Environment): void {
  withConnection(parent.command('remove <name>').description('Remove a webhook with its messages.')).action(
    async (webhook: string, options: ShowOptions) => {
      await connect(options, env).call('DELETE', pathOf(webhook));
      print(`"${webhook}" is removed.`);
    },
  );
}

/** `webhooks deliveries`: what became of the messages of the last days. */
export function addListDeliveries(parent: Command, env: Environment): void {
  withConnection(
    parent
      .command('deliveries <name>')
      .description('List the messages of the last days and what became of them, newest first.')
      .option('--limit <number>', 'how many', '50'),
  ).action(async (webhook: string, { limit, ...options }: DeliveriesOptions) => {
    const path = `${pathOf(webhook)}/deliveries?limit=${encodeURIComponent(limit)}`;
    const answer = await connect(options, env).call<{ readonly deliveries: readonly ListedDelivery[] }>('GET', path);
    if (options.json) return printJson(answer);
    const rows = answer.deliveries.map(({ createdAtMs, kind, subject, state, attemptCount, lastOutcome, eventId }) => [
      moment(createdAtMs),
      kind,
      subject,
      state,
      String(attemptCount),
      lastOutcome ?? '',
      eventId,
    ]);
    print(table(['TIME', 'EVENT', 'OF', 'STATE', 'ATTEMPTS', 'LAST ANSWER', 'ID'], rows));
  });
}

function printMade({ webhook, secret }: MadeWebhook, { json }: ShowOptions): void {
  if (json) printJson({ webhook, secret });
  else if (secret === null) print(`"${webhook.webhook}" is told from now on.`);
  else {
    process.stderr.write(`Webhook "${webhook.webhook}". Its secret is not shown again:\n`);
    print(secret);
  }
}

function pathOf(webhook: string): string {
  return `/webhooks/${encodeURIComponent(webhook)}`;
}

function rowOf({ webhook, url, format, kinds, disabledBecause, failingSinceMs }: Webhook): readonly string[] {
  const state =
    disabledBecause !== null
      ? `disabled: ${disabledBecause}`
      : failingSinceMs !== null
        ? `failing since ${moment(failingSinceMs)}`
        : 'good';
  return [webhook, url, format, kinds.length === WEBHOOK_EVENT_KINDS.length ? 'all' : kinds.join(', '), state];
}
