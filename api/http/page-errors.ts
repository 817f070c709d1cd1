import type { ErrorRequestHandler, RequestHandler } from 'express';
import type { Logger } from '../../config/logger';
import { CaseOutOfReach } from '../../dispatch';
import { isAway } from '../../store/database';
import { NotOnRecord } from '../../store/audit';
import { showSignIn } from '../accounts/sign-in';
import { heldOf, typedOf } from './held';
import { requestIdOf } from './log';
import { NotFound, NotSignedIn, Refusal, TooMany, Unavailable } from './refusals';

const tooBig = 'It is longer than can be taken in one go. Shorten it, or send the long part another way.';

/** What an error means for the person: never anything of our inside. */
export function refusalOf(error: unknown): Refusal | null {
  if (error instanceof Refusal) return error;
  if (isAway(error)) {
    return new Unavailable('It may not have been saved. Wait a moment and send it again: it is taken once only.', {
      cause: error,
    });
  }
  if (error instanceof NotOnRecord) {
    return new Unavailable(
      'Nothing is done or shown that cannot be put on record. Wait a moment and try again: what you send is taken once only.',
      { cause: error },
    );
  }
  if (error instanceof CaseOutOfReach) {
    return new Unavailable(
      'What you sent is on record, but the case has not answered yet. It is done as soon as it does, unless it cannot be done by then: ' +
        'look at the case in a few minutes, and do not enter it anew. This very form can be sent again: it is done once only.',
    );
  }
  const { type, status } = (error ?? {}) as { type?: string; status?: number };
  if (type === 'entity.too.large' || type === 'parameters.too.many') return new Refusal(413, 'This is too long', tooBig);
  if (status === 400 || status === 415 || error instanceof URIError) {
    return new Refusal(400, 'This could not be read', 'Go back, check what you sent, and try again.');
  }
  return null;
}

export const pageNotFound: RequestHandler = () => {
  throw new NotFound();
};

/** Filters stay; what was typed to be looked for, which may be a name, is handed on in no other address. */
function withoutSearch(url: string): string {
  const [path = '', ...query] = url.split('?');
  const kept = query.join('?').split('&').filter((each) => !/^q(=|$)/.test(each) && each !== '');
  return kept.length === 0 ? path : `${path}?${kept.join('&')}`;
}

/** When even the page of an error cannot be made: a line without anything of our inside. */
export function lastResort(logger: Logger): ErrorRequestHandler {
  return (error: unknown, _request, response, next) => {
    logger.error({ err: error, id: requestIdOf(response) }, 'the page of an error could not be made');
    if (response.headersSent) {
      next(error);
      return;
    }
    response.status(500).type('text/plain').send('Sorry, there is a problem with Concordat. Try again in a moment.\n');
  };
}

/** Every error as a page that says what to do. What was typed is carried along wherever it can be sent again. */
export function pageErrors(logger: Logger): ErrorRequestHandler {
  return (error: unknown, request, response, next) => {
    if (response.headersSent) {
      next(error);
      return;
    }
    const refusal = refusalOf(error);
    if (refusal === null || refusal.status === 503)
      logger.error({ err: error, id: requestIdOf(response) }, 'a request failed');
    if (refusal instanceof NotSignedIn) {
      if (request.method !== 'POST') {
        response.redirect(303, `/sign-in?next=${encodeURIComponent(withoutSearch(request.originalUrl))}`);
        return;
      }
      response.status(401);
      showSignIn(request, response, { held: heldOf(request), next: request.path });
      return;
    }
    const status = refusal?.status ?? 500;
    if (refusal instanceof TooMany) response.setHeader('Retry-After', String(refusal.retryAfterSeconds));
    const mayRepeat = request.method === 'POST' && (status === 503 || status === 429) && request.path !== '/sign-in';
    response.status(status).render('pages/error.njk', {
      status,
      title: refusal?.title ?? 'Sorry, there is a problem with Concordat',
      detail: refusal?.detail ?? 'It was recorded. Try again; if it goes on, tell whoever runs Concordat for you.',
      retryAt: refusal instanceof TooMany ? refusal.retryAt : undefined,
      repeat: mayRepeat ? { path: request.path, fields: typedOf(request.body) } : undefined,
      requestId: requestIdOf(response),
    });
  };
}
