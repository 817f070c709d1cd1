import type { RequestHandler } from 'express';
import { performance } from 'node:perf_hooks';
import type { Metrics } from '../../metrics';

/** Which part of the web a request is for; no address is kept that could tell a case. */
function partOf(path: string): string {
  if (path.startsWith('/api/')) return 'api';
  if (path.startsWith('/t/')) return 'links';
  if (path.startsWith('/assets/')) return 'assets';
  return path.startsWith('/health/') ? 'health' : 'pages';
}

/** Counts requests and how long their answers took. */
export function counted(metrics: Metrics): RequestHandler {
  return (request, response, next) => {
    const began = performance.now();
    const part = partOf(request.path);
    response.once('close', () => {
      const status = response.writableFinished ? `${Math.floor(response.statusCode / 100)}xx` : 'broken off';
      metrics.count('concordat_http_requests_total', { part, status });
      metrics.observe('concordat_http_request_seconds', { part }, (performance.now() - began) / 1_000);
    });
    next();
  };
}
