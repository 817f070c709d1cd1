import type { IsoInstant } from '../../config/clock';

/** What is wrong with a field, in words that stand beside it. */
export interface FieldError {
  /** The name in the schema: `receivedOn`; `body` for the whole. */
  readonly field: string;
  readonly message: string;
}

type Status = 400 | 401 | 403 | 404 | 409 | 410 | 413 | 415 | 422 | 429 | 503;

/** Why a request is not carried out. The words are for people; the pages and the API each have one way to say it. */
export class Refusal extends Error {
  override readonly name: string = 'Refusal';

  constructor(
    readonly status: Status,
    readonly title: string,
    readonly detail: string,
    options?: ErrorOptions,
  ) {
    super(`${title}: ${detail}`, options);
  }
}

/** Not there, or not yours: the two look the same, so that nobody learns what exists. */
export class NotFound extends Refusal {
  constructor() {
    super(404, 'Page not found', 'There is nothing here that you can see. Check the address, or start from your work.');
  }
}

export class NotSignedIn extends Refusal {
  constructor() {
    super(401, 'Sign in', 'You are not signed in, or were away for too long.');
  }
}

export class NotAllowed extends Refusal {
  constructor() {
    super(
      403,
      'You cannot do this',
      'Your account does not have the role that this needs. Ask your CSP manager for it.',
    );
  }
}

export class TooMany extends Refusal {
  constructor(
    what: string,
    readonly retryAt: IsoInstant,
    readonly retryAfterSeconds: number,
  ) {
    super(429, 'Too many tries', what);
  }
}

/** The store, the mail server or Temporal is away; nothing was done. */
export class Unavailable extends Refusal {
  constructor(detail: string, options?: ErrorOptions) {
    super(503, 'Sorry, this does not work at the moment', detail, options);
  }
}

/** What was entered cannot be accepted; each error at its field. */
export class Invalid extends Refusal {
  constructor(readonly errors: readonly FieldError[]) {
    super(422, 'There is a problem', 'Some of what was sent cannot be accepted.');
  }
}
