/**
 * Subject access request (protocol section 5; UK GDPR, Article 15; Data Protection Act 2018, section 45).
 *
 * A partner has received a request of somebody who wants to see what is held of them. Items that came from other partners
 * are named, and each of these originators is warned before anything of it is disclosed: it may make representations or
 * claim an exemption, until its time runs out, and its silence is then on record. The partner decides on each item, and
 * replies to the applicant within the statutory time, which stands still while something is awaited of the applicant and
 * can be extended once. The statutory clock has a ladder of its own, up to the governance lead. The reply ends the case,
 * and the originators are told.
 */
import { continueAsNew } from '@temporalio/workflow';
import { beginsAt, runCase } from '../shared/case-loop';
import type { SubjectAccessInput, SubjectAccessResult } from './contract';
import { detailsOf, waitingFor } from './details';
import { resultOf, subjectAccessRules as rules } from './rules';

export async function subjectAccess(input: SubjectAccessInput): Promise<SubjectAccessResult> {
  const request = input.carriedOver ?? rules.open(input, beginsAt(input));
  await runCase(
    input,
    request,
    { ...rules, waitingFor, detailsOf },
    (carriedOver) => continueAsNew<typeof subjectAccess>({ ...input, carriedOver }),
  );
  return resultOf(request);
}
