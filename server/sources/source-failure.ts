import type { SourceFault, SourceFaultReason } from '../../controller/index.ts';

/** A source did not give what was asked for; nothing of its answer is used. */
export class SourceFailure extends Error {
  readonly fault: SourceFault;

  constructor(reason: SourceFaultReason, detail: string) {
    super(`${reason}: ${detail}`);
    this.name = 'SourceFailure';
    this.fault = { reason, detail };
  }
}
