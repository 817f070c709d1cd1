/**
 * ASB case review (protocol section 7; Anti-social Behaviour, Crime and Policing Act 2014, section 104).
 *
 * A review was applied for and its threshold decided: where it is not met, only the applicant is told. If that is changed
 * on looking at it again, there is a review after all, and the partners are asked in the same case.
 * The review SPOC asks the partners chosen for it for all that they hold; each answers, or is reminded and escalated.
 * When nobody is waited for any more, the pack is collated for the panel; late answers are taken until it closes.
 * Who is on the panel is told so, and of each other day. The panel meets and decides on an action plan; from then on nobody
 * is chased, who is silent is told so, and the applicant is told the outcome.
 * Who has an action to do, the applicant to tell, or the review to look at again as the applicant is not satisfied, is
 * reminded until that is on record.
 * It closes by itself some weeks after the applicant was told and the plan is done, or before by the review SPOC; or it is
 * withdrawn.
 */
import { continueAsNew } from '@temporalio/workflow';
import { beginsAt, runCase } from '../shared/case-loop';
import type { AsbCaseReviewInput, AsbCaseReviewResult } from './contract';
import { detailsOf, waitingFor } from './details';
import { asbCaseReviewRules as rules, resultOf } from './rules';

export async function asbCaseReview(input: AsbCaseReviewInput): Promise<AsbCaseReviewResult> {
  const review = input.carriedOver ?? rules.open(input, beginsAt(input));
  await runCase(
    input,
    review,
    { ...rules, waitingFor, detailsOf },
    (carriedOver) => continueAsNew<typeof asbCaseReview>({ ...input, carriedOver }),
  );
  return resultOf(review);
}
