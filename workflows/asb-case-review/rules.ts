/**
 * The rules of an ASB case review as functions of its state: no timers, no activities, no calendar. Each takes the state
 * and changes it in place or reads it; `workflow.ts` says when.
 */
import type { IsoDate, IsoInstant } from '../../config/clock';
import { addTasks, answersOf, closeByItself, closingMoments, endByAct, endByItself, holdClosing, moveClosing, openCase } from '../shared/case';
import type { CaseMessage, CaseProjection, Duty, Notice, RejectionType } from '../shared/contract';
import { advanceDuties, begin, dutyMoments, dutyStep, endDuties, isDuty, moveDuty } from '../shared/duties';
import { advanceTasks, caseNotice, isAwaited, ladderMoments, notice } from '../shared/ladder';
import { takeOnce } from '../shared/messages';
import { instantOf } from '../shared/now';
import { mailMoments, projectionWith, retryMail } from '../shared/order';
import { personIn, personStep } from '../shared/person';
import type { CaseRules } from '../shared/rules';
import { applyToTask } from '../shared/tasks';
import type { AsbCaseReviewInput, AsbCaseReviewResult } from './contract';
import {
  asbCaseReviewOutcomes,
  asbCaseReviewStages,
  type AsbCaseReviewOutcome,
  type AsbCaseReviewStage,
  type ReviewState,
} from './state';

function open(input: AsbCaseReviewInput, now: number): ReviewState {
  const state: ReviewState = {
    ...openCase<AsbCaseReviewOutcome>(input, now),
    isGranted: input.tasks.length > 0 || input.isGranted === true,
    panelOn: input.panelOn ?? null,
    panel: input.panel ?? [],
    hasOutcome: input.keepsOutcome === true,
    isApplicantTold: input.isApplicantTold === true,
    lookingAgain: input.lookingAgain ?? null,
    duties: (input.duties ?? []).map(begin),
  };
  // By the last act before this opening: another mail than that of an earlier one.
  if (input.tellsPanel === true) state.notices.push(...panelNotices('panel-named', state.panel, input.reopened?.after ?? 0));
  if (input.tellsActions === true) state.notices.push(...actionNotices(state, 'again', input.reopened?.after ?? 0).map((each) => ({ ...each, chase: true })));
  settle(state, instantOf(now));
  return state;
}

/** Fires what is due: the rungs of each task and each duty, mail that waits, and the closing. */
function advance(state: ReviewState, now: number): void {
  if (state.outcome === null) {
    advanceTasks(state, now);
    advanceDuties(state, now);
  }
  retryMail(state, now);
  endByItself(state, endOf(state), now);
}

const take = (state: ReviewState, message: CaseMessage, now: number): RejectionType | null =>
  takeOnce(state, message, () => apply(state, message, now));

function apply(state: ReviewState, message: CaseMessage, now: number): RejectionType | null {
  switch (message.type) {
    case 'rescheduled':
      if (!state.isGranted) return 'NotGranted';
      // A build of before took it, with nothing to record by a day, and an open case hears again what it took then.
      if (state.hasOutcome && message.recording !== undefined) return 'PanelHasMet';
      setPanel(state, message.panelOn, message.seq);
      toBeRecorded(state, message.recording);
      state.events.push({ event: 'rescheduled', at: message.at, panelOn: message.panelOn });
      return null;
    case 'panel-named':
      if (!state.isGranted) return 'NotGranted';
      namePanel(state, message.panel, message.seq);
      return null;
    case 'tasks-added':
      if (!state.isGranted) return 'NotGranted';
      if (state.tasks.length > 0) return 'AskedBefore';
      if (message.panelOn !== undefined) setPanel(state, message.panelOn, message.seq);
      toBeRecorded(state, message.recording);
      addTasks(state, message.tasks, now);
      endDuties(state, isAsking);
      return null;
    case 'outcome-recorded':
      if (!state.isGranted) return 'NotGranted';
      if (state.tasks.length === 0) return 'NobodyAsked';
      stopWaiting(state);
      state.hasOutcome = true;
      state.isApplicantTold = false;
      holdClosing(state);
      takeThePlace(state, message);
      state.duties.push(...message.duties.map(begin));
      state.events.push({ event: 'outcome-recorded', at: message.at });
      return null;
    case 'applicant-told':
      return tellApplicant(state, message);
    case 'not-satisfied':
      if (!state.isApplicantTold) return 'ApplicantNotTold';
      if (state.lookingAgain !== null) return 'LookedAtAgain';
      if (isOfChanged(state, message)) return 'ToBeRecordedAnew';
      state.lookingAgain = message.number;
      holdClosing(state);
      state.duties.push(begin(message.duty));
      state.events.push({ event: 'not-satisfied', at: message.at });
      state.notices.push(caseNotice(dutyStep(message.duty.id, 'asked'), message.told));
      return null;
    case 'looked-at-again':
      if (state.lookingAgain !== message.number) return 'NotLookedAtAgain';
      state.lookingAgain = null;
      endDuties(state, (id) => isDuty(id, 'looking-again'));
      if (message.granted !== undefined) grant(state, message.granted);
      if (message.anew !== undefined) decideAnew(state, message.anew);
      settle(state, message.at, message.toldOn);
      state.events.push({ event: 'looked-at-again', at: message.at });
      return null;
    case 'action-settled':
      if (!state.duties.some(({ id }) => id === message.duty)) return 'NoSuchAction';
      endDuties(state, (id) => id === message.duty);
      state.events.push({ event: 'action-settled', at: message.at, duty: message.duty });
      if (message.recordedBy === 'holder') state.notices.push(caseNotice(dutyStep(message.duty, 'settled'), ['requester']));
      settle(state, message.at);
      return null;
    case 'review-closed':
      if (!state.isApplicantTold) return 'ApplicantNotTold';
      if (state.lookingAgain !== null) return 'LookedAtAgain';
      if (isToBeDecidedAnew(state)) return 'ToBeRecordedAnew';
      if (hasActions(state)) return 'ActionsOpen';
      return endByAct(state, endOf(state), message);
    case 'withdrawn':
      for (const task of state.tasks.filter(isAwaited)) state.notices.push(notice(task, 'withdrawn', ['spoc']));
      // Who was to meet need not: another mail in each opening of the case.
      if (!state.hasOutcome) {
        const told = state.panel.map((account) => ({ ...caseNotice(personStep('panel-withdrawn', account), ['spoc']), clockVersion: message.seq }));
        state.notices.push(...told);
      }
      // And who has something of the plan to do need not do it.
      state.notices.push(...actionNotices(state, 'withdrawn', message.seq));
      return endByAct(state, 'withdrawn', message);
    case 'closing-moved':
      return moveClosing(state, message);
    case 'duty-moved':
      return moveDuty(state, message, now);
    default: {
      if (!('task' in message)) return 'NotOfThisProcess';
      const task = state.tasks.find(({ id }) => id === message.task);
      if (task === undefined) return 'TaskUnknown';
      const before = stageOf(state);
      return applyToTask(state, task, message, now, () => {
        // The panel has what it will get: said once, when the last one has answered or is not waited for any more.
        if (before !== 'collated' && stageOf(state) === 'collated') {
          state.notices.push(caseNotice(`collated-${message.seq}`, ['requester']));
        }
      });
    }
  }
}

function tellApplicant(
  state: ReviewState,
  { of, at, toldOn, outcome }: Extract<CaseMessage, { type: 'applicant-told' }>,
): RejectionType | null {
  if (of === 'outcome' && !state.hasOutcome) return 'NoOutcome';
  if (isOfChanged(state, { outcome })) return 'ToBeRecordedAnew';
  state.events.push({ event: 'applicant-told', at, of });
  endDuties(state, (id) => (of === 'outcome' ? isTelling(id) : isDuty(id, 'telling-decision')));
  if (of === 'outcome' || !state.isGranted) {
    state.isApplicantTold = true;
    settle(state, at, toldOn);
  }
  return null;
}

/** There is a review after all: whoever runs it asks the partners. The applicant was told with the decision. */
function grant(state: ReviewState, asking: Duty): void {
  state.isGranted = true;
  state.isApplicantTold = false;
  state.duties.push(begin(asking));
  state.notices.push(caseNotice(dutyStep(asking.id, 'asked'), ['requester']));
}

/** What the panel decided is changed: it is to be put on record anew, with its plan, and then told. */
function decideAnew(state: ReviewState, anew: Duty): void {
  endDuties(state, isAnew);
  state.duties.push(begin(anew));
  state.notices.push(caseNotice(dutyStep(anew.id, 'asked'), ['requester']));
}

/** The panel meets on another day: what it decides is to be on record by then, and not by the day that was counted before. */
function toBeRecorded(state: ReviewState, recording: Duty | undefined): void {
  if (recording === undefined) return;
  endDuties(state, isRecording);
  state.duties.push(begin(recording));
}

/**
 * What was decided takes the place of what there was to do before. Who had an action that is none of the plan any more, or was
 * changed, is told so; those that stay go on as they were.
 */
function takeThePlace(state: ReviewState, { keeps, changes = [] }: Extract<CaseMessage, { type: 'outcome-recorded' }>): void {
  const replaced = state.duties.filter(({ id }) => isAction(id) && keeps?.includes(id) !== true);
  endDuties(state, (id) => isTelling(id) || isRecording(id) || isAnew(id) || replaced.some((action) => action.id === id));
  if (keeps === undefined) return;
  state.notices.push(...replaced.map(({ id }) => caseNotice(dutyStep(id, changes.includes(id) ? 'changed' : 'dropped'), ['spoc'])));
}

/** Each who is new on a panel that is still to meet is told, once; what waits for who is on it no more is dropped. @param seq as `setPanel` */
function namePanel(state: ReviewState, panel: readonly string[], seq: number): void {
  const added = panel.filter((account) => !state.panel.includes(account));
  const isStillOn = ({ step }: Notice): boolean => {
    const person = personIn(step);
    return person === null || panel.includes(person.account);
  };
  state.panel = panel;
  state.notices = state.notices.filter(isStillOn);
  if (state.outbox !== null) state.outbox.notices = state.outbox.notices.filter(isStillOn);
  if (!state.hasOutcome) state.notices.push(...panelNotices('panel-named', added, seq));
}

/** Before it has met, the panel is told of each other day. @param seq of the act, which makes it another mail than that of the day before */
function setPanel(state: ReviewState, panelOn: IsoDate, seq: number): void {
  const isOther = panelOn !== state.panelOn;
  state.panelOn = panelOn;
  if (state.hasOutcome || !isOther) return;
  state.notices.push(...panelNotices('panel-moved', state.panel, seq));
}

/** No news of something that has happened: once the case has ended nobody needs it. */
const panelNotices = (what: 'panel-named' | 'panel-moved', panel: readonly string[], seq: number): Notice[] =>
  panel.map((account) => ({ ...caseNotice(personStep(what, account), ['spoc']), clockVersion: seq, chase: true }));

/** To each who has an action of the plan that is still to be done: another mail in each opening of the case. @param seq as `setPanel` */
const actionNotices = ({ duties }: ReviewState, what: 'withdrawn' | 'again', seq: number): Notice[] =>
  duties.filter(({ id }) => isAction(id)).map(({ id }) => ({ ...caseNotice(dutyStep(id, what), ['spoc']), clockVersion: seq }));

const isAsking = (id: string): boolean => isDuty(id, 'asking');
const isAction = (id: string): boolean => isDuty(id, 'action');
const isRecording = (id: string): boolean => isDuty(id, 'recording');
const isAnew = (id: string): boolean => isDuty(id, 'anew');
const isTelling = (id: string): boolean => isDuty(id, 'telling-decision') || isDuty(id, 'telling-outcome');
const hasActions = ({ duties }: ReviewState): boolean => duties.some(({ id }) => isAction(id));

/** Whether it is about an outcome that was changed, and is to be put on record anew. A build of before took that, and did not say of which it is. */
const isOfChanged = (state: ReviewState, { outcome }: { readonly outcome?: string | undefined }): boolean => outcome !== undefined && isToBeDecidedAnew(state);

const isToBeDecidedAnew = ({ duties }: ReviewState): boolean => duties.some(({ id }) => isAnew(id));

/**
 * With the applicant told, nobody looking at it again, nothing to be decided anew and the plan done, it closes by itself a while later.
 * @param toldOn the day on which the applicant was told, where it is counted from that
 */
function settle(state: ReviewState, at: IsoInstant, toldOn?: IsoDate): void {
  if (state.isApplicantTold && state.lookingAgain === null && !isToBeDecidedAnew(state) && !hasActions(state)) closeByItself(state, at, toldOn);
}

/**
 * The panel has met: who is silent by then is told so once, and not chased any more. What comes late is taken until the
 * case closes.
 */
function stopWaiting(state: ReviewState): void {
  if (!state.hasOutcome) {
    const silent = state.tasks.filter(({ status }) => status !== 'answered');
    state.notices.push(...silent.map((task) => notice(task, 'panel-met', ['spoc'])));
  }
  for (const task of state.tasks.filter(isAwaited)) {
    task.status = 'left-unanswered';
    task.overdue = false;
    task.question = null;
    task.pausedAt = null;
  }
}

const endOf = ({ isGranted }: ReviewState): AsbCaseReviewOutcome => (isGranted ? 'reviewed' : 'threshold-not-met');

export function stageOf(state: ReviewState): AsbCaseReviewStage {
  if (state.outcome !== null) return 'closed';
  if (state.lookingAgain !== null) return 'looked-at-again';
  if (isToBeDecidedAnew(state)) return 'changed';
  if (state.isApplicantTold) return 'applicant-told';
  if (!state.isGranted) return 'not-granted';
  if (state.hasOutcome) return 'outcome-recorded';
  if (state.tasks.length === 0) return 'granted';
  if (state.tasks.some(({ status }) => status === 'open')) return 'awaiting-answers';
  return state.tasks.some(({ status }) => status === 'unanswered') ? 'unanswered' : 'collated';
}

function wakesOf(state: ReviewState): number[] {
  return [
    ...(state.outcome === null ? [...ladderMoments(state), ...dutyMoments(state)] : []),
    ...mailMoments(state),
    ...closingMoments(state),
  ];
}

const projectionOf = (state: ReviewState): CaseProjection => ({
  ...projectionWith(state, stageOf(state), wakesOf(state), state.duties),
  duties: state.outcome === null ? state.duties.map(({ id }) => id) : [],
});

export const asbCaseReviewRules: CaseRules<ReviewState> = {
  stages: asbCaseReviewStages,
  outcomes: asbCaseReviewOutcomes,
  open,
  take,
  advance,
  wakesOf,
  projectionOf,
};

export function resultOf(state: ReviewState): AsbCaseReviewResult {
  if (state.outcome === null) throw new Error('The case has not ended.');
  return { outcome: state.outcome, answers: answersOf(state.tasks) };
}
