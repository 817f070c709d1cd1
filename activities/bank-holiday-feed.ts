import type { ReadableStream } from 'node:stream/web';
import { BankHolidaysError, feedName } from '../config/bank-holidays';

/** No feed was had. What was in force stays so, and it is tried again. */
export class FeedUnreachable extends Error {
  override readonly name = 'FeedUnreachable';

  constructor(why: string, options?: ErrorOptions) {
    super(`${feedName} was not had: ${why}.`, options);
  }
}

export interface FeedLimits {
  /** For all of it, from the call to the last byte. */
  readonly timeoutMs: number;
  readonly maxBytes: number;
}

/** The real feed has some 30 kB and comes within a second. */
export const feedLimits: FeedLimits = { timeoutMs: 20_000, maxBytes: 1_000_000 };

/**
 * The text that is found at an address. A redirect is not followed: the feed is taken from where the operator says, and
 * from nowhere else.
 * @throws FeedUnreachable saying why: no answer, not in time, or another answer than 200
 * @throws BankHolidaysError for one that is too long
 */
export async function fetchFeed(url: string, { timeoutMs, maxBytes }: FeedLimits): Promise<string> {
  const signal = AbortSignal.timeout(timeoutMs);
  try {
    const response = await fetch(url, { signal, redirect: 'manual', headers: { accept: 'application/json' } });
    if (response.status !== 200) {
      await response.body?.cancel();
      throw new FeedUnreachable(`it answers ${response.status}${whereTo(response)}`);
    }
    const parts: Uint8Array[] = [];
    let bytes = 0;
    for await (const part of (response.body ?? []) as ReadableStream<Uint8Array>) {
      bytes += part.byteLength;
      // Leaving the loop hangs up.
      if (bytes > maxBytes) throw new BankHolidaysError([`it is longer than ${maxBytes} bytes`]);
      parts.push(part);
    }
    return Buffer.concat(parts).toString('utf8');
  } catch (error) {
    if (error instanceof FeedUnreachable || error instanceof BankHolidaysError) throw error;
    if (signal.aborted) throw new FeedUnreachable(`it did not come within ${timeoutMs / 1_000} s`, { cause: error });
    throw new FeedUnreachable(`it does not answer (${reasonOf(error)})`, { cause: error });
  }
}

const whereTo = ({ headers }: Response): string => {
  const location = headers.get('location');
  return location === null ? '' : ` and points to ${location.slice(0, 200)}, which is not followed`;
};

/** Of a call that failed, fetch says no more than that it did; why is in its cause. */
function reasonOf(error: unknown): string {
  const { cause = error } = error as Error;
  return (cause as NodeJS.ErrnoException).code ?? String(cause);
}
