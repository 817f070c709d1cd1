/**
 * What every process shares between its workflow, the activities and the web: messages, and the state of a case.
 * Ids, enumerations and dates only: nothing personal ever enters Temporal.
 */
import type { IsoDate, IsoInstant } from '../../config/clock';
import type { LadderRole, PlannedRung } from '../../config/policy';

export type TaskId = `T${number}`;

/** A task as the case starts with it: who is asked, and the clock with its ladder, worked out before the start. */
export interface TaskInput {
  readonly id: TaskId;
  /** The partner's code in the protocol file. */
  readonly partner: string;
  /** Its name as it was at the opening, for the words of the Temporal UI. */
  readonly name: string;
  readonly clock: TaskClock;
}

/** The part of a worked-out clock that a workflow acts on; the working of it stays in the store. */
export interface TaskClock {
  /** Raised by each extension, pause or correction: an extended case is "due today" twice, and both are mailed. */
  readonly version: number;
  readonly dueOn: IsoDate;
  readonly dueAt: IsoInstant;
  readonly rungs: readonly PlannedRung[];
  readonly calendarVersion: string;
}

/** How a task can be answered in the end. */
export const answerKinds = ['shared-in-full', 'shared-in-part', 'nothing-held', 'refused'] as const;
export type AnswerKind = (typeof answerKinds)[number];

/** What the workflow learns of an answer that the store holds. On time is judged by `receivedAt`. */
export interface StoredAnswer {
  readonly id: string;
  readonly task: TaskId;
  readonly kind: AnswerKind;
  readonly receivedAt: IsoInstant;
}

export type MailStep = string;

/** Whom a mail of a case goes to: a rung's roles, or the person who opened the case. */
export type Recipient = LadderRole | 'requester';

/** One mail to be sent to one or more roles. Its text is made when it is sent, from what is true then. */
export interface Notice {
  /** The task it speaks of. */
  readonly task: TaskId;
  /** The rung's step, or `request`, `answer-received`, `not-delivered`. */
  readonly step: MailStep;
  readonly clockVersion: number;
  readonly to: readonly Recipient[];
  /** A chase is dropped once the task is answered, and once its next rung has come: no burst after an outage. */
  readonly chase: boolean;
  readonly supersededAt?: IsoInstant;
}

/** An entry of the case's timeline. */
export type CaseEvent =
  | { readonly event: 'request-sent'; readonly at: IsoInstant; readonly task: TaskId }
  | { readonly event: 'rungs-already-past'; readonly at: IsoInstant; readonly task: TaskId; readonly steps: readonly string[] }
  | {
      readonly event: 'answer-received';
      readonly at: IsoInstant;
      readonly task: TaskId;
      readonly kind: AnswerKind;
      readonly late: boolean;
    }
  | {
      readonly event: 'notice-sent';
      readonly at: IsoInstant;
      readonly task: TaskId;
      readonly step: MailStep;
      readonly to: Recipient;
    }
  | {
      readonly event: 'notice-not-delivered';
      readonly at: IsoInstant;
      readonly task: TaskId;
      readonly step: MailStep;
      readonly to: Recipient;
      readonly reason: UndeliverableReason;
    }
  | { readonly event: 'became-overdue'; readonly at: IsoInstant; readonly task: TaskId }
  | { readonly event: 'case-closed'; readonly at: IsoInstant; readonly outcome: string; readonly by?: string };

export type UndeliverableReason = 'no-address' | 'address-refused';

export interface TaskState {
  readonly id: TaskId;
  readonly partner: string;
  readonly name: string;
  clock: TaskClock;
  status: 'open' | 'answered' | 'unanswered';
  overdue: boolean;
  /** How many rungs of the ladder are behind. */
  rungsPassed: number;
  answer: (StoredAnswer & { readonly late: boolean }) | null;
}

/** What changes of a task. Its partner and clock stand in the store since the opening: an order repeats neither. */
export type TaskProjection = Pick<TaskState, 'id' | 'status' | 'overdue' | 'rungsPassed' | 'answer'>;

/** What lists and pages show of a case: a copy of the workflow's state, applied only if its sequence number is newer. */
export interface CaseProjection {
  readonly seq: number;
  readonly stage: string;
  readonly tasks: readonly TaskProjection[];
  readonly overdue: boolean;
  readonly openTasks: number;
  /** The first due moment of the tasks without an answer. */
  readonly dueAt: IsoInstant | null;
  /** When the case closes by itself, once all have answered. */
  readonly closeAt: IsoInstant | null;
  /** When the workflow will wake next by itself; a case that passes it without a sign is alarmed by the watchdog. */
  readonly nextWakeAt: IsoInstant | null;
  readonly outcome: string | null;
}

/** One wake's work, done in one activity: record the state, send what is due, say what was found. */
export interface WorkOrder {
  readonly caseRef: string;
  readonly projection: CaseProjection;
  readonly events: readonly CaseEvent[];
  readonly notices: readonly Notice[];
  /** Set when the case is to close by itself a while after this moment, and the date has to be worked out. */
  readonly closeAfter?: IsoInstant;
}

export interface WorkReport {
  /** Notices that the mail server would not take now: the workflow tries again later. */
  readonly deferred: readonly Notice[];
  /** Notices that can never be delivered to that role. */
  readonly undeliverable: readonly { readonly notice: Notice; readonly to: Recipient; readonly reason: UndeliverableReason }[];
  readonly closeAt?: IsoInstant;
}

/** What a workflow asks of the world. `activities/index.ts` satisfies it, and so does the fake of the workflow tests. */
export interface CaseActivities {
  carryOut(order: WorkOrder): Promise<WorkReport>;
  /**
   * All final answers that the store holds for a case, delivered or not. Asked before a rung fires or silence is
   * decided: after an outage the timer must not beat a stored answer.
   */
  storedAnswers(caseRef: string): Promise<readonly StoredAnswer[]>;
}

/** Failure types that an update can be rejected with; the web has one message for each. */
export type RejectionType = 'CaseEnded' | 'TaskUnknown' | 'NotYetAnswered' | 'LadderNotFinished';

/** Search attributes that managers filter by in the Temporal UI; registered and checked before anything is served. */
export const searchAttributeNames = {
  process: 'Process',
  reference: 'Reference',
  stage: 'Stage',
  partners: 'Partners',
  dueAt: 'DueAt',
  overdue: 'Overdue',
  openTasks: 'OpenTasks',
} as const;
