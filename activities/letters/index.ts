import type { ProcessSlug } from '../../config/processes';
import { asbCaseReview } from './asb-case-review';
import { breach } from './breach';
import { informationRequest } from './information-request';
import { processorObjection } from './processor-objection';
import type { ProcessLetters } from './process';

/** The mails of each process. */
export const lettersOf: Readonly<Record<ProcessSlug, ProcessLetters>> = {
  'information-request': informationRequest,
  'asb-case-review': asbCaseReview,
  'processor-objection': processorObjection,
  breach,
};
