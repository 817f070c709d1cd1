import { createServer, type IncomingMessage, type RequestListener, type Server, type ServerResponse } from 'node:http';
import { Server as NetServer } from 'node:net';
import { setImmediate as turn, setTimeout as sleep } from 'node:timers/promises';

interface Patience {
  /**
   * Connections that are kept open for more requests stay for so long after the last answer, and are told with their next
   * one that it was the last: to close them at once would lose a request that is already on its way. Whoever has just been
   * told so asks again on another connection that it has kept.
   */
  readonly drainMs: number;
  /** Requests in hand get this long to end. */
  readonly graceMs: number;
}

const patience: Patience = { drainMs: 2_000, graceMs: 15_000 };
const lookEveryMs = 25;

/**
 * A connection that rests is kept for longer than a reverse proxy keeps it (60 s is usual; Node's own 5 s are less): of two
 * that close it, whoever sends requests has to be the first, or one is lost that is sent in that moment.
 */
const keptForMs = 75_000;

/** Makes a server and ends it without losing a request: each gets its whole answer, or finds that nobody listens any more. */
export class Stopping {
  readonly #inHand = new Set<ServerResponse>();
  #isStopping = false;

  get isStopping(): boolean {
    return this.#isStopping;
  }

  /** Makes the server that is to be stopped so. */
  serverOf(handle: RequestListener): Server {
    return createServer({ keepAliveTimeout: keptForMs }, (request: IncomingMessage, response: ServerResponse) => {
      this.#inHand.add(response);
      response.once('close', () => this.#inHand.delete(response));
      if (this.#isStopping) isLast(response);
      handle(request, response);
    });
  }

  /** @returns how many requests had to be cut off, since they took longer than anybody waits */
  async stop(server: Server, { drainMs, graceMs }: Patience = patience): Promise<number> {
    this.#isStopping = true;
    const closed = new AbortController();
    // Whoever has knocked while we were busy is let in.
    await allIsRead();
    // An HTTP server's own `close` ends all connections that rest at this moment, and with them what is on its way there.
    NetServer.prototype.close.call(server, () => closed.abort());
    for (const response of this.#inHand) isLast(response);
    let quietMs = 0;
    for (let waited = 0; !closed.signal.aborted && waited < graceMs; waited += lookEveryMs) {
      await sleep(lookEveryMs);
      // A request that came while we were busy makes its connection none that rests.
      await allIsRead();
      quietMs = this.#inHand.size > 0 ? 0 : quietMs + lookEveryMs;
      if (quietMs >= drainMs) server.closeIdleConnections();
    }
    const cutOff = this.#inHand.size;
    server.closeAllConnections();
    return cutOff;
  }
}

/** Until the event loop has taken in whatever had come by now: the first turn may be past that already. */
async function allIsRead(): Promise<void> {
  await turn();
  await turn();
}

function isLast(response: ServerResponse): void {
  if (!response.headersSent) response.setHeader('Connection', 'close');
}
