/**
 * Mends a fault of the MongoDB driver (docs/gotchas.md). It writes, and if the socket does not take all at once it waits for
 * `drain`: a socket that is being closed gives neither that nor an error, so the driver waits for ever. If that happens to
 * the connection by which it looks after the server, no operation of this process reaches the database again, though it is
 * there. Whoever waits so is woken here when the connection has been closed, and finds that out itself.
 */
import { createRequire } from 'node:module';
import type { Socket } from 'node:net';

interface Connection {
  readonly socket: Socket;
  cleanup(error: Error): void;
}

const driver = createRequire(__filename)('mongodb/lib/cmap/connection') as { readonly Connection: { readonly prototype: Connection } };
const { prototype } = driver.Connection;
// eslint-disable-next-line @typescript-eslint/unbound-method -- called with its own `this` below
const { cleanup } = prototype;
if (typeof cleanup !== 'function') throw new Error('This release of the MongoDB driver closes its connections in another way: see store/closed-connections.ts.');

prototype.cleanup = function (this: Connection, error) {
  cleanup.call(this, error);
  this.socket.emit('drain');
};
