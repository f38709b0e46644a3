import type { Writable } from 'node:stream';
import type { EnvironmentVersion } from '../../domain/index.ts';
import type { PublishedEnvironment } from '../snapshot-publisher.ts';

/** Heartbeats in a row that a reader may be too slow for; then it is cut off, for its socket is probably dead. */
const MAX_MISSED_BEATS = 12;

/** Where the events of one reader go. */
export type FeedOutput = Pick<Writable, 'write' | 'destroy' | 'on' | 'writableNeedDrain'>;

/**
 * What one reader of the stream is sent: deltas where it can follow, else the whole snapshot, and heartbeats.
 *
 * One event is under way at a time. A reader that is slow gets what it missed as one event when it has taken the last
 * one, so that nothing piles up for it; the bytes of an event are shared by all readers.
 */
export class SnapshotFeed {
  readonly #output: FeedOutput;
  readonly #newest: () => PublishedEnvironment;
  #sent: EnvironmentVersion | undefined;
  #missedBeats = 0;

  /** `lastEventId` is what the reader says that it holds. */
  constructor(output: FeedOutput, newest: () => PublishedEnvironment, lastEventId: string | null) {
    this.#output = output;
    this.#newest = newest;
    this.#sent = versionIn(lastEventId, newest().snapshot.environment);
    output.on('drain', () => {
      this.#missedBeats = 0;
      this.push();
    });
  }

  /** Sends the reader what it lacks, unless it is still busy with what it was sent before. */
  push(): void {
    const published = this.#newest();
    if (this.#output.writableNeedDrain || isSame(this.#sent, published.snapshot)) return;
    this.#output.write(this.#eventTo(published));
    this.#sent = published.snapshot;
  }

  /** Sends a heartbeat; cuts the reader off when it took nothing for a minute of them. */
  beat(): void {
    if (!this.#output.writableNeedDrain) this.#output.write(this.#newest().heartbeatEvent);
    else if (++this.#missedBeats === MAX_MISSED_BEATS) this.#output.destroy();
  }

  #eventTo(published: PublishedEnvironment): Buffer {
    const isInReach = this.#sent?.epoch === published.snapshot.epoch;
    const delta = isInReach ? published.deltaEventSince(this.#sent!.version) : undefined;
    return delta ?? published.snapshotEvent;
  }
}

/** The version in an event id `<environment>:<epoch>.<version>`; undefined for ids of other environments. */
function versionIn(eventId: string | null, environment: string): EnvironmentVersion | undefined {
  if (!eventId?.startsWith(`${environment}:`)) return undefined;
  const match = /^(\d{1,15})\.(\d{1,15})$/.exec(eventId.slice(environment.length + 1));
  return match ? { epoch: Number(match[1]), version: Number(match[2]) } : undefined;
}

function isSame(left: EnvironmentVersion | undefined, right: EnvironmentVersion): boolean {
  return left?.epoch === right.epoch && left.version === right.version;
}
