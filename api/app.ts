import { join } from 'node:path';
import { csrfSync } from 'csrf-sync';
import express, {
  type ErrorRequestHandler,
  type Express,
  type NextFunction,
  type Request,
  type RequestHandler,
  type Response,
} from 'express';
import type { Store as SessionStore } from 'express-session';
import { projectRoot } from '../config/root';
import type { Metrics } from '../metrics';
import { showSignIn, signInRoutes } from './accounts/sign-in';
import type { Background } from './background';
import type { WebDependencies } from './dependencies';
import { counted } from './http/counted';
import { health } from './http/health';
import { carriedOf, heldOf, typedOf } from './http/held';
import type { Limits } from './http/limits';
import { requestLog } from './http/log';
import { lastResort, pageErrors, pageNotFound } from './http/page-errors';
import { NotSignedIn } from './http/refusals';
import { Routes, type RegisteredRoute } from './http/routes';
import { noCopies, securityHeaders } from './http/security';
import { sessions, whoIsIt } from './http/session';
import { carriesFiles, FormOutOfDate, NoFilesHere, readFieldsOnly, Uploads } from './http/uploads';
import { pageLocals, useViews } from './http/views';
import { Memberships } from '../dispatch/memberships';
import { readsMemberships } from './memberships';
import { takesFiles } from './pages/answer-form';
import { answerRoutes } from './pages/answers';
import { actPages } from './pages/acts';
import { casePage } from './pages/case';
import { caseListRoutes } from './pages/cases';
import { deadlineRoutes } from './pages/deadlines';
import { directoryRoutes } from './pages/directory';
import { disclosureRoutes } from './pages/disclosures';
import { personRoutes } from './pages/persons';
import { linkRoutes } from './pages/links';
import { protocolHealthRoutes } from './pages/protocol-health';
import { recordRoutes } from './pages/record';
import { startRoutes } from './pages/start';
import { tokenRoutes } from './pages/tokens';
import { workRoutes } from './pages/work';
import { allProcessRoutes } from './processes/routes';
import { apiV1 } from './v1';

/** What one web process has of its own: sessions, limits, work that goes on after an answer. */
export interface ProcessParts {
  readonly sessions: SessionStore;
  readonly limits: Limits;
  readonly background: Background;
  readonly metrics: Metrics;
}

export interface App {
  readonly express: Express;
  /** Every route of the pages and the API with who may use it. */
  readonly routes: readonly RegisteredRoute[];
}

/** The web application: what a request passes, in this order. */
export function createApp({ protocol, ...given }: WebDependencies, parts: ProcessParts): App {
  const memberships = new Memberships(given.store);
  const deps: WebDependencies = { ...given, protocol: memberships.inForce(protocol) };
  const { settings, logger } = deps;
  const all = { ...deps, ...parts };
  const csrf = csrfSync({ getTokenFromRequest: (request) => typedOf(request.body)['_csrf'], size: 32 });

  const uploads = new Uploads({ ...deps, limits: parts.limits }, csrf.isRequestValid);
  const answering = { ...all, uploads };
  const pages = new Routes(deps.store);
  signInRoutes(pages, deps, parts.limits);
  workRoutes(pages, deps);
  caseListRoutes(pages, deps);
  disclosureRoutes(pages, deps);
  personRoutes(pages, deps, parts.limits);
  answerRoutes(pages, answering);
  startRoutes(pages, deps);
  for (const process of allProcessRoutes) process.pages(pages, all, parts.limits);
  casePage(pages, deps);
  actPages(pages, all, parts.limits);
  linkRoutes(pages, answering);
  directoryRoutes(pages, deps, parts.limits);
  protocolHealthRoutes(pages, deps);
  deadlineRoutes(pages, deps);
  tokenRoutes(pages, deps, parts.limits);
  recordRoutes(pages, deps, parts.limits);
  const api = apiV1(all, parts.limits);

  const app = express();
  app.disable('x-powered-by');
  app.disable('etag');
  app.set('trust proxy', settings.TRUST_PROXY);
  app.set('query parser', 'simple');
  useViews(app, deps);

  app.use(counted(parts.metrics));
  app.use(requestLog(logger));
  app.use(securityHeaders(settings.PUBLIC_URL));
  app.use('/assets', assets());
  app.use('/health', noCopies, health(deps));
  app.use(readsMemberships(memberships, logger));
  app.use('/api/v1', noCopies, api.router);
  app.use(noCopies);
  app.use(pageLocals((request) => csrf.generateToken(request)));
  app.use(express.urlencoded({ extended: false, limit: '1mb', parameterLimit: 1_000 }));
  app.use(sessions(deps, parts.sessions));
  app.use(whoIsIt(deps));
  app.use(fromOurPages(csrf.csrfSynchronisedProtection, csrf.invalidCsrfTokenError, pages));
  app.use(pages.router);
  app.use(pageNotFound);
  app.use(keepWhatWasTyped(pages));
  app.use(pageErrors(logger));
  app.use(lastResort(logger));
  return { express: app, routes: [...pages.registered, ...api.registered] };
}

/**
 * A post counts only with the token of its session. A post without it is never acted on, and what was typed is not
 * lost: whoever was away for too long signs in again, or takes a new code, and finds the form as it was.
 */
function fromOurPages(protection: RequestHandler, refused: unknown, pages: Routes): RequestHandler {
  return (request, response, next) => {
    if (carriesFiles(request)) {
      // The token comes in the body, which only the route reads: it looks at the token before it takes a file.
      next(takesFiles(request.path) ? undefined : new NoFilesHere());
      return;
    }
    protection(request, response, (error?: unknown) => {
      if (error === undefined) {
        next();
        return;
      }
      if (error !== refused) {
        next(error);
        return;
      }
      if (request.path === '/sign-in') {
        response.status(403);
        const { next: goingTo = '', username = '' } = typedOf(request.body);
        showSignIn(request, response, {
          next: goingTo,
          held: carriedOf(request),
          username,
          error: 'This page was open for too long. Enter your password again',
        });
        return;
      }
      if (request.path === '/sign-out') {
        response.redirect(303, '/sign-in');
        return;
      }
      showOutOfDate(pages, request, response, next);
    });
  };
}

/** Says that a form was open for too long, and keeps what was typed. */
function showOutOfDate(pages: Routes, request: Request, response: Response, next: NextFunction): void {
  const link = /^\/t\/[^/]+/.exec(request.path)?.[0];
  if (link !== undefined) {
    const held = heldOf(request);
    // Of the form of an answer, or of what came of something to be done; the page of the code has nothing worth keeping.
    request.held = held !== null && /\/(answer|action)$/.test(held.path) && held.path.startsWith(`${link}/`) ? held : undefined;
    response.locals['stale'] = true;
    request.method = 'GET';
    request.url = link;
    pages.router(request, response, next);
    return;
  }
  if (request.account === undefined) {
    next(new NotSignedIn());
    return;
  }
  response.status(403).render('pages/out-of-date.njk', { again: heldOf(request) });
}

/** For posts with files that are not let in: what was typed is read, the files are not kept. */
function keepWhatWasTyped(pages: Routes): ErrorRequestHandler {
  return async (error: unknown, request: Request, response, next) => {
    if (carriesFiles(request) && request.body === undefined) await readFieldsOnly(request).catch(() => undefined);
    if (error instanceof FormOutOfDate) showOutOfDate(pages, request, response, next);
    else next(error);
  };
}

function assets(): RequestHandler {
  const router = express.Router();
  const options = { maxAge: '1h', index: false } as const;
  router.use(express.static(join(projectRoot, 'dist', 'public'), options));
  router.use(express.static(join(projectRoot, 'api', 'public'), options));
  router.get('/govuk-frontend.min.js', (_request, response) => {
    response.sendFile(join(projectRoot, 'node_modules/govuk-frontend/dist/govuk/govuk-frontend.min.js'), {
      maxAge: '1h',
    });
  });
  return router;
}
