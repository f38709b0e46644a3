import { once } from 'node:events';
import { connect, createServer, type Server, type Socket } from 'node:net';

/** A wire that can be cut: forwards connections to a server, until it is told not to. */
export class TcpProxy {
  readonly port: number;
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  #isCut = false;
  #fragileAt: string | undefined;

  private constructor(server: Server) {
    this.#server = server;
    this.port = (server.address() as { port: number }).port;
  }

  /** A proxy on a free loopback port. */
  static async start(target: { readonly host: string; readonly port: number }): Promise<TcpProxy> {
    const server = createServer();
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const proxy = new TcpProxy(server);
    server.on('connection', (client) => proxy.#forward(client, connect(target.port, target.host)));
    return proxy;
  }

  /** Breaks all connections and refuses new ones. */
  cut(): void {
    this.#isCut = true;
    for (const socket of this.#sockets) socket.destroy();
  }

  /** Resets the next connection whose client sends `text`, in the middle of what it is doing. */
  resetAt(text: string): void {
    this.#fragileAt = text;
  }

  /** Whether `resetAt` still waits for its text. */
  get isFragile(): boolean {
    return this.#fragileAt !== undefined;
  }

  /** Forwards again. */
  mend(): void {
    this.#isCut = false;
  }

  async stop(): Promise<void> {
    this.cut();
    this.#server.close();
    await once(this.#server, 'close');
  }

  #forward(client: Socket, upstream: Socket): void {
    for (const [socket, other] of [
      [client, upstream],
      [upstream, client],
    ] as const) {
      this.#sockets.add(socket);
      socket.on('error', () => other.destroy());
      socket.on('close', () => {
        this.#sockets.delete(socket);
        other.destroy();
      });
    }
    client.on('data', (bytes) => {
      if (this.#fragileAt === undefined || !bytes.includes(this.#fragileAt)) return;
      this.#fragileAt = undefined;
      client.resetAndDestroy();
    });
    if (this.#isCut) client.destroy();
    else client.pipe(upstream).pipe(client);
  }
}
