import type { ProcessSlug } from '../../../../config/processes';
import { asbCaseReview } from './asb-case-review';
import { breach } from './breach';
import { informationAccess } from './information-access';
import { informationRequest } from './information-request';
import { processorObjection } from './processor-objection';
import { subjectAccess } from './subject-access';
import { withdrawal } from './withdrawal';
import type { Scenario } from './world';

/** Each process with the scenario that puts a mark into everything personal that it holds. */
export const scenarios: Readonly<Record<ProcessSlug, Scenario>> = {
  'information-request': informationRequest,
  'asb-case-review': asbCaseReview,
  'processor-objection': processorObjection,
  breach,
  withdrawal,
  'subject-access': subjectAccess,
  'information-access': informationAccess,
};
