/** What went wrong outside of an evaluation. */
export type ClientErrorCode =
  /** The server refused the API key: final, nothing is asked of it any more. */
  | 'denied'
  /** The server could not be reached or did not answer as agreed; told once per outage, retried for ever. */
  | 'unreachable'
  /** A snapshot or delta was not taken over; the one before it is kept. */
  | 'snapshotRefused'
  /** The snapshot on disk could not be read or written; told once until it works again. */
  | 'cacheFailed'
  /** The server will never accept a report; its rows are lost. */
  | 'reportRefused'
  /** Reports waited too long for the server, and the oldest were given up. */
  | 'reportsDropped'
  /** A tracked event could not be counted as it was passed. */
  | 'invalidEvent'
  /** A listener of the application threw. */
  | 'listenerFailed';

/** A failure that the application may want to log; evaluations go on in spite of it. */
export class RampwrightError extends Error {
  readonly code: ClientErrorCode;

  constructor(code: ClientErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'RampwrightError';
    this.code = code;
  }
}

/** Told of every failure outside of an evaluation. */
export type OnError = (error: RampwrightError) => void;

/** What a failure says, whatever was thrown; network failures hide their reason in `cause`. */
export function messageOf(failure: unknown): string {
  if (!(failure instanceof Error)) return String(failure);
  return failure.cause instanceof Error ? `${failure.message}: ${failure.cause.message}` : failure.message;
}
