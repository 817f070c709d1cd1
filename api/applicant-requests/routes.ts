/** The routes that every request of an applicant has, whichever law it is answered by. */
import type { CaseDependencies } from '../cases/dependencies';
import type { WebDependencies } from '../dependencies';
import type { Limits } from '../http/limits';
import type { Routes } from '../http/routes';
import { actPagesOfRequests } from './act-pages';
import { applicantRequestApi } from './api';
import { itemsPage } from './room';

export const applicantRequestRoutes = {
  pages: (routes: Routes, deps: WebDependencies & CaseDependencies, limits: Limits): void => {
    itemsPage(routes, deps);
    actPagesOfRequests(routes, deps, limits);
  },
  api: applicantRequestApi,
};
