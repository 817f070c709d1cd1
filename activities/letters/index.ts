import type { ProcessSlug } from '../../config/processes';
import { asbCaseReview } from './asb-case-review';
import { breach } from './breach';
import { informationAccess } from './information-access';
import { informationRequest } from './information-request';
import { processorObjection } from './processor-objection';
import type { ProcessLetters } from './process';
import { subjectAccess } from './subject-access';
import { withdrawal } from './withdrawal';

/** The mails of each process. */
export const lettersOf: Readonly<Record<ProcessSlug, ProcessLetters>> = {
  'information-request': informationRequest,
  'asb-case-review': asbCaseReview,
  'processor-objection': processorObjection,
  breach,
  withdrawal,
  'subject-access': subjectAccess,
  'information-access': informationAccess,
};
