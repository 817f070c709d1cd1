import { readFileSync } from 'node:fs';
import type { TLSConfig } from '@temporalio/client';
import type { WorkerOptions } from '@temporalio/worker';
import type { TemporalSettings } from './env';

/** Understood by the client's connection and by the worker's. */
export interface TemporalConnection {
  readonly address: string;
  readonly apiKey?: string;
  readonly tls?: TLSConfig;
}

/** How to reach the Temporal server: plain on loopback, or with TLS (optionally mutual) or an API key. */
export function temporalConnection(settings: Omit<TemporalSettings, 'TEMPORAL_NAMESPACE'>): TemporalConnection {
  const { TEMPORAL_TLS_CA: ca, TEMPORAL_TLS_CERT: cert, TEMPORAL_TLS_KEY: key, TEMPORAL_API_KEY: apiKey } = settings;
  const secured = settings.TEMPORAL_TLS || ca !== undefined || cert !== undefined || apiKey !== undefined;
  return {
    address: settings.TEMPORAL_ADDRESS,
    ...(apiKey === undefined ? {} : { apiKey }),
    ...(secured
      ? {
          tls: {
            ...(ca === undefined ? {} : { serverRootCACertificate: readFileSync(ca) }),
            ...(cert === undefined || key === undefined
              ? {}
              : { clientCertPair: { crt: readFileSync(cert), key: readFileSync(key) } }),
          },
        }
      : {}),
  };
}

/** How a worker takes its work, the real one and what it is measured against. */
export const takesWork = {
  // A killed worker's cases wait this long before another one may take them up.
  stickyQueueScheduleToStartTimeout: '2 seconds',
  // Always as many: pollers that scale by themselves end with one, while hundreds of cases wait (docs/gotchas.md).
  workflowTaskPollerBehavior: { type: 'simple-maximum', maximum: 10 },
  activityTaskPollerBehavior: { type: 'simple-maximum', maximum: 10 },
} as const satisfies Partial<WorkerOptions>;
