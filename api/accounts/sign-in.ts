import type { Request, Response } from 'express';
import type { WebDependencies } from '../dependencies';
import { accessEnded, asOfNow, formerSince } from '../memberships';
import { carriedOf, typedOf, type Held } from '../http/held';
import type { Limits } from '../http/limits';
import type { OnAnything, Routes } from '../http/routes';
import { renewSession, saveSession } from '../http/session';
import { passwordIsRight } from './passwords';

/** Shows the sign-in page; `held` is what a form had when it turned out that nobody is signed in. */
export function showSignIn(
  request: Request,
  response: Response,
  shown: { readonly next?: string; readonly held?: Held | null; readonly username?: string; readonly error?: string },
): void {
  request.held = shown.held ?? undefined;
  response.render('pages/sign-in.njk', {
    next: shown.next ?? '',
    values: { username: shown.username ?? '' },
    errors: shown.error === undefined ? [] : [{ input: 'username', message: shown.error }],
  });
}

export function signInRoutes(
  routes: Routes,
  { store, clock, protocol }: Pick<WebDependencies, 'store' | 'clock' | 'protocol'>,
  limits: Limits,
): void {
  const signIn = async ({ request, response, next }: OnAnything): Promise<void> => {
    const { username = '', password = '', next: goingTo = '' } = typedOf(request.body);
    const held = carriedOf(request);
    const again = (error: string) => {
      response.status(422);
      showSignIn(request, response, { next: goingTo, held, username, error });
    };
    if (username.trim() === '' || password === '') {
      again('Enter your e-mail address and your password');
      return;
    }
    await limits.count('signInByAddress', request.ip ?? 'unknown');
    await limits.count('signInByAccount', username.trim().toLowerCase());
    const account = await store.accounts.byUsername(username);
    if (!(await passwordIsRight(account?.passwordHash, password)) || account === null) {
      again('The e-mail address or the password is not right');
      return;
    }
    await limits.forget('signInByAccount', account.username);
    const since = formerSince(account, { protocol, clock });
    if (since !== undefined) {
      again(accessEnded(since));
      return;
    }
    const { links } = request.session;
    await renewSession(request, {
      account: account._id,
      signedInAt: Date.parse(clock.now()),
      ...(links === undefined ? {} : { links }),
    });
    if (held === null) {
      await saveSession(request);
      response.redirect(303, localPath(goingTo));
      return;
    }
    response.locals['account'] = request.account = asOfNow(account, { protocol, clock });
    showFormAgain(routes, { request, response, next }, held);
  };

  routes.anyone('/sign-in', {
    get: ({ request, response }) => {
      if (request.account !== undefined) {
        response.redirect(303, '/');
        return;
      }
      const { next } = request.query;
      showSignIn(request, response, typeof next === 'string' ? { next } : {});
    },
    post: signIn,
  });
  // From the page that says a form was out of date: shows it again, with what was typed and a token of this session.
  routes.signedIn('/form-again', 'signed-in', {
    post: (context) => {
      const held = carriedOf(context.request);
      if (held === null) {
        context.response.redirect(303, '/');
        return;
      }
      showFormAgain(routes, context, held);
    },
  });
  routes.anyone('/sign-out', {
    post: async ({ request, response }) => {
      await renewSession(request, { notice: 'signed-out' });
      response.redirect(303, '/sign-in');
    },
  });
}

/** Shows a form with what was typed before, as if it had been opened just now: a GET, so nothing is acted on. */
export function showFormAgain(routes: Routes, { request, response, next }: OnAnything, { path, fields }: Held): void {
  request.typed = fields;
  request.held = undefined;
  request.method = 'GET';
  request.url = path;
  response.locals['path'] = path;
  response.locals['shownAgain'] = true;
  routes.router(request, response, next);
}

/** A path of ours, never another site's: `//host` and `/\host` lead away. */
function localPath(path: string): string {
  return /^\/(?![/\\])[\w./?=&%-]*$/.test(path) ? path : '/';
}
