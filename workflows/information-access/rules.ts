/**
 * The rules of an FOI or EIR request: those of every request of an applicant, with a fee that is not paid in time, and its own
 * ends. What an originator says is advice: nothing here waits for it.
 */
import {
  advanceRequest,
  applyToRequest,
  countSilence,
  endByReply,
  openRequest,
  replyOf,
  requestMoments,
  standingOf,
  tellConsulted,
  viewsIn,
  type Replied,
} from '../shared/applicant-request';
import { endCase } from '../shared/case';
import type { CaseMessage, CaseProjection, RejectionType } from '../shared/contract';
import { advanceDuties, begin, dutyMoments, dutyStep, endDuties, moveDuty } from '../shared/duties';
import { caseNotice, notice } from '../shared/ladder';
import { takeAnswer, takeOnce, whoReads } from '../shared/messages';
import { instantOf, millisecondsOf } from '../shared/now';
import { projectionWith, retryMail } from '../shared/order';
import type { CaseRules } from '../shared/rules';
import type { InformationAccessInput, InformationAccessResult } from './contract';
import {
  informationAccessOutcomes,
  informationAccessStages,
  outcomesAsAWhole,
  outcomesByItem,
  type InformationAccessOutcome,
  type InformationAccessStage,
  type InformationAccessState,
} from './state';

function open(input: InformationAccessInput, now: number): InformationAccessState {
  const state: InformationAccessState = { ...openRequest<InformationAccessOutcome>(input, now), fee: null, duties: [], lookingAgain: null };
  if (input.review !== undefined) lookAgain(state, input.review, now);
  return state;
}

/** The applicant is not satisfied with the reply: whoever looks at it again is told, and reminded. */
function lookAgain(state: InformationAccessState, { number, duty, told }: NonNullable<InformationAccessInput['review']>, now: number): void {
  state.lookingAgain = number;
  state.duties.push(begin(duty));
  state.events.push({ event: 'not-satisfied', at: instantOf(now) });
  state.notices.push(caseNotice(dutyStep(duty.id, 'asked'), told));
}

function advance(state: InformationAccessState, now: number): void {
  advanceRequest(state, now);
  remindOfFee(state, now);
  lapse(state, now);
  if (state.outcome === null) advanceDuties(state, now);
  retryMail(state, now);
}

/** Takes what people tell the case, once however often it comes. Says why not, if the rules forbid it as things stand. */
const take = (state: InformationAccessState, message: CaseMessage, now: number): RejectionType | null =>
  takeOnce(state, message, () => {
    const rejection = state.lookingAgain === null ? applyToOpen(state, message, now) : applyToReview(state, message, now);
    if (rejection === null) awaitFee(state, message);
    if (state.outcome === null) countSilence(state, now);
    return rejection;
  });

const applyToOpen = (state: InformationAccessState, message: CaseMessage, now: number): RejectionType | null =>
  message.type === 'fee-lapse-moved' ? moveLapse(state, message, now) : applyToRequest(state, message, now, replied);

/** While a reply is looked at again nothing else is done; what an originator still says is taken. */
function applyToReview(state: InformationAccessState, message: CaseMessage, now: number): RejectionType | null {
  switch (message.type) {
    case 'looked-at-again':
      return message.number === state.lookingAgain ? endReview(state, message) : 'NotLookedAtAgain';
    case 'duty-moved':
      return moveDuty(state, message, now);
    case 'answer':
      return takeLateAdvice(state, message);
    default:
      return 'LookedAtAgain';
  }
}

/**
 * An originator has said something after the reply: whoever looks at that again is told, and whoever sees to it. Whoever has decided
 * on the items has nothing to do with it any more.
 */
function takeLateAdvice(state: InformationAccessState, message: Extract<CaseMessage, { type: 'answer' }>): RejectionType | null {
  const task = state.tasks.find(({ id }) => id === message.task);
  if (task === undefined) return 'TaskUnknown';
  if (task.kind === 'reply') return 'NotOfThisProcess';
  takeAnswer(state, task, message, []);
  for (const { id, rungs: [first] } of state.duties) {
    const told = whoReads(message, first?.to ?? []);
    // By its number two answers are two mails.
    if (told.length > 0) state.notices.push({ ...caseNotice(dutyStep(id, 'answered'), told), clockVersion: message.seq });
  }
  return null;
}

/** Each originator is told if more, or less, is disclosed than it was told before. */
function endReview(state: InformationAccessState, { at, result = 'stands' }: Extract<CaseMessage, { type: 'looked-at-again' }>): null {
  endDuties(state, () => true);
  if (result !== 'taken-back') state.events.push({ event: 'looked-at-again', at });
  if (result === 'changed') tellConsulted(state, 'ended-review-changed');
  endCase<InformationAccessOutcome>(state, `review-${result}`, at);
  return null;
}

/** A fees notice was given, or the clock goes on: then nobody is reminded of the fee any more. */
function awaitFee(state: InformationAccessState, message: CaseMessage): void {
  if (message.type === 'clock-stopped') state.fee = message.lapse === undefined ? null : { ...message.lapse, hasLapsed: false };
  if (message.type !== 'clock-started') return;
  state.fee = null;
  if (state.outbox !== null) state.outbox.notices = state.outbox.notices.filter(({ step }) => step !== feeReminder);
}

/** Another day ends the time to pay: whoever runs the request is told, and who was told that the time is over. */
function moveLapse(state: InformationAccessState, { number, lapse, before, at, seq }: Extract<CaseMessage, { type: 'fee-lapse-moved' }>, now: number): RejectionType | null {
  const { fee } = state;
  const task = replyOf(state);
  if (fee === null || task === undefined || state.stopped !== number) return 'ClockRuns';
  state.fee = { ...fee, ...lapse, hasLapsed: fee.hasLapsed && millisecondsOf(lapse.lapsesAt) <= now, moved: seq };
  state.events.push({ event: 'fee-lapse-moved', at, task: task.id, lapse, before });
  state.notices.push(notice(task, `fee-lapse-moved-${seq}`, fee.hasLapsed ? ['spoc', 'governance-lead'] : ['spoc']));
  return null;
}

const feeReminder = 'fee-lapses-soon';

/** Some days before the time to pay runs out, since a payment that came may not be on record, or the applicant may have forgotten. */
function remindOfFee(state: InformationAccessState, now: number): void {
  const { fee } = state;
  const task = replyOf(state);
  if (fee?.remindAt === undefined || fee.isReminded === true || task === undefined || state.outcome !== null) return;
  if (millisecondsOf(fee.remindAt) > now) return;
  fee.isReminded = true;
  state.dirty = true;
  // After an outage it is the news that the time has run out that counts.
  if (millisecondsOf(fee.lapsesAt) > now) state.notices.push({ ...notice(task, feeReminder, ['spoc']), chase: true, supersededAt: fee.lapsesAt });
}

/**
 * A fee that is not paid in time: those who run the request are told at once, since it may have come and not be on record.
 * Some days later the case closes by itself, and the originators are told.
 */
function lapse(state: InformationAccessState, now: number): void {
  const { fee } = state;
  const task = replyOf(state);
  if (fee === null || task === undefined || state.outcome !== null) return;
  if (!fee.hasLapsed && millisecondsOf(fee.lapsesAt) <= now) {
    fee.hasLapsed = true;
    state.events.push({ event: 'fee-lapsed', at: fee.lapsesAt, task: task.id });
    // After a move it is another mail than one that was sent before.
    state.notices.push(notice(task, fee.moved === undefined ? 'fee-lapsed' : `fee-lapsed-${fee.moved}`, ['spoc', 'governance-lead']));
    state.dirty = true;
  }
  if (millisecondsOf(fee.closesAt) > now) return;
  task.status = 'left-unanswered';
  task.pausedAt = null;
  tellConsulted(state, 'ended-fee-unpaid');
  endCase(state, 'fee-unpaid', fee.closesAt);
}

const isOneOf = (values: readonly string[], value: string): boolean => values.includes(value);

/** The applicant has the reply: that ends the case. What is said item by item needs each of them decided, and at least one. */
const replied: Replied<InformationAccessState> = (state, task, message) => {
  const isByItem = isOneOf(outcomesByItem, message.outcome);
  if (!isByItem && !isOneOf(outcomesAsAWhole, message.outcome)) return 'NotOfThisProcess';
  const isDecided = state.items.length > 0 && state.items.every(({ decision }) => decision !== null);
  if (isByItem && !isDecided) return 'ItemsUndecided';
  return endByReply(state, task, message);
};

export function stageOf(state: Pick<InformationAccessState, 'outcome' | 'tasks' | 'items' | 'stopped' | 'fee' | 'lookingAgain'>): InformationAccessStage {
  const standing = standingOf(state);
  if (standing !== 'closed' && state.lookingAgain !== null) return 'looked-at-again';
  if (standing === 'clock-stopped' && state.fee?.hasLapsed === true) return 'fee-unpaid';
  // A request of which no item is on record has nothing that could be said of it item by item.
  return standing === 'to-reply' && state.items.length === 0 ? 'to-decide' : standing;
}

/** The moments at which the case wants to wake by itself; none when only a message can move it. */
export const wakesOf = (state: InformationAccessState): number[] => [
  ...requestMoments(state),
  ...(state.fee === null || state.outcome !== null ? [] : feeMoments(state.fee)),
  ...(state.outcome === null ? dutyMoments(state) : []),
];

const feeMoments = ({ remindAt, isReminded, lapsesAt, hasLapsed, closesAt }: NonNullable<InformationAccessState['fee']>): number[] => [
  ...(remindAt === undefined || isReminded === true ? [] : [millisecondsOf(remindAt)]),
  millisecondsOf(hasLapsed ? closesAt : lapsesAt),
];

const projectionOf = (state: InformationAccessState): CaseProjection => ({
  ...projectionWith(state, stageOf(state), wakesOf(state), state.duties),
  ...(state.duties.length === 0 ? {} : { duties: state.duties.map(({ id }) => id) }),
});

export const informationAccessRules: CaseRules<InformationAccessState> = {
  stages: informationAccessStages,
  outcomes: informationAccessOutcomes,
  open,
  take,
  advance,
  wakesOf,
  projectionOf,
};

export function resultOf(state: InformationAccessState): InformationAccessResult {
  const { outcome } = state;
  if (outcome === null) throw new Error('The case has not ended.');
  return { outcome, answers: viewsIn(state) };
}
