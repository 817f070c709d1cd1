import { createHash } from 'node:crypto';
import MongoStore from 'connect-mongo';
import type { Request, RequestHandler } from 'express';
import session, { type SessionData, type Store as SessionStore } from 'express-session';
import type { Account } from '../../store/accounts';
import type { WebDependencies } from '../dependencies';
import { asOfNow, formerSince } from '../memberships';

declare module 'express-session' {
  interface SessionData {
    /** The id of the account that signed in. */
    account?: string;
    /** Milliseconds since 1970. */
    signedInAt?: number;
    /** Links whose one-time code this browser has given, by the link's hash, each until a moment (milliseconds). */
    links?: Record<string, number>;
    /** A word to show on the next page, once. */
    notice?: string;
  }
}

declare module 'express-serve-static-core' {
  interface Request {
    account?: Account;
  }
}

/** Without a request for this long, a session ends. */
export const idleMinutes = 60;
/** However busy, a session ends after a working day. */
const longestHours = 12;

/** Kept in the database under the hash of its id: whoever reads the database cannot take over a session. */
export function sessionStore({ store }: Pick<WebDependencies, 'store'>): MongoStore {
  return MongoStore.create({
    client: store.database.db.client,
    dbName: store.database.db.databaseName,
    collectionName: 'sessions',
    // Removed by a sweep of our own process: not every database that we run on has expiring indexes.
    autoRemove: 'interval',
    autoRemoveInterval: 10,
    ttl: idleMinutes * 60,
    touchAfter: 60,
    stringify: false,
    transformId: (id) => createHash('sha256').update(id).digest('base64url'),
  });
}

export function sessions({ settings }: Pick<WebDependencies, 'settings'>, kept: SessionStore): RequestHandler {
  const secure = settings.PUBLIC_URL.startsWith('https://');
  return session({
    secret: settings.SESSION_SECRET,
    store: kept,
    name: secure ? '__Host-id' : 'id',
    resave: false,
    saveUninitialized: false,
    rolling: true,
    cookie: { httpOnly: true, sameSite: 'lax', secure, maxAge: idleMinutes * 60_000, path: '/' },
  });
}

/**
 * Finds the account of the session, as it is now: a role that was taken away is gone at the next request, and so is the
 * access of a partner that has left.
 */
export function whoIsIt({ store, ...knows }: Pick<WebDependencies, 'store' | 'clock' | 'protocol'>): RequestHandler {
  return async (request, response, next) => {
    const { account: id, signedInAt } = request.session;
    if (id !== undefined && signedInAt !== undefined) {
      const age = Date.parse(knows.clock.now()) - signedInAt;
      const account = age < longestHours * 3_600_000 ? await store.accounts.byId(id) : null;
      if (account === null || formerSince(account, knows) !== undefined) delete request.session.account;
      else response.locals['account'] = request.account = asOfNow(account, knows);
    }
    next();
  };
}

/** A new session id with this in it: what somebody planted in the browser before is worth nothing after. */
export async function renewSession(request: Request, data: Partial<Omit<SessionData, 'cookie'>>): Promise<void> {
  await done((callback) => request.session.regenerate(callback));
  Object.assign(request.session, data);
}

/** Saves before the answer goes out, so that the page it leads to finds what was just set. */
export async function saveSession(request: Request): Promise<void> {
  await done((callback) => request.session.save(callback));
}

function done(act: (callback: (error?: Error | null) => void) => void): Promise<void> {
  return new Promise((resolve, reject) => {
    act((error) => {
      if (error) reject(error);
      else resolve();
    });
  });
}
