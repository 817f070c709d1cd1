/** The processes as the web shows them; their routes are in `routes.ts`. */
import type { ProcessSlug } from '../../config/processes';
import { asbCaseReview } from './asb-case-review';
import { informationRequest } from './information-request';
import type { WebProcess } from './process';

const webProcesses: { readonly [Slug in ProcessSlug]: WebProcess<Slug> } = {
  'information-request': informationRequest,
  'asb-case-review': asbCaseReview,
};

/** As the web shows one process, or all of them. */
export const webProcess = (process: ProcessSlug): WebProcess<ProcessSlug> => webProcesses[process];
export const allWebProcesses: readonly WebProcess<ProcessSlug>[] = Object.values(webProcesses);
