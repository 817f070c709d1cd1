/**
 * Information request (protocol section 7, Request and Response).
 *
 * A partner asks others for what they may hold. Each is asked through its SPOC and has 10 working days.
 * Reminders, the overdue mail and the escalation ladder of the protocol file fire for each partner apart.
 * An answer ends at once all further mail to that partner, and the requester is told.
 * When all have answered the requester confirms, or the case closes by itself 5 working days later.
 * What is still unanswered after the last rung waits for the CSP manager's decision.
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
import { carryOut, storedAnswers } from '../shared/activities';
import type { CaseProjection, RejectionType } from '../shared/contract';
import { instantOf, now } from '../shared/now';
import { changedAttributes } from '../shared/search-attributes';
import { instantInWords } from '../shared/words';
import type { ActUpdate, AnswerTaskUpdate, InformationRequestInput, InformationRequestResult } from './contract';
import { updates } from './contract';
import { detailsOf, waitingFor } from './details';
import {
  advance,
  close,
  nextMoment,
  openRequest,
  projectionOf,
  resultOf,
  stageOf,
  takeAnswer,
  takeOrder,
  takeReport,
} from './rules';

/** Left behind at rest only, with no message in hand: update ids are forgotten then, answers are known by their own. */
const historyIsLong = (): boolean => workflowInfo().continueAsNewSuggested && allHandlersFinished();

const reject = (type: RejectionType): never => {
  throw ApplicationFailure.create({ type, message: type, nonRetryable: true });
};

/** A cancellation, as the Temporal UI offers it, ends no clock: a case ends by its own acts only. */
export async function informationRequest(input: InformationRequestInput): Promise<InformationRequestResult> {
  return CancellationScope.nonCancellable(() => runToTheEnd(input));
}

async function runToTheEnd(input: InformationRequestInput): Promise<InformationRequestResult> {
  const request = input.carriedOver ?? openRequest(input, now());
  let known = projectionOf(request);

  setHandler(defineQuery<CaseProjection>('status'), () => projectionOf(request));
  setHandler(defineUpdate<undefined, [AnswerTaskUpdate]>(updates.answerTask), ({ answer }) => {
    if (request.outcome !== null) reject('CaseEnded');
    if (!request.tasks.some((task) => task.id === answer.task)) reject('TaskUnknown');
    takeAnswer(request, answer);
    return undefined;
  });
  setHandler(defineUpdate<undefined, [ActUpdate]>(updates.confirmAnswers), ({ by }) => {
    if (request.outcome !== null) reject('CaseEnded');
    if (stageOf(request) !== 'answered') reject('NotYetAnswered');
    close(request, 'answers-confirmed', now(), by);
    return undefined;
  });
  setHandler(defineUpdate<undefined, [ActUpdate]>(updates.closeUnanswered), ({ by }) => {
    if (request.outcome !== null) reject('CaseEnded');
    if (stageOf(request) !== 'unanswered') reject('LadderNotFinished');
    close(request, 'closed-unanswered', now(), by);
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
    if (request.outcome !== null) break;
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

    for (const answer of await storedAnswers(input.caseRef)) takeAnswer(request, answer);
    advance(request, now());
  }

  await condition(allHandlersFinished);
  return resultOf(request, request.outcome);
}
