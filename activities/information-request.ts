import { lastDayBefore } from '../calendar';
import type { IsoDate, IsoInstant } from '../config/clock';
import { ladderRoles } from '../config/policy';
import { askedName, partnerName } from '../config/protocol-rules';
import type { Dependencies } from './dependencies';
import { reachOf } from '../dispatch/addresses';
import { render, type Letter, type RenderedLetter } from '../mail';
import {
  answerReceivedLetter,
  answerRecordedLetter,
  askedAgainLetter,
  clockMovedLetter,
  closingMovedLetter,
  correctionDeclinedLetter,
  correctionProposedLetter,
  chaseLetter,
  escalationLetter,
  leftUnansweredLetter,
  notDeliveredLetter,
  passedOnLetter,
  questionLetter,
  replyLetter,
  requestLetter,
  withdrawnLetter,
  type Move,
  type RequestFacts,
} from '../mail/letters/information-request';
import type { AnswerDocument } from '../store/answers';
import type { CaseDocument, CaseTask, TaskPlan } from '../store/cases';
import type { Notice, Recipient, TaskClock } from '../workflows/shared/contract';

/** Whether a mail tells that the case closes by itself on another day; its number is that of the act. */
export const isOfClosing = (step: string): boolean => step.startsWith('closing-moved-');

/** The letter of a notice to one of its recipients, from what is true now. */
export async function composeNotice(
  { notice, to, document, task, answer, now }: {
    readonly notice: Notice;
    readonly to: Recipient;
    readonly document: CaseDocument;
    readonly task: CaseTask;
    readonly answer: AnswerDocument | null;
    readonly now: IsoInstant;
  },
  deps: Dependencies,
): Promise<RenderedLetter> {
  const { store, protocol, publicUrl } = deps;
  // Of a date that has moved again meanwhile, each mail of a move says what it was sent for.
  const isOfMove = notice.step === 'clock-moved' || notice.step.startsWith('reply-');
  const index = isOfMove
    ? task.plans.findLastIndex(({ version }) => version <= notice.clockVersion)
    : task.plans.length - 1;
  const plan = task.plans[index];
  if (plan?.dueOn === undefined) throw new Error(`${document._id} ${task.id} has no plan with a due date.`);
  const facts: RequestFacts = {
    caseRef: document._id,
    askedBy: partnerName(protocol, document.openedBy.partner),
    asked: askedName(protocol, task),
    plan: { ...plan, dueOn: plan.dueOn satisfies IsoDate },
    neededByOn: document.terms.neededByOn,
    now,
    url:
      to === 'requester' || to === 'csp-manager'
        ? `${publicUrl}/cases/${document._id}`
        : `${publicUrl}/t/${await store.links.issue(document._id, task.id, to, task.linkGeneration)}`,
  };
  if (notice.step.startsWith('not-delivered')) {
    return render(notDeliveredLetter(facts, await awayNow(notice.step, document, task, deps)));
  }
  if (isOfClosing(notice.step)) return render(closingMovedLetter(facts, await closingOf(notice.step, document, store)));
  const hasMoved = notice.step === 'clock-moved' || (await movedByReply(document, notice, store));
  return render(letterOf(notice.step, to, facts, answer, hasMoved ? moveTo(plan, task.plans[index - 1]) : null));
}

/** The days that an act has moved the closing from and to. */
async function closingOf(
  step: string,
  { _id }: CaseDocument,
  { audit }: Dependencies['store'],
): Promise<{ readonly before: IsoDate; readonly closesOn: IsoDate }> {
  const entry = (await audit.of(_id, 'closing-moved')).find(({ seq }) => step === `closing-moved-${seq}`);
  if (entry === undefined) throw new Error(`${_id} has no act that ${step} tells of.`);
  const { before, closeAt } = entry.facts as { readonly before: IsoInstant; readonly closeAt: IsoInstant };
  return { before: lastDayBefore(before), closesOn: lastDayBefore(closeAt) };
}

/** Whether it was this reply that gave the task the clock it has: a clock that did not stand still is not moved by one. */
async function movedByReply(
  { _id }: CaseDocument,
  { step, task, clockVersion }: Notice,
  { audit }: Dependencies['store'],
): Promise<boolean> {
  const number = /^reply-(?<number>\d+)$/.exec(step)?.groups?.['number'];
  if (number === undefined) return false;
  const replies = await audit.of(_id, 'question-answered');
  return replies.some(
    ({ facts, ...reply }) =>
      reply.task === task &&
      facts['number'] === Number(number) &&
      (facts['clock'] as TaskClock | null)?.version === clockVersion,
  );
}

/** Whether the role that a mail could not be delivered to is away: `not-delivered-request-spoc` names it last. */
async function awayNow(step: string, document: CaseDocument, task: CaseTask, deps: Dependencies) {
  const role = ladderRoles.find((each) => step.endsWith(`-${each}`));
  const reach = role === undefined ? null : await reachOf(role, document, task, deps);
  return reach?.address === null && reach.because === 'all-away' ? reach : null;
}

function moveTo({ reason }: TaskPlan, before: TaskPlan | undefined): (Move | { readonly cause: 'paused' }) & Pick<Move, 'before'> | null {
  if (before?.dueOn === undefined || reason === 'opened' || reason === 'reopened') return null;
  return { cause: reason, before: { ...before, dueOn: before.dueOn } };
}

/** A step is named by what has happened and, where that can happen again, its number: `question-2`. */
function letterOf(
  step: string,
  to: Recipient,
  facts: RequestFacts,
  answer: AnswerDocument | null,
  move: ReturnType<typeof moveTo>,
): Letter {
  switch (step.replace(/-\d+$/, '')) {
    case 'request':
      return requestLetter(facts);
    case 'passed-on':
      return passedOnLetter(facts);
    case 'question':
      return questionLetter(facts);
    case 'reply':
      return replyLetter(facts, move?.cause === 'paused' ? move.before.dueOn : undefined);
    case 'clock-moved':
      if (move === null || move.cause === 'paused') throw new Error(`The clock of ${facts.caseRef} has not moved.`);
      return clockMovedLetter(facts, move, to);
    case 'correction-proposed':
      return correctionProposedLetter(facts);
    case 'correction-declined':
      return correctionDeclinedLetter(facts, to);
    case 'withdrawn':
      return withdrawnLetter(facts);
    case 'answer-received':
      return answerReceivedLetter(facts, answer);
    case 'answer-recorded':
      return answerRecordedLetter(facts);
    case 'left-unanswered':
      return leftUnansweredLetter(facts);
    case 'asked-again':
      return askedAgainLetter(facts, ladderRoleOf(to));
    default:
      return to === 'csp-manager' ? escalationLetter(facts) : chaseLetter(facts, ladderRoleOf(to));
  }
}

/** A rung goes to the partner asked, but for the last one. */
function ladderRoleOf(to: Recipient): 'spoc' | 'deputy' | 'governance-lead' {
  if (to === 'requester' || to === 'csp-manager') throw new Error(`A rung of the ladder is not for the ${to}.`);
  return to;
}
