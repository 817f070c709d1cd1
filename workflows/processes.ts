/** The rules of every process: for the web, which runs none of the workflows. */
import type { ProcessSlug } from '../config/processes';
import { asbCaseReviewRules } from './asb-case-review/rules';
import { breachRules } from './breach/rules';
import { informationAccessRules } from './information-access/rules';
import { informationRequestRules } from './information-request/rules';
import { processorObjectionRules } from './processor-objection/rules';
import type { CaseInput, CaseProjection } from './shared/contract';
import type { CaseRules } from './shared/rules';
import { subjectAccessRules } from './subject-access/rules';
import { withdrawalRules } from './withdrawal/rules';

export const rulesOf: Readonly<Record<ProcessSlug, CaseRules>> = {
  'information-request': informationRequestRules,
  'asb-case-review': asbCaseReviewRules,
  'processor-objection': processorObjectionRules,
  breach: breachRules,
  withdrawal: withdrawalRules,
  'subject-access': subjectAccessRules,
  'information-access': informationAccessRules,
};

/** A case as it shows before a worker has seen it: at its opening, and at each reopening. */
export function firstProjection(process: ProcessSlug, input: CaseInput, now: number): CaseProjection {
  const rules = rulesOf[process];
  return rules.projectionOf(rules.open(input, now));
}
