import { createHmac } from 'node:crypto';
import type { Request } from 'express';
import type { Actor } from '../../store/audit';
import type { WebDependencies } from '../dependencies';

/** Who makes this request, as the record of acts names them. */
export function actorOf(
  request: Request,
  via: 'page' | 'link' | 'api',
  { settings }: Pick<WebDependencies, 'settings'>,
): Actor {
  const from =
    request.ip === undefined
      ? null
      : createHmac('sha256', settings.SESSION_SECRET).update(`from/${request.ip}`).digest('base64url').slice(0, 22);
  return { account: request.account?._id ?? null, via, from };
}
