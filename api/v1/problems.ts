import type { ErrorRequestHandler } from 'express';
import { z } from 'zod';
import type { Logger } from '../../config/logger';
import { refusalOf } from '../http/page-errors';
import { requestIdOf } from '../http/log';
import { Invalid, NotAllowed, NotFound, NotSignedIn, Refusal, TooMany } from '../http/refusals';

/** RFC 9457: what went wrong, for a program, with the errors of single fields. */
export const problemSchema = z
  .object({
    type: z.literal('about:blank'),
    title: z.string(),
    status: z.int(),
    detail: z.string(),
    requestId: z.string().meta({ description: 'To quote to whoever runs Concordat' }),
    errors: z
      .array(z.object({ field: z.string(), message: z.string() }))
      .optional()
      .meta({ description: 'What is wrong with single fields; `body` is the whole' }),
  })
  .meta({ id: 'Problem' });

export function problems(logger: Logger): ErrorRequestHandler {
  return (error: unknown, _request, response, next) => {
    if (response.headersSent) {
      next(error);
      return;
    }
    const refusal = inWordsOfTheApi(error);
    if (refusal === null || refusal.status === 503)
      logger.error({ err: error, id: requestIdOf(response) }, 'a request failed');
    if (refusal instanceof TooMany) response.setHeader('Retry-After', String(refusal.retryAfterSeconds));
    if (refusal?.status === 401) response.setHeader('WWW-Authenticate', 'Bearer realm="Concordat"');
    const problem: z.infer<typeof problemSchema> = {
      type: 'about:blank',
      title: refusal?.title ?? 'Internal error',
      status: refusal?.status ?? 500,
      detail: refusal?.detail ?? 'It was recorded. Try again; if it goes on, tell whoever runs Concordat for you.',
      requestId: requestIdOf(response),
      ...(refusal instanceof Invalid ? { errors: [...refusal.errors] } : {}),
    };
    return response.status(problem.status).type('application/problem+json').send(JSON.stringify(problem));
  };
}

/** Where a refusal speaks to whoever looks at a page, its like for whoever calls the API. */
function inWordsOfTheApi(error: unknown): Refusal | null {
  if (error instanceof NotSignedIn) {
    return new Refusal(
      401,
      'Not authorised',
      'Send a token that is valid: "Authorization: Bearer <token>". One that is unknown, expired or revoked is not.',
    );
  }
  if (error instanceof NotAllowed) {
    return new Refusal(403, 'Not allowed', 'The account of this token does not have the role that this needs.');
  }
  if (error instanceof NotFound) {
    return new Refusal(404, 'Not found', 'There is nothing here that the account of this token can see.');
  }
  if (error instanceof Refusal) return error;
  const { status } = (error ?? {}) as { status?: number };
  if (status === 415) return new Refusal(415, 'Not readable', 'Send the body as JSON in UTF-8, not compressed.');
  const refusal = refusalOf(error);
  if (refusal?.status === 400) {
    return new Refusal(400, 'Not readable', 'The body or the address could not be read: the body must be valid JSON.');
  }
  return refusal;
}
