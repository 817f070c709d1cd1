import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import type { RuntimeOptions } from '@temporalio/worker';

/**
 * What Temporal's library counts of itself (polls, latencies, the cache) it serves on a port of its own. That port is any
 * free one of loopback, and the worker's `/metrics` hands it on: whoever scrapes has one address for each worker.
 */
export interface TemporalMetrics {
  readonly telemetryOptions: NonNullable<RuntimeOptions['telemetryOptions']>;
  /** As text; empty if it does not answer, which must not hide what we count ourselves. */
  read(): Promise<string>;
}

export async function temporalMetrics(): Promise<TemporalMetrics> {
  const bindAddress = `127.0.0.1:${await freePort()}`;
  return {
    telemetryOptions: { metrics: { prometheus: { bindAddress, countersTotalSuffix: true, unitSuffix: true, useSecondsForDurations: true } } },
    read: () =>
      fetch(`http://${bindAddress}/metrics`, { signal: AbortSignal.timeout(2_000) })
        .then((response) => response.text())
        .catch(() => ''),
  };
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer().once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo;
      server.close(() => resolve(port));
    });
  });
}
