/** One event of a server-sent event stream. */
export interface ServerSentEvent {
  readonly type: string;
  readonly data: string;
}

/**
 * Reads server-sent events from bytes as they arrive (WHATWG HTML, section 9.2.6).
 *
 * Throws RangeError when one event grows beyond `maxLength` UTF-16 code units: the stream is of no use then.
 */
export class EventStreamParser {
  /** The reconnection time that the server asked for last, in ms. */
  retryMs = 0;
  readonly #maxLength: number;
  readonly #decoder = new TextDecoder();
  #line: string[] = [];
  #data: string[] = [];
  #type = '';
  #length = 0;
  #endedWithCr = false;

  constructor(maxLength: number) {
    this.#maxLength = maxLength;
  }

  /** The events that these bytes complete. */
  push(bytes: Uint8Array): readonly ServerSentEvent[] {
    let text = this.#decoder.decode(bytes, { stream: true });
    if (text === '') return [];
    if (this.#endedWithCr && text.startsWith('\n')) text = text.slice(1);
    this.#endedWithCr = text.endsWith('\r');
    const events: ServerSentEvent[] = [];
    const pieces = text.split(/\r\n|\n|\r/);
    const rest = pieces.pop() ?? '';
    for (const piece of pieces) {
      this.#extendLine(piece);
      const event = this.#endLine();
      if (event !== undefined) events.push(event);
    }
    this.#extendLine(rest);
    return events;
  }

  #extendLine(piece: string): void {
    this.#length += piece.length;
    if (this.#length > this.#maxLength) throw new RangeError(`an event is longer than ${this.#maxLength} characters`);
    this.#line.push(piece);
  }

  #endLine(): ServerSentEvent | undefined {
    const line = this.#line.join('');
    this.#line = [];
    if (line === '') return this.#endEvent();
    const colon = line.indexOf(':');
    const field = colon === -1 ? line : line.slice(0, colon);
    const value = colon === -1 ? '' : line.slice(line[colon + 1] === ' ' ? colon + 2 : colon + 1);
    if (field === 'data') this.#data.push(value);
    else if (field === 'event') this.#type = value;
    else if (field === 'retry' && /^\d+$/.test(value)) this.retryMs = Number(value);
    else this.#length -= line.length;
    return undefined;
  }

  #endEvent(): ServerSentEvent | undefined {
    const event = this.#data.length === 0 ? undefined : { type: this.#type || 'message', data: this.#data.join('\n') };
    this.#data = [];
    this.#type = '';
    this.#length = 0;
    return event;
  }
}
