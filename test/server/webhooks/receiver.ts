import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';

/** One message as a receiver got it. */
export interface Received {
  readonly path: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

/** A receiver of webhooks on a free loopback port, which answers as its path says; the newest messages last. */
export interface Receiver {
  readonly url: string;
  readonly received: Received[];
  /** Of messages to one path. */
  at(path: string): readonly Received[];
  close(): Promise<void>;
}

/** Answers a message; the number counts the messages to its path, from 1. */
export type Answering = (response: ServerResponse, count: number) => void;

/** Starts a receiver; paths that are not named are answered with 204. */
export async function startReceiver(answers: Readonly<Record<string, Answering>> = {}): Promise<Receiver> {
  const received: Received[] = [];
  const at = (path: string) => received.filter((message) => message.path === path);
  const take = async (request: IncomingMessage, response: ServerResponse) => {
    const path = request.url ?? '';
    received.push({ path, headers: request.headers, body: await text(request) });
    const answer = answers[path];
    if (answer === undefined) response.writeHead(204).end();
    else answer(response, at(path).length);
  };
  const server = createServer((request, response) => void take(request, response));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as { readonly port: number };
  return {
    url: `http://127.0.0.1:${port}`,
    received,
    at,
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}
