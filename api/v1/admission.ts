import type { RequestHandler } from 'express';
import type { Scope } from '../../config/scopes';
import type { Limits } from '../http/limits';
import { NotSignedIn, Refusal } from '../http/refusals';
import { AccessEnded, asOfNow, formerSince } from '../memberships';
import type { ApiDependencies } from './route';

declare module 'express-serve-static-core' {
  interface Request {
    /** What the token of this request may be used for. */
    scopes?: readonly Scope[];
  }
}

/** The token has not the scope: said before anything is looked up, so that it shows nothing of what there is. */
class NotInScope extends Refusal {
  constructor(scope: Scope) {
    const todo = 'Make one on the page "API tokens".';
    super(403, 'The token lacks a scope', `This needs a token with the scope "${scope}". ${todo}`);
  }
}

/**
 * Lets through whoever sends a token that is valid and has the scope. A token that is unknown, expired or revoked is
 * the same 401; whoever sends too many such from one network address has to wait. A partner that has left is told so.
 */
export const admission =
  ({ store, clock, protocol }: Pick<ApiDependencies, 'store' | 'clock' | 'protocol'>, limits: Limits) =>
  (scope: Scope): RequestHandler =>
  async (request, _response, next) => {
    const token = /^Bearer ([\w-]{20,200})$/i.exec(request.get('authorization') ?? '')?.[1];
    const used = token === undefined ? null : await store.accounts.useToken(token, clock.now());
    if (used === null) {
      if (request.get('authorization') !== undefined) await limits.count('wrongTokens', request.ip ?? '');
      throw new NotSignedIn();
    }
    const since = formerSince(used.account, { protocol, clock });
    if (since !== undefined) throw new AccessEnded(since);
    if (!used.scopes.includes(scope)) throw new NotInScope(scope);
    request.account = asOfNow(used.account, { protocol, clock });
    request.scopes = used.scopes;
    next();
  };
