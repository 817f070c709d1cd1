import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import shipped from '../config/bank-holidays.json';

export type Feed = typeof shipped;

/** The shipped feed, changed. */
export function feedWith(change: (feed: Feed) => void): string {
  const feed = structuredClone(shipped);
  change(feed);
  return JSON.stringify(feed);
}

/** A feed of bank holidays on loopback, which whoever measures or tests fills. */
export interface FeedServer {
  readonly url: string;
  /** How often it was asked. */
  readonly asked: () => number;
  /** Answers so from now on: with a text as the feed, or in another way. */
  answer(how: string | RequestListener): void;
  close(): Promise<void>;
}

export async function startFeed(): Promise<FeedServer> {
  let listener: RequestListener = (_, response) => response.end(JSON.stringify(shipped));
  let asked = 0;
  const server = createServer((request, response) => {
    asked += 1;
    listener(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/bank-holidays.json`,
    asked: () => asked,
    answer: (how) => {
      listener = typeof how === 'string' ? (_, response) => response.end(how) : how;
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
