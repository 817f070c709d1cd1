import { randomUUID } from 'node:crypto';
import type { RequestHandler, Response } from 'express';
import { pinoHttp } from 'pino-http';
import type { Logger } from '../../config/logger';

/** The path without what must not be kept: a link's token opens a task, a query may hold what somebody looked for. */
export function loggedUrl(url: string): string {
  const [path = ''] = url.split(/[?#]/);
  return path.replace(/^\/t\/[^/]+/, '/t/[link]');
}

export const requestIdOf = (response: Response): string => String(response.getHeader('X-Request-Id'));

/** One line per request, with an id that the answer carries too. No address, no headers, no body. */
export function requestLog(logger: Logger): RequestHandler {
  return pinoHttp({
    logger,
    genReqId: (_request, response) => {
      const id = randomUUID();
      response.setHeader('X-Request-Id', id);
      return id;
    },
    serializers: {
      req: ({ id, method, url }: { id: string; method: string; url: string }) => ({ id, method, url: loggedUrl(url) }),
      res: ({ statusCode }: { statusCode: number }) => ({ statusCode }),
    },
    // The router that answers shortens `url` to what is behind its own path.
    customLogLevel: (request, { statusCode }) => {
      if (statusCode >= 500) return 'error';
      return /^\/(health|assets)\//.test((request as { originalUrl?: string }).originalUrl ?? '') ? 'debug' : 'info';
    },
  });
}
