/**
 * Information request (protocol section 7, Request and Response).
 *
 * A partner asks others for what they may hold. Each is asked through its SPOC and has 10 working days.
 * Reminders, the overdue mail and the escalation ladder of the protocol file fire for each partner apart.
 * A partner may ask back; an answer ends at once all further mail to it, and the requester is told.
 * When all have answered the requester confirms, or the case closes by itself 5 working days later.
 * What is still unanswered after the last rung waits for the CSP manager's decision.
 * The requester may withdraw the request; a closed case that is reopened is a new run of its own.
 */
import { continueAsNew } from '@temporalio/workflow';
import { beginsAt, runCase } from '../shared/case-loop';
import type { InformationRequestInput, InformationRequestResult } from './contract';
import { detailsOf, waitingFor } from './details';
import { informationRequestRules as rules, resultOf } from './rules';

export async function informationRequest(input: InformationRequestInput): Promise<InformationRequestResult> {
  const request = input.carriedOver ?? rules.open(input, beginsAt(input));
  await runCase(
    input,
    request,
    { ...rules, waitingFor, detailsOf },
    (carriedOver) => continueAsNew<typeof informationRequest>({ ...input, carriedOver }),
  );
  return resultOf(request);
}
