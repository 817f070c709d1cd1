import type { IsoDate, IsoInstant } from '../config/clock';
import type { Decision } from '../config/processes';
import type { AnswerFacts } from './answers';
import type { AuditEntry, AuditFacts } from './audit';
import type { DutyCount } from './cases';
import type { ByLaw, CaseMessage, Duty, ItemDecision, ItemInput, Lapse, MoveCause, Proposer, Recipient, ReplyOutcome, ReviewResult, SilenceDecision, TaskClock, TaskId, TaskInput } from './types';

type ClosedAs = Extract<CaseMessage, { type: 'breach-closed' }>['outcome'];
type ClosingMoved = Extract<CaseMessage, { type: 'closing-moved' }>;
type DutyMoved = Extract<CaseMessage, { type: 'duty-moved' }>;

/** What the case is told of something that is to be done. Who has it, and how its day was counted, is kept by the store. */
export const dutyTold = ({ id, dueAt, rungs }: Duty): Duty => ({ id, ...(dueAt === undefined ? {} : { dueAt }), rungs });

/** What an entry of the record of acts tells the case's workflow; null for an act that the workflow need not know. */
export function messageOf({ act, seq, at, by, task, facts }: AuditEntry): CaseMessage | null {
  const told = { seq, at } as const;
  const onTask = { ...told, task: task as TaskId } as const;
  const who = by.account ?? by.via;
  switch (act) {
    case 'answer-received': {
      const { version, kind, receivedAt, recordedBy, icoMore } = facts as unknown as AnswerFacts;
      const answer = { version, kind, receivedAt, ...(icoMore === undefined ? {} : { icoMore }) };
      return { ...onTask, type: 'answer', answer, ...(recordedBy === null ? {} : { recordedBy }) };
    }
    case 'question-asked':
      return { ...onTask, type: 'question', number: facts['number'] as number };
    case 'question-answered': {
      const clock = facts['clock'] as unknown as TaskClock | null;
      return { ...onTask, type: 'reply', number: facts['number'] as number, ...(clock === null ? {} : { clock }) };
    }
    case 'clock-extended':
      return { ...onTask, type: 'clock-moved', clock: facts['clock'] as unknown as TaskClock, cause: 'extended' };
    case 'clock-moved':
      return {
        ...onTask,
        type: 'clock-moved',
        clock: facts['clock'] as unknown as TaskClock,
        cause: facts['cause'] as MoveCause,
      };
    case 'closing-moved': {
      const { after, closeAt, before, cause, calendarVersion } = facts as unknown as Omit<ClosingMoved, 'type' | 'seq' | 'at'>;
      return { ...told, type: 'closing-moved', after, closeAt, before, cause, calendarVersion };
    }
    case 'duty-moved': {
      const { duty, dueOn, dueAt, before, rungs, cause, counted } = facts as unknown as Omit<DutyMoved, 'type' | 'seq' | 'at'> & { counted: DutyCount };
      const { version, calendarVersion } = counted;
      return { ...told, type: act, duty, dueOn, ...(dueAt === undefined ? {} : { dueAt }), before, rungs, cause, version, calendarVersion };
    }
    case 'correction-proposed':
    case 'correction-declined':
      if (facts['takenBack'] === true) return null;
      return { ...told, type: act, number: facts['number'] as number, proposedBy: facts['proposedBy'] as Proposer };
    case 'correction-confirmed': {
      // What moves besides the clocks, which have messages of their own.
      const { endsAt } = (facts['terms'] ?? {}) as { readonly endsAt?: IsoInstant };
      if (endsAt !== undefined) return { ...told, type: 'end-moved', endsAt };
      if (facts['movesNoDate'] === true) return { ...told, type: act, number: facts['number'] as number, proposedBy: facts['proposedBy'] as Proposer };
      const byLaw = facts['byLaw'] as unknown as Readonly<Record<TaskId, ByLaw>> | undefined;
      return byLaw === undefined ? null : { ...told, type: 'awareness-corrected', byLaw, tellsDecided: true };
    }
    case 'task-passed-on':
      return {
        ...onTask,
        type: 'passed-on',
        name: facts['name'] as string,
        generation: facts['generation'] as number,
      };
    case 'left-unanswered':
    case 'asked-again':
    case 'left-as-it-is':
      return { ...onTask, type: 'silence-decided', decision: act satisfies SilenceDecision, by: who };
    case 'answers-confirmed':
      return { ...told, type: 'answers-confirmed', by: who };
    case 'review-rescheduled':
      return { ...told, type: 'rescheduled', panelOn: facts['panelOn'] as IsoDate, ...recordingIn(facts) };
    case 'panel-named':
      return { ...told, type: act, panel: facts['panel'] as readonly string[] };
    case 'outcome-recorded':
      return {
        ...told,
        type: act,
        duties: (facts['duties'] as unknown as readonly Duty[]).map(dutyTold),
        ...(facts['keeps'] === undefined ? {} : { keeps: facts['keeps'] as readonly string[], changes: facts['changes'] as readonly string[] }),
      };
    case 'applicant-told':
      return { ...told, type: act, of: facts['of'] as 'decision' | 'outcome', ...countedFromIn(facts), ...outcomeIn(facts) };
    case 'not-satisfied':
      return {
        ...told,
        type: act,
        number: facts['number'] as number,
        duty: dutyTold(facts['duty'] as unknown as Duty),
        told: facts['told'] as unknown as readonly Recipient[],
        ...outcomeIn(facts),
      };
    case 'looked-at-again':
      return {
        ...told,
        type: act,
        number: facts['number'] as number,
        ...(facts['result'] === undefined ? {} : { result: facts['result'] as ReviewResult }),
        ...(facts['granted'] === undefined ? {} : { granted: dutyTold(facts['granted'] as unknown as Duty) }),
        ...(facts['anew'] === undefined ? {} : { anew: dutyTold(facts['anew'] as unknown as Duty) }),
        ...countedFromIn(facts),
      };
    case 'action-settled':
      return { ...told, type: act, duty: facts['duty'] as string, ...(facts['recordedBy'] === 'holder' ? { recordedBy: 'holder' } : {}) };
    case 'review-closed':
      return { ...told, type: act, by: who };
    case 'tasks-added':
      return {
        ...told,
        type: act,
        tasks: facts['asked'] as unknown as readonly TaskInput[],
        ...(typeof facts['panelOn'] === 'string' ? { panelOn: facts['panelOn'] as IsoDate } : {}),
        ...recordingIn(facts),
      };
    case 'call-recorded':
      return { ...onTask, type: act, calledAt: facts['calledAt'] as IsoInstant };
    case 'ico-informed':
      return { ...onTask, type: act, informedAt: facts['informedAt'] as IsoInstant, isLast: facts['isLast'] as boolean, ...(facts['recordedBy'] === 'requester' ? { recordedBy: 'requester' } : {}) };
    case 'breach-closed':
      return { ...told, type: act, outcome: facts['outcome'] as ClosedAs, by: who };
    case 'items-changed':
      return {
        ...told,
        type: act,
        tasks: facts['asked'] as unknown as readonly TaskInput[],
        items: (facts['items'] as unknown as readonly ItemInput[]).map(({ id, task: of }) => ({ id, task: of })),
        dropped: facts['dropped'] as readonly TaskId[],
        ...(facts['moved'] === undefined ? {} : { moved: facts['moved'] as readonly TaskId[] }),
      };
    case 'item-decided':
      return {
        ...told,
        type: act,
        item: facts['item'] as string,
        decision: facts['decision'] as ItemDecision,
        exceptional: facts['exceptional'] as boolean,
        ...(facts['untilAnswered'] === true ? { untilAnswered: true } : {}),
      };
    case 'referred':
      return { ...onTask, type: act };
    case 'clock-stopped':
      return {
        ...onTask,
        type: act,
        number: facts['number'] as number,
        ...(facts['lapse'] === undefined ? {} : { lapse: facts['lapse'] as unknown as Lapse }),
      };
    case 'fee-lapse-moved': {
      const { lapse, before } = facts as unknown as { readonly lapse: Lapse; readonly before: Lapse };
      return { ...onTask, type: act, number: facts['number'] as number, lapse, before };
    }
    case 'clock-started':
      return { ...onTask, type: act, number: facts['number'] as number, clock: facts['clock'] as unknown as TaskClock };
    case 'applicant-replied':
      return { ...onTask, type: act, outcome: facts['outcome'] as ReplyOutcome, repliedAt: facts['repliedAt'] as IsoInstant, by: who };
    case 'case-decided':
      return { ...told, type: 'case-decided', decision: facts['decision'] as Decision, by: who, onThoseOfThen: true };
    case 'request-withdrawn':
      return { ...told, type: 'withdrawn', by: who, ...(facts['openerLeft'] === true ? { openerLeft: true } : {}) };
    default:
      return null;
  }
}

/** Which outcome of a review it is about. */
const outcomeIn = (facts: AuditFacts): { readonly outcome?: string } => (facts['outcome'] === undefined ? {} : { outcome: facts['outcome'] as string });

/** By when what a panel decides is to be on record, where its day was set with the act. */
const recordingIn = (facts: AuditFacts): { readonly recording?: Duty } =>
  facts['recording'] === undefined ? {} : { recording: dutyTold(facts['recording'] as unknown as Duty) };

/** The day on which an applicant was told, of an act after which a case closes by itself counted from it. An act of before has none such. */
const countedFromIn = (facts: AuditFacts): { readonly toldOn?: IsoDate } =>
  facts['closesFrom'] === undefined ? {} : { toldOn: facts['closesFrom'] as IsoDate };
