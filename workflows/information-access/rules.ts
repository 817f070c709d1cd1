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
import { notice } from '../shared/ladder';
import { takeOnce } from '../shared/messages';
import { millisecondsOf } from '../shared/now';
import { projectionWith, retryMail } from '../shared/order';
import type { CaseRules } from '../shared/rules';
import type { InformationAccessInput, InformationAccessResult } from './contract';
import {
  informationAccessOutcomes,
  informationAccessStages,
  outcomesAsAWhole,
  outcomesByItem,
  type InformationAccessStage,
  type InformationAccessState,
} from './state';

const open = (input: InformationAccessInput, now: number): InformationAccessState => ({ ...openRequest(input, now), fee: null });

function advance(state: InformationAccessState, now: number): void {
  advanceRequest(state, now);
  lapse(state, now);
  retryMail(state, now);
}

/** Takes what people tell the case, once however often it comes. Says why not, if the rules forbid it as things stand. */
const take = (state: InformationAccessState, message: CaseMessage, now: number): RejectionType | null =>
  takeOnce(state, message, () => {
    const rejection = applyToRequest(state, message, now, replied);
    if (rejection === null) awaitFee(state, message);
    if (state.outcome === null) countSilence(state, now);
    return rejection;
  });

/** A fees notice was given, or the clock goes on. */
function awaitFee(state: InformationAccessState, message: CaseMessage): void {
  if (message.type === 'clock-started') state.fee = null;
  if (message.type === 'clock-stopped') state.fee = message.lapse === undefined ? null : { ...message.lapse, hasLapsed: false };
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
    state.notices.push(notice(task, 'fee-lapsed', ['spoc', 'governance-lead']));
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

export function stageOf(state: Pick<InformationAccessState, 'outcome' | 'tasks' | 'items' | 'stopped' | 'fee'>): InformationAccessStage {
  const standing = standingOf(state);
  if (standing === 'clock-stopped' && state.fee?.hasLapsed === true) return 'fee-unpaid';
  // A request of which no item is on record has nothing that could be said of it item by item.
  return standing === 'to-reply' && state.items.length === 0 ? 'to-decide' : standing;
}

/** The moments at which the case wants to wake by itself; none when only a message can move it. */
export const wakesOf = (state: InformationAccessState): number[] => [
  ...requestMoments(state),
  ...(state.fee === null || state.outcome !== null ? [] : [millisecondsOf(state.fee.hasLapsed ? state.fee.closesAt : state.fee.lapsesAt)]),
];

const projectionOf = (state: InformationAccessState): CaseProjection => projectionWith(state, stageOf(state), wakesOf(state));

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
