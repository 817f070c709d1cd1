import { randomUUID } from 'node:crypto';
import type { ServerResponse } from 'node:http';
import type { RequestHandler, Response } from 'express';
import { pinoHttp } from 'pino-http';
import { logContext, type LogContext, type Logger } from '../../config/logger';

/** The path without what must not be kept: a link's token opens a task, a query may hold what somebody looked for. */
export function loggedUrl(url: string): string {
  const [path = ''] = url.split(/[?#]/);
  return path.replace(/^\/t\/[^/]+/, '/t/[link]');
}

export const requestIdOf = (response: Response): string => String(response.getHeader('X-Request-Id'));

/**
 * One line per request, with an id that the answer carries too, and with the case that it was about. Every other line that
 * is written for the request has them as well. No address, no headers, no body.
 */
export function requestLog(logger: Logger): RequestHandler {
  // The line of a request is written when nothing of it runs any more.
  const contexts = new WeakMap<ServerResponse, LogContext>();
  const inContext = (response: ServerResponse, line: object): object => ({ ...contexts.get(response), ...line });
  const log = pinoHttp({
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
    customSuccessObject: (_request, response, line: object) => inContext(response, line),
    customErrorObject: (_request, response, _error, line: object) => inContext(response, line),
    // The router that answers shortens `url` to what is behind its own path.
    customLogLevel: (request, { statusCode }) => {
      if (statusCode >= 500) return 'error';
      return /^\/(health|assets)\//.test((request as { originalUrl?: string }).originalUrl ?? '') ? 'debug' : 'info';
    },
  });
  return (request, response, next) => {
    const context: LogContext = {};
    contexts.set(response, context);
    logContext.run(context, () => {
      log(request, response, () => {
        context.requestId = requestIdOf(response);
        next();
      });
    });
  };
}
