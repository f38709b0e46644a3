import type { ApiKey } from '../../../domain/index.ts';
import type { PublishedEnvironment } from '../../snapshot-publisher.ts';
import { EVENTS_PATH } from './event-routes.ts';
import { issueTicket, ticketWindow } from './stream-ticket.ts';

/** A page that nobody looks at closes its stream after this time, and fetches when it is looked at again. */
const INACTIVITY_DELAY_SECONDS = 120;

interface KeptEnd {
  readonly window: number;
  readonly json: Buffer;
}

/** By key, for as long as the version is served. */
const ends = new WeakMap<PublishedEnvironment, Map<string, KeptEnd>>();

/** The end of a bulk answer, behind its flags: metadata of the set, and where to hear of changes. */
export function endOfBulk(published: PublishedEnvironment, key: ApiKey, nowMs: number): Buffer {
  const window = ticketWindow(nowMs);
  const kept = ends.get(published)?.get(key.keyId);
  if (kept?.window === window) return kept.json;
  const json = writeEnd(published, issueTicket(key, published.ticketSecret, nowMs));
  const byKey = ends.get(published) ?? new Map<string, KeptEnd>();
  ends.set(published, byKey.set(key.keyId, { window, json }));
  return json;
}

function writeEnd({ snapshot }: PublishedEnvironment, ticket: string): Buffer {
  const { epoch, version, flagSet } = snapshot;
  const requestUri = `${EVENTS_PATH}?ticket=${ticket}&since=${epoch}.${version}`;
  const eventStreams = [{ type: 'sse', endpoint: { requestUri }, inactivityDelaySec: INACTIVITY_DELAY_SECONDS }];
  const metadata = { ...flagSet.metadata, version: String(version) };
  return Buffer.from(`],${JSON.stringify({ metadata, eventStreams }).slice(1)}`);
}
