import { connect } from 'node:net';
import { Connection, type ConnectionOptions } from '@temporalio/client';
import { MongoClient } from 'mongodb';
import { systemClock } from '../config/clock';

/** Each of these asks once whether a part answers, and throws if it does not within two seconds. */
const withinMs = 2_000;

/** @param namespace that must be there; without it, any answer will do */
export async function temporalAnswers(
  options: Pick<ConnectionOptions, 'address' | 'tls' | 'apiKey'>,
  namespace?: string,
): Promise<void> {
  const connection = await Connection.connect({ ...options, connectTimeout: withinMs });
  try {
    if (namespace !== undefined) {
      const deadline = Date.parse(systemClock.now()) + withinMs;
      await connection.withDeadline(deadline, () => connection.workflowService.describeNamespace({ namespace }));
    }
  } finally {
    await connection.close();
  }
}

export async function mongoAnswers(uri: string): Promise<void> {
  const client = new MongoClient(uri, { serverSelectionTimeoutMS: withinMs, connectTimeoutMS: withinMs });
  try {
    await client.db().command({ ping: 1 });
  } finally {
    await client.close();
  }
}

/** Waits for the greeting of an SMTP server. */
export function smtpAnswers(url: string): Promise<void> {
  const { hostname, port, protocol } = new URL(url);
  return new Promise((resolve, reject) => {
    const socket = connect({ host: hostname, port: Number(port || (protocol === 'smtps:' ? 465 : 25)) });
    const end = (error?: Error): void => {
      socket.destroy();
      if (error === undefined) resolve();
      else reject(error);
    };
    socket.setTimeout(withinMs, () => end(new Error(`${hostname} said nothing`)));
    socket.on('error', end);
    // Over TLS from the first byte there is no greeting in clear: to be connected is all that can be asked.
    if (protocol === 'smtps:') socket.on('connect', () => end());
    socket.on('data', (chunk) => end(chunk.toString().startsWith('220') ? undefined : new Error(chunk.toString())));
  });
}

export async function httpAnswers(url: string): Promise<void> {
  const response = await fetch(url, { signal: AbortSignal.timeout(withinMs) });
  await response.arrayBuffer();
  if (!response.ok) throw new Error(`${url} answered ${response.status}`);
}
