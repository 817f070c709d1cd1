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
import {
  allHandlersFinished,
  ApplicationFailure,
  CancellationScope,
  condition,
  continueAsNew,
  defineQuery,
  defineUpdate,
  setCurrentDetails,
  setHandler,
  upsertSearchAttributes,
  workflowInfo,
} from '@temporalio/workflow';
import { carryOut, storedMessages } from '../shared/activities';
import { tellUpdate, type CaseProjection, type TellUpdate } from '../shared/contract';
import { instantOf, now } from '../shared/now';
import { changedAttributes } from '../shared/search-attributes';
import { instantInWords } from '../shared/words';
import type { InformationRequestInput, InformationRequestResult } from './contract';
import { detailsOf, waitingFor } from './details';
import {
  advance,
  mailWaits,
  nextMoment,
  openRequest,
  projectionOf,
  resultOf,
  take,
  takeOrder,
  takeReport,
} from './rules';

/** Left behind at rest only, with no message in hand: update ids are forgotten then, messages are known by their number. */
const historyIsLong = (): boolean => workflowInfo().continueAsNewSuggested && allHandlersFinished();

/** A cancellation, as the Temporal UI offers it, ends no clock: a case ends by its own acts only. */
export async function informationRequest(input: InformationRequestInput): Promise<InformationRequestResult> {
  return CancellationScope.nonCancellable(() => runToTheEnd(input));
}

async function runToTheEnd(input: InformationRequestInput): Promise<InformationRequestResult> {
  const request = input.carriedOver ?? openRequest(input, now());
  let known = projectionOf(request);

  setHandler(defineQuery<CaseProjection>('status'), () => projectionOf(request));
  setHandler(defineUpdate<undefined, [TellUpdate]>(tellUpdate), ({ message }) => {
    const rejection = take(request, message, now());
    if (rejection !== null) throw ApplicationFailure.create({ type: rejection, message: rejection, nonRetryable: true });
    return undefined;
  });

  const tellManagers = (): void => {
    setCurrentDetails(detailsOf(request));
    const current = projectionOf(request);
    const changed = changedAttributes(known, current);
    if (changed.length > 0) upsertSearchAttributes(changed);
    known = current;
  };

  for (;;) {
    while (request.dirty || request.notices.length > 0) {
      tellManagers();
      const order = takeOrder(request, input.caseRef);
      takeReport(request, await carryOut(order), now());
    }
    if (request.outcome !== null && !mailWaits(request)) break;
    tellManagers();

    if (historyIsLong()) return continueAsNew<typeof informationRequest>({ ...input, carriedOver: request });

    const moment = nextMoment(request);
    if (moment === null) {
      await condition(() => request.dirty || historyIsLong());
      continue;
    }
    const summary = `${waitingFor(request)}; next at ${instantInWords(instantOf(moment))}`;
    const message = moment > now() && (await condition(() => request.dirty || historyIsLong(), moment - now(), { summary }));
    if (message) continue;

    // What was stored comes before what the clock says; a message that the rules forbid is answered to its sender.
    for (const stored of await storedMessages(input.caseRef)) take(request, stored, now());
    advance(request, now());
  }

  await condition(allHandlersFinished);
  return resultOf(request, request.outcome);
}
