/** The routes that a process has of its own: the form that opens a case, what only its cases know. */
import type { ProcessSlug } from '../../config/processes';
import type { CaseDependencies } from '../cases/dependencies';
import type { WebDependencies } from '../dependencies';
import type { Limits } from '../http/limits';
import type { Routes } from '../http/routes';
import type { ApiDependencies, ApiRoute } from '../v1/route';
import { applicantRequestRoutes } from '../applicant-requests/routes';
import { asbCaseReviewApi } from './asb-case-review/api';
import { asbCaseReviewPages } from './asb-case-review/pages';
import { breachApi } from './breach/api';
import { breachPages } from './breach/pages';
import { callRoutes } from './calls';
import { informationAccessApi } from './information-access/api';
import { informationAccessPages } from './information-access/pages';
import { informationRequestApi } from './information-request/api';
import { informationRequestPages } from './information-request/pages';
import { processorObjectionApi } from './processor-objection/api';
import { processorObjectionPages } from './processor-objection/pages';
import { subjectAccessApi } from './subject-access/api';
import { subjectAccessPages } from './subject-access/pages';
import { withdrawalApi } from './withdrawal/api';
import { withdrawalPages } from './withdrawal/pages';

export interface ProcessRoutes {
  readonly pages: (routes: Routes, deps: WebDependencies & CaseDependencies, limits: Limits) => void;
  readonly api: (deps: ApiDependencies) => readonly ApiRoute[];
}

const routesOf: Readonly<Record<ProcessSlug, ProcessRoutes>> = {
  'information-request': { pages: informationRequestPages, api: informationRequestApi },
  'asb-case-review': { pages: asbCaseReviewPages, api: asbCaseReviewApi },
  'processor-objection': { pages: processorObjectionPages, api: processorObjectionApi },
  breach: { pages: breachPages, api: breachApi },
  withdrawal: { pages: withdrawalPages, api: withdrawalApi },
  'information-access': { pages: informationAccessPages, api: informationAccessApi },
  'subject-access': { pages: subjectAccessPages, api: subjectAccessApi },
};

export const allProcessRoutes: readonly ProcessRoutes[] = [...Object.values(routesOf), applicantRequestRoutes, callRoutes];
