import { connect, createServer, type Server, type Socket } from 'node:net';

/**
 * What stands between the programs and a server, on a port of its own: the programs know no other address of that server, so
 * that its troubles can be made on the way to it. It goes with the server: while that is away, nobody listens here either.
 */
export abstract class Line {
  #server: Server | undefined;
  readonly #connections = new Set<Socket>();

  constructor(
    readonly port: number,
    private readonly serverPort: number,
  ) {}

  /** Carries on what the client and the server say. Where one of the two hangs up, the other one is hung up on. */
  protected abstract carry(client: Socket, server: Socket): void;

  async open(): Promise<void> {
    if (this.#server !== undefined) return;
    const listener = createServer((client) => {
      const server = connect({ host: '127.0.0.1', port: this.serverPort });
      for (const [end, other] of [[client, server], [server, client]] as const) {
        this.#connections.add(end);
        end.setNoDelay(true);
        end.on('error', () => undefined).on('close', () => {
          this.#connections.delete(end);
          other.destroy();
        });
      }
      this.carry(client, server);
    });
    this.#server = listener;
    await new Promise<void>((resolve, reject) => {
      listener.once('error', reject);
      listener.listen(this.port, '127.0.0.1', resolve);
    });
  }

  /** As when the server is killed: what is connected breaks off, and nobody listens any more. */
  async close(): Promise<void> {
    const listener = this.#server;
    this.#server = undefined;
    const closed = new Promise<void>((resolve) => (listener === undefined ? resolve() : listener.close(() => resolve())));
    for (const connection of this.#connections) connection.resetAndDestroy();
    await closed;
  }
}
