/** The processes as the web shows them; their routes are in `routes.ts`. */
import type { ProcessSlug } from '../../config/processes';
import { asbCaseReview } from './asb-case-review';
import { breach } from './breach';
import { informationAccess } from './information-access';
import { informationRequest } from './information-request';
import { processorObjection } from './processor-objection';
import type { WebProcess } from './process';
import { subjectAccess } from './subject-access';
import { withdrawal } from './withdrawal';

const webProcesses: Readonly<Record<ProcessSlug, WebProcess>> = {
  'information-request': informationRequest,
  'asb-case-review': asbCaseReview,
  'processor-objection': processorObjection,
  breach,
  withdrawal,
  'subject-access': subjectAccess,
  'information-access': informationAccess,
};

/** As the web shows one process, or all of them. */
export const webProcess = (process: ProcessSlug): WebProcess => webProcesses[process];
export const allWebProcesses: readonly WebProcess[] = Object.values(webProcesses);
