import { Problem } from '../../domain/index.ts';
import type { CallStatus } from './call-status.ts';
import { isOpen, type SyncCall } from './sync-stream.ts';

/** The streams of this process, bounded per key. */
export class OpenCalls {
  readonly #byKey = new Map<string, Set<SyncCall>>();
  readonly #limitPerKey: number;

  constructor(limitPerKey: number) {
    this.#limitPerKey = limitPerKey;
  }

  /** Counts the call until it is really over, however slowly its reader takes the end; Problem `tooManyStreams`. */
  add(keyId: string, call: SyncCall): void {
    const calls = this.#byKey.get(keyId) ?? new Set();
    if (calls.size >= this.#limitPerKey)
      throw new Problem('tooManyStreams', `${calls.size} are open, which is the limit`);
    this.#byKey.set(keyId, calls.add(call));
    call.once('cancelled', () => {
      calls.delete(call);
      if (calls.size === 0) this.#byKey.delete(keyId);
    });
  }

  /** Ends all streams. */
  endAll(status: CallStatus): void {
    for (const calls of this.#byKey.values()) for (const call of calls) if (isOpen(call)) call.emit('error', status);
  }
}
