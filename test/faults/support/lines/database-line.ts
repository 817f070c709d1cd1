import { setTimeout as sleep } from 'node:timers/promises';
import type { Socket } from 'node:net';
import { BSON } from 'mongodb';
import { Line } from './line';

/** What MongoDB answers to a write that it does not do. */
export interface WriteRefusal {
  readonly code: number;
  readonly codeName: string;
  readonly errmsg: string;
}

/** As a server says that takes no writes: after an election, in the mode in which users' writes are blocked, without room. */
export const writeRefusals: readonly WriteRefusal[] = [
  { code: 10_107, codeName: 'NotWritablePrimary', errmsg: 'not primary' },
  { code: 371, codeName: 'UserWritesBlocked', errmsg: 'User writes blocked' },
  { code: 14_031, codeName: 'OutOfDiskSpace', errmsg: 'No space left on device' },
];

const writes: readonly string[] = ['insert', 'update', 'delete', 'findAndModify', 'createIndexes', 'create', 'drop'];
const opMsg = 2013;
const headerBytes = 16;
/** After the header the flags, and the kind of the first section, which is the command. */
const commandAt = headerBytes + 5;

/** The way to the database, whichever program it is: on it replies can be slow, and writes be refused as MongoDB refuses them. */
export class DatabaseLine extends Line {
  /** How long a reply takes on its way. */
  delayMs = 0;
  /** How every write is refused; null while they are done. */
  refusal: WriteRefusal | null = null;
  /** How many were. */
  refused = 0;

  protected carry(client: Socket, server: Socket): void {
    let rest = Buffer.alloc(0);
    client.on('data', (chunk) => {
      rest = Buffer.concat([rest, chunk]);
      for (let length = lengthOf(rest); length <= rest.length; length = lengthOf(rest)) {
        const message = rest.subarray(0, length);
        rest = rest.subarray(length);
        if (this.refusal !== null && isWrite(message)) {
          this.refused += 1;
          client.write(replyTo(message, this.refusal));
        } else server.write(message);
      }
    });
    let passed = Promise.resolve();
    server.on('data', (chunk) => {
      passed = passed.then(() => this.#pass(chunk, client));
    });
  }

  async #pass(chunk: Buffer, client: Socket): Promise<void> {
    if (this.delayMs > 0) await sleep(this.delayMs);
    if (client.writable) client.write(chunk);
  }
}

const lengthOf = (bytes: Buffer): number => (bytes.length < headerBytes ? Infinity : bytes.readInt32LE(0));

/** Whether it is a command that changes something: its name is that of the first field. */
function isWrite(message: Buffer): boolean {
  if (message.readInt32LE(12) !== opMsg) return false;
  const nameAt = commandAt + 5;
  return writes.includes(message.toString('utf8', nameAt, message.indexOf(0, nameAt)));
}

function replyTo(message: Buffer, refusal: WriteRefusal): Buffer {
  const document = BSON.serialize({ ok: 0, ...refusal });
  const reply = Buffer.alloc(commandAt);
  reply.writeInt32LE(commandAt + document.length, 0);
  reply.writeInt32LE(message.readInt32LE(4), 8);
  reply.writeInt32LE(opMsg, 12);
  return Buffer.concat([reply, document]);
}
