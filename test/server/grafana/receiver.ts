import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

/** One request that came in. */
export interface Received {
  readonly path: string;
  readonly authorization: string | undefined;
  // biome-ignore lint/suspicious/noExplicitAny: tests look into bodies of many forms
  readonly body: any;
}

/** A real HTTP server that keeps what it is sent, and answers with the next of some statuses, then with 200. */
export class Receiver {
  readonly received: Received[] = [];
  readonly #server: Server;

  private constructor(statuses: number[]) {
    this.#server = createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        const body = JSON.parse(Buffer.concat(chunks).toString('utf8'));
        this.received.push({ path: request.url ?? '', authorization: request.headers.authorization, body });
        response.writeHead(statuses.shift() ?? 200, { location: '/elsewhere' }).end('{}');
      });
    });
  }

  /** On a free loopback port. */
  static async start(...statuses: readonly number[]): Promise<Receiver> {
    const receiver = new Receiver([...statuses]);
    await new Promise<void>((resolve) => {
      receiver.#server.listen(0, '127.0.0.1', resolve);
    });
    return receiver;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }
}
