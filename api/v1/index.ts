/** `/api/v1`: all that the forms do, with JSON. The same schemas, the same commands, the same policy. */
import { Router } from 'express';
import { z } from 'zod';
import type { Limits } from '../http/limits';
import { NotFound } from '../http/refusals';
import { Routes, type RegisteredRoute } from '../http/routes';
import { allProcessRoutes } from '../processes/routes';
import { actRoutes } from './acts';
import { answerRoutes } from './answers';
import { admission } from './admission';
import { caseListRoutes } from './case-list';
import { caseRoutes } from './cases';
import { deadlineRoutes } from './deadlines';
import { directoryRoutes } from './directory';
import { disclosureRoutes } from './disclosures';
import { personRoutes } from './persons';
import { fileRoutes } from './files';
import { openApi } from './openapi';
import { problems } from './problems';
import { recordRoutes } from './record';
import { route, serve, type ApiDependencies, type ApiRoute } from './route';

export function apiV1(
  deps: ApiDependencies,
  limits: Limits,
): { readonly router: Router; readonly registered: readonly RegisteredRoute[] } {
  const { protocol, settings, store } = deps;
  const declared: readonly ApiRoute[] = [
    route({
      method: 'get',
      path: '/openapi.json',
      access: 'anyone',
      scope: null,
      summary: 'This document',
      answers: { 200: ['OpenAPI 3.1', z.looseObject({ openapi: z.string() })] },
      handle: () => ({ status: 200, body: document }),
    }),
    ...deadlineRoutes(deps),
    ...allProcessRoutes.flatMap((process) => process.api(deps)),
    ...caseListRoutes(deps),
    ...caseRoutes(deps),
    ...actRoutes(deps),
    ...disclosureRoutes(deps),
    ...personRoutes(deps),
    ...answerRoutes(deps),
    ...fileRoutes(deps, limits),
    ...directoryRoutes(deps),
    ...recordRoutes(deps),
  ];
  const document = { openapi: '3.1.0', ...openApi(declared, protocol.name, settings.PUBLIC_URL) };

  const routes = new Routes(store);
  for (const each of declared) serve(each, routes, admission(deps, limits), deps, limits);
  const router = Router();
  router.use(routes.router);
  router.use(() => {
    throw new NotFound();
  });
  router.use(problems(deps.logger));
  return { router, registered: routes.registered.map((each) => ({ ...each, path: `/api/v1${each.path}` })) };
}
