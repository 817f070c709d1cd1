import type { ErrorRequestHandler } from 'express';
import { z } from 'zod';
import type { Logger } from '../../config/logger';
import { refusalOf } from '../http/page-errors';
import { requestIdOf } from '../http/log';
import { Invalid, NotSignedIn, TooMany } from '../http/refusals';

/** RFC 9457: what went wrong, for a program, with the errors of single fields. */
export const problemSchema = z
  .object({
    type: z.literal('about:blank'),
    title: z.string(),
    status: z.int(),
    detail: z.string(),
    /** To quote to whoever runs Concordat. */
    requestId: z.string(),
    errors: z.array(z.object({ field: z.string(), message: z.string() })).optional(),
  })
  .meta({ id: 'Problem' });

export function problems(logger: Logger): ErrorRequestHandler {
  return (error: unknown, _request, response, next) => {
    if (response.headersSent) {
      next(error);
      return;
    }
    const refusal = refusalOf(error);
    if (refusal === null || refusal.status === 503)
      logger.error({ err: error, id: requestIdOf(response) }, 'a request failed');
    if (refusal instanceof TooMany) response.setHeader('Retry-After', String(refusal.retryAfterSeconds));
    if (refusal?.status === 401) response.setHeader('WWW-Authenticate', 'Bearer realm="Concordat"');
    const isUnknown = refusal instanceof NotSignedIn;
    const problem: z.infer<typeof problemSchema> = {
      type: 'about:blank',
      title: isUnknown ? 'Not authorised' : (refusal?.title ?? 'Internal error'),
      status: refusal?.status ?? 500,
      detail: isUnknown
        ? 'Send a token that is known here: "Authorization: Bearer <token>".'
        : (refusal?.detail ?? 'It was recorded. Try again; if it goes on, tell whoever runs Concordat for you.'),
      requestId: requestIdOf(response),
      ...(refusal instanceof Invalid ? { errors: [...refusal.errors] } : {}),
    };
    return response.status(problem.status).type('application/problem+json').send(JSON.stringify(problem));
  };
}
