/**
 * FOI or EIR request (protocol section 5; Freedom of Information Act 2000; Environmental Information Regulations 2004).
 *
 * A partner that is a public authority has received a request for information. What is held is named item by item, and the
 * partner that an item came from is asked for its advice, until its time runs out: its silence is then on record. The advice
 * binds nobody. The partner decides on each item, and replies to the applicant within 20 working days. If the applicant has to
 * say what is meant, the clock starts anew with the answer; while a fee is awaited it stands still, and a fee that is not paid
 * in time ends the case. It can be extended once, to weigh the public interest or because the request is complex and voluminous.
 * The statutory clock has a ladder of its own. The reply ends the case, and the originators are told.
 */
import { continueAsNew } from '@temporalio/workflow';
import { beginsAt, runCase } from '../shared/case-loop';
import type { InformationAccessInput, InformationAccessResult } from './contract';
import { detailsOf, waitingFor } from './details';
import { informationAccessRules as rules, resultOf } from './rules';

export async function informationAccess(input: InformationAccessInput): Promise<InformationAccessResult> {
  const request = input.carriedOver ?? rules.open(input, beginsAt(input));
  await runCase(
    input,
    request,
    { ...rules, waitingFor, detailsOf },
    (carriedOver) => continueAsNew<typeof informationAccess>({ ...input, carriedOver }),
  );
  return resultOf(request);
}
