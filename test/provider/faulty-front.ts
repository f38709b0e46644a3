import type { AddressInfo } from 'node:net';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { aFlagSet, aSnapshot } from './flag-server.ts';

/** What happens to a request: `path` is what was asked for, bytes go straight to the socket. */
export type Fault = (socket: Socket, path: string) => void;

const STREAM = '/api/v1/snapshot/stream';
const EVENTS = 'HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\n\r\n';

function body(type: string, text: string, length = Buffer.byteLength(text)): string {
  return `HTTP/1.1 200 OK\r\ncontent-type: ${type}\r\ncontent-length: ${length}\r\n\r\n${text}`;
}

/** A snapshot as the answer to a pull, or as the first event of a stream that says nothing more. */
function snapshotAnswer(path: string, json: string): string {
  return path === STREAM ? `${EVENTS}event: snapshot\ndata: ${json}\n\n` : body('application/json', json);
}

const forged = JSON.stringify({ ...aSnapshot({ version: 99, flagSet: aFlagSet('red') }), hash: 'f00' });

/** Everything that a server, or what stands between, may do wrong. */
export const FAULTS: Readonly<Record<string, Fault>> = {
  'closes at once': (socket) => socket.destroy(),
  'accepts and says nothing': () => {},
  'answers 500': (socket) => socket.write('HTTP/1.1 500 Oh\r\ncontent-length: 0\r\n\r\n'),
  'answers with a web page': (socket) => socket.write(body('text/html', '<html>Please log in</html>')),
  'answers 200 with an empty body': (socket) => socket.write(body('application/json', '')),
  'closes in the middle of an answer': (socket, path) => socket.end(snapshotAnswer(path, forged).slice(0, -100)),
  'answers with half of a snapshot': (socket, path) => socket.write(snapshotAnswer(path, forged.slice(0, 100))),
  'answers with a snapshot of a wrong hash': (socket, path) => socket.write(snapshotAnswer(path, forged)),
  'answers without end': (socket, path) => {
    if (path === STREAM) return socket.destroy();
    socket.write('HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n\r\n');
    const more = () => {
      while (!socket.destroyed && socket.write(Buffer.alloc(1024 * 1024, 'x')));
    };
    socket.on('drain', more);
    more();
  },
  'drips bytes': (socket) => socket.write(`${EVENTS}data: `),
};

/** A TCP proxy in front of a server that can be told to do a fault instead of passing bytes on. */
export class FaultyFront {
  /** Requests that met the fault. */
  faultyRequestCount = 0;
  readonly #sockets = new Set<Socket>();
  readonly #server: Server;
  readonly #targetPort: number;
  #fault: Fault | undefined;

  private constructor(targetPort: number) {
    this.#targetPort = targetPort;
    this.#server = createServer((socket) => this.#accept(socket));
  }

  static async start(targetPort: number): Promise<FaultyFront> {
    const front = new FaultyFront(targetPort);
    await new Promise<void>((resolve) => front.#server.listen(0, '127.0.0.1', resolve));
    return front;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** Breaks every connection and does the fault from now on; undefined heals. */
  become(fault: Fault | undefined): void {
    this.#fault = fault;
    for (const socket of this.#sockets) socket.destroy();
  }

  /** One more byte on every connection that a fault holds open. */
  drip(): void {
    for (const socket of this.#sockets) if (!socket.destroyed) socket.write('x');
  }

  async stop(): Promise<void> {
    this.become(undefined);
    await new Promise((resolve) => this.#server.close(resolve));
  }

  #accept(socket: Socket): void {
    this.#sockets.add(socket);
    socket.on('error', () => {}).once('close', () => this.#sockets.delete(socket));
    if (this.#fault === undefined) this.#pass(socket);
    else this.#fail(socket, this.#fault);
  }

  #fail(socket: Socket, fault: Fault): void {
    socket.on('data', (bytes) => {
      const path = /^GET (\S+)/.exec(bytes.toString('latin1'))?.[1];
      if (path === undefined) return;
      this.faultyRequestCount += 1;
      fault(socket, path);
    });
  }

  #pass(socket: Socket): void {
    const target = connect(this.#targetPort, '127.0.0.1');
    target.on('error', () => {}).once('close', () => socket.destroy());
    socket.once('close', () => target.destroy());
    socket.pipe(target).pipe(socket);
  }
}
