/**
 * What every process shares between its workflow, the activities and the web: messages, and the state of a case.
 * Ids, enumerations and dates only: nothing personal ever enters Temporal.
 */
import type { IsoDate, IsoInstant } from '../../config/clock';
import type { LadderRole, PlannedRung } from '../../config/policy';
import type { AnswerKind, Decision, OwnRefusal, TaskKind } from '../../config/processes';

export type TaskId = `T${number}`;

/** A task as a run of the case starts with it: who is asked, and the clock with its ladder, worked out before the start. */
export interface TaskInput {
  readonly id: TaskId;
  /** What is asked, where the process asks more than one thing. */
  readonly kind?: TaskKind;
  /** The partner's code in the protocol file. */
  readonly partner: string;
  /** The name of the partner, and of its team if that is asked, as it was: for the words of the Temporal UI. */
  readonly name: string;
  readonly clock: TaskClock;
  readonly byLaw?: ByLaw;
  /** Set in a reopened case for a task that is not asked again: how it stood. */
  readonly settled?: Pick<TaskState, 'status' | 'answer'>;
}

/** What every case starts with. */
export interface CaseInput {
  readonly schema: 1;
  readonly caseRef: string;
  /** The asking partner's code. */
  readonly opener: string;
  readonly tasks: readonly TaskInput[];
  /** Whether a question back to the requester stops the clock until the reply; as the protocol said at the opening. */
  readonly questionPausesClock: boolean;
  /**
   * Set in a case that was reopened: which opening this is, the number its states go on from, and the number of the last
   * act that belongs to the openings before.
   */
  readonly reopened?: { readonly run: number; readonly seq: number; readonly after: number };
  /**
   * Set in a case that was reopened, where its process tells everybody of its end: who had been told so, by task. They are told that
   * it goes on.
   */
  readonly toldOfEnd?: Readonly<Partial<Record<TaskId, readonly LadderRole[]>>>;
  /** Set in a case that was reopened by somebody else than whoever opened it, who is told. */
  readonly tellsOpener?: true;
  /**
   * Set in a case whose workflow was lost and is started again: the moment at which it first began. It begins as of then,
   * hears what it had been told, and goes on from where it would stand.
   */
  readonly beganAt?: IsoInstant;
}

/** The part of a worked-out clock that a workflow acts on; the working of it stays in the store. */
export interface TaskClock {
  /** Raised by each extension, pause or correction: an extended case is "due today" twice, and both are mailed. */
  readonly version: number;
  /** The due date; absent for a clock in hours. */
  readonly dueOn?: IsoDate;
  readonly dueAt: IsoInstant;
  readonly rungs: readonly PlannedRung[];
  readonly calendarVersion: string;
}

/**
 * What the law gives for a task beside the protocol, where it counts from a moment of its own: of the decision on the ICO,
 * 72 hours from when this controller became aware. It is shown, and moves no ladder.
 */
export interface ByLaw {
  readonly from: IsoInstant;
  readonly dueAt: IsoInstant;
}

/** When something is due: at the end of a date, or at a moment. */
export type Due = Pick<TaskClock, 'dueOn' | 'dueAt'>;

export type { AnswerKind };

/** What the workflow knows of an answer. On time is judged by `receivedAt`. */
export interface TaskAnswer {
  /** 1 for the first answer to the task; a correction has the next number. */
  readonly version: number;
  readonly kind: AnswerKind;
  readonly receivedAt: IsoInstant;
  readonly icoMore?: IcoMore;
}

/** Of a controller that has told the ICO in phases: more is to follow, the last of it was told, or it is not waited for any more. */
export type IcoMore = 'to-follow' | 'told' | 'left';

/**
 * What the CSP manager decides about a partner whose ladder is finished; and, of a breach, about a controller that has told the
 * ICO, and is silent on what was to follow: it is left as it is.
 */
export const silenceDecisions = ['left-unanswered', 'asked-again', 'left-as-it-is'] as const;
export type SilenceDecision = (typeof silenceDecisions)[number];

/**
 * Why the date of a task was moved: more time was given, the day it was counted from was put right, another due date or
 * panel was set for all who are awaited, the statutory date that it is derived from has moved, or the bank holidays have
 * changed.
 */
export const moveCauses = ['extended', 'corrected', 'rescheduled', 'statutory-date-moved', 'bank-holidays-changed'] as const;
export type MoveCause = (typeof moveCauses)[number];

/**
 * What a case is told by people. The store keeps each under the case before it says "received", and brings it over until
 * the case has given its word: as a signal, or by the workflow's own look before it acts on silence. Taken once, by its
 * number.
 */
export type CaseMessage = {
  /** Its number in the case's record of acts; what comes later has a higher one. */
  readonly seq: number;
  readonly at: IsoInstant;
  /**
   * Set on what the case had taken in a history that is lost, as Temporal was put back from an older copy or the workflow
   * was started again. It is taken as of its own moment, and the word that the case gave on it stands.
   */
  readonly takenBefore?: true;
} & (
  | {
      readonly type: 'answer';
      readonly task: TaskId;
      readonly answer: TaskAnswer;
      /** Who put it on record, if it came by telephone or otherwise beside Concordat. */
      readonly recordedBy?: 'requester' | 'holder';
    }
  /** A question back to the requester. The clock runs on, unless the case was opened under a protocol that pauses it. */
  | { readonly type: 'question'; readonly task: TaskId; readonly number: number }
  /** The requester's reply; with the clock worked out anew, if the question had paused it. */
  | { readonly type: 'reply'; readonly task: TaskId; readonly number: number; readonly clock?: TaskClock }
  /** The date of a task was moved, and its ladder with it: the clock worked out anew, and why. */
  | { readonly type: 'clock-moved'; readonly task: TaskId; readonly clock: TaskClock; readonly cause: MoveCause }
  /**
   * The moment at which the case closes by itself is another one, since the bank holidays have changed. It was counted from
   * the same moment as before: of a case that counts from another one by now it says nothing.
   */
  | {
      readonly type: 'closing-moved';
      readonly after: IsoInstant;
      readonly closeAt: IsoInstant;
      readonly before: IsoInstant;
      readonly cause: 'bank-holidays-changed';
      readonly calendarVersion: string;
    }
  /** Something is to be done by another day, or its reminders come on other days, since the bank holidays have changed. */
  | {
      readonly type: 'duty-moved';
      readonly duty: string;
      /** Raised by each move of it. */
      readonly version: number;
      readonly dueOn: IsoDate;
      readonly dueAt?: IsoInstant;
      readonly before: IsoDate;
      readonly rungs: readonly DutyRung[];
      readonly cause: 'bank-holidays-changed';
      readonly calendarVersion: string;
    }
  /** The task is somebody else's now: the partner, one of its teams, or a person of it. */
  | { readonly type: 'passed-on'; readonly task: TaskId; readonly name: string; readonly generation: number }
  | { readonly type: 'silence-decided'; readonly task: TaskId; readonly decision: SilenceDecision; readonly by: string }
  /** Somebody says that the case was counted from a wrong day; it is moved when a second person agrees. */
  | { readonly type: 'correction-proposed'; readonly number: number; readonly proposedBy: Proposer }
  /** By a second person: whoever proposed it is told. What its proposer takes back is told to nobody. */
  | { readonly type: 'correction-declined'; readonly number: number; readonly proposedBy: Proposer }
  /** Of a request of an applicant, confirmed, where no date moves by it, of which everybody would hear: whoever proposed it is told. */
  | { readonly type: 'correction-confirmed'; readonly number: number; readonly proposedBy: Proposer }
  | { readonly type: 'answers-confirmed'; readonly by: string }
  /**
   * Whoever opened the case has decided how it goes on: one of the decisions of its process. `onThoseOfThen`: it is about the objections
   * that there were, and another one has it decided anew; a build of before let the decision stand.
   */
  | { readonly type: 'case-decided'; readonly decision: Decision; readonly by: string; readonly onThoseOfThen?: true }
  /** @property openerLeft set where it was ended in the place of a former partner, which may go on with it outside Concordat */
  | { readonly type: 'withdrawn'; readonly by: string; readonly openerLeft?: true }
  /**
   * Of a review: another day of its panel, with when what it decides is to be on record by then. Dates of the answers that move
   * with it have messages of their own. A build of before did not have it put on record by a day.
   */
  | { readonly type: 'rescheduled'; readonly panelOn: IsoDate; readonly recording?: Duty }
  /** Of a review: who is on its panel from now on, by their accounts. */
  | { readonly type: 'panel-named'; readonly panel: readonly string[] }
  /**
   * Of a review: the panel has met, and what it decided is on record; with what is to be done now. `keeps`: the actions that stay as
   * they were, and `changes`: those that others take the place of; who had any other one is told that it is not to be done any
   * more. A build of before had neither, and told nobody.
   */
  | { readonly type: 'outcome-recorded'; readonly duties: readonly Duty[]; readonly keeps?: readonly string[]; readonly changes?: readonly string[] }
  /**
   * Of a review: its applicant was told the decision on the threshold, or the outcome. `toldOn`: on which day; a build of before counted from
   * the act. `outcome`: which one; a build of before did not say, and told one that was to be recorded anew as well.
   */
  | { readonly type: 'applicant-told'; readonly of: 'decision' | 'outcome'; readonly toldOn?: IsoDate; readonly outcome?: string }
  /**
   * Of a review: its applicant is not satisfied, and somebody looks at it again; who has to, is told of it. `outcome`: with which one, as in
   * `applicant-told`.
   */
  | { readonly type: 'not-satisfied'; readonly number: number; readonly duty: Duty; readonly told: readonly Recipient[]; readonly outcome?: string }
  /**
   * `granted`: it is changed to a review after all, with what is to be done for that. `anew`: what the panel decided is changed, and is to
   * be put on record anew. `result`: of an internal review, what came of it ends the case. `toldOn`: as in `applicant-told`.
   */
  | {
      readonly type: 'looked-at-again';
      readonly number: number;
      readonly granted?: Duty;
      readonly anew?: Duty;
      readonly result?: ReviewResult;
      readonly toldOn?: IsoDate;
    }
  /** Of a review: an action of its plan was done, or is not followed any more. */
  | { readonly type: 'action-settled'; readonly duty: string; /** Set if not whoever runs the review put it on record. */ readonly recordedBy?: 'holder' }
  | { readonly type: 'review-closed'; readonly by: string }
  /** More is asked of an open case, of a partner that it has or of another one: with the clocks as they are counted. */
  | { readonly type: 'tasks-added'; readonly tasks: readonly TaskInput[]; /** Of a review, where the day of its panel is set with it. */ readonly panelOn?: IsoDate; readonly recording?: Duty }
  /** Of a breach: a partner was told by telephone or in person, by its acknowledgement. */
  | { readonly type: 'call-recorded'; readonly task: TaskId; readonly calledAt: IsoInstant }
  /** Of a breach: a controller has told the ICO more, after it had told it first. `recordedBy`: set where another put it on record. */
  | { readonly type: 'ico-informed'; readonly task: TaskId; readonly informedAt: IsoInstant; readonly isLast: boolean; readonly recordedBy?: 'requester' }
  /** Of a withdrawal: two people have put the day of receipt right, and its partner leaves at another moment. */
  | { readonly type: 'end-moved'; readonly endsAt: IsoInstant }
  /**
   * Of a breach: these controllers became aware at another time than was said. `tellsDecided`: who has decided is told as well; a build
   * of before told only whose decision was to come.
   */
  | { readonly type: 'awareness-corrected'; readonly byLaw: Readonly<Record<TaskId, ByLaw>>; readonly tellsDecided?: true }
  | { readonly type: 'breach-closed'; readonly outcome: 'dealt-with' | 'no-breach'; readonly by: string }
  /**
   * Of a request of an applicant: items were added, or came from another originator than was thought. The originators of
   * these are asked; a task of which no item is left is not waited for any more.
   */
  | {
      readonly type: 'items-changed';
      readonly tasks: readonly TaskInput[];
      readonly items: readonly ItemInput[];
      /** Tasks of which no item is left. */
      readonly dropped: readonly TaskId[];
      /** Tasks that an item was taken from: it came from somebody else. */
      readonly moved?: readonly TaskId[];
    }
  /**
   * Of a request of an applicant: what is disclosed of an item. `exceptional`: before its originator's time had run out.
   * `untilAnswered`: what its originator says later undoes it. A build of before did not say so, and the case did not know.
   */
  | { readonly type: 'item-decided'; readonly item: string; readonly decision: ItemDecision; readonly exceptional: boolean; readonly untilAnswered?: true }
  /** Of a request of an applicant: an originator was asked to deal with the items itself. No clock stops for that. */
  | { readonly type: 'referred'; readonly task: TaskId }
  /** Something is awaited of the applicant, and the statutory clock stands still. */
  | {
      readonly type: 'clock-stopped';
      readonly task: TaskId;
      readonly number: number;
      /** Where it is a fee: until when it can be paid. */
      readonly lapse?: Lapse;
    }
  /** The fee can be paid for longer, or its case closes by itself later, since the bank holidays have changed. */
  | { readonly type: 'fee-lapse-moved'; readonly task: TaskId; readonly number: number; readonly lapse: Lapse; readonly before: Lapse }
  /** It came, and the clock goes on, counted anew. */
  | { readonly type: 'clock-started'; readonly task: TaskId; readonly number: number; readonly clock: TaskClock }
  /** Of a request of an applicant: the applicant was replied to, or told that the request is refused as a whole. */
  | { readonly type: 'applicant-replied'; readonly task: TaskId; readonly outcome: ReplyOutcome; readonly repliedAt: IsoInstant; readonly by: string }
);

/** What an applicant was told: of a subject access request the first two, of an FOI or EIR request the others. */
export const replyOutcomes = [
  'replied',
  'refused',
  'disclosed',
  'disclosed-in-part',
  'withheld',
  'not-held',
  'refused-cost',
  'refused-vexatious',
  'refused-repeated',
  'transferred',
] as const;
export type ReplyOutcome = (typeof replyOutcomes)[number];

/** What comes of an internal review: the reply stands, it is changed, or the applicant has taken it back. */
export const reviewResults = ['stands', 'changed', 'taken-back'] as const;
export type ReviewResult = (typeof reviewResults)[number];

/** The end of a fees notice that is not paid. */
export interface Lapse {
  /** The first instant at which a payment is too late. */
  readonly lapsesAt: IsoInstant;
  /** When whoever runs the request is reminded of it. A notice of before had none. */
  readonly remindAt?: IsoInstant;
  /** When the case closes by itself then: until that a payment that came in time can still be put on record. */
  readonly closesAt: IsoInstant;
}

/** What the workflow knows of an item of a request of an applicant; what it is, is sealed. */
export interface ItemInput {
  /** `I1`, the first */
  readonly id: string;
  /** The task of its originator; null for what is the receiver's own. */
  readonly task: TaskId | null;
}
/** The last two are of an FOI or EIR request only. */
export const itemDecisions = ['disclose', 'disclose-in-part', 'withhold', 'not-held', 'neither-confirm-nor-deny'] as const;
export type ItemDecision = (typeof itemDecisions)[number];

/** Who proposed a correction: the person who opened the case, the CSP manager, or somebody else of the opener's team. */
export type Proposer = 'requester' | 'csp-manager' | 'colleague';

export type MailStep = string;

/**
 * Whom a mail of a case goes to: a rung's roles of the partner asked, the person who opened the case, or, of a request of an
 * applicant, the governance lead of the partner that received it, who decides.
 */
export type Recipient = LadderRole | 'requester' | 'decider';

/** Something that is to be done in a case by a day, besides answering. */
export interface Duty {
  /** What is to be done, with a number: `action-3`. */
  readonly id: string;
  /** From when on it is overdue. One of a build of before has none. */
  readonly dueAt?: IsoInstant;
  readonly rungs: readonly DutyRung[];
}
export type DutyRung = Omit<PlannedRung, 'to'> & { readonly to: readonly Recipient[] };

/** What a notice is of that speaks of no single task. */
export const wholeCase: TaskId = 'T0';

/** One mail to be sent to one or more roles. Its text is made when it is sent, from what is true then. */
export interface Notice {
  /** The task it speaks of, or `wholeCase`. */
  readonly task: TaskId;
  /**
   * The rung's step, or what has happened: `request`, `answer-received`, `question-1`, `passed-on-2`, `clock-moved`,
   * `closing-moved-7` by the number of the act, `withdrawn`.
   */
  readonly step: MailStep;
  readonly clockVersion: number;
  readonly to: readonly Recipient[];
  /** A chase is dropped once the task is answered, and once its next rung has come: no burst after an outage. */
  readonly chase: boolean;
  readonly supersededAt?: IsoInstant;
  /**
   * Set on the news of a date that changed bank holidays have moved: the version it is counted with now. Each person gets
   * the news of all cases of that change together.
   */
  readonly calendarVersion?: string;
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
      readonly version: number;
      readonly late: boolean;
    }
  | { readonly event: 'question-asked' | 'question-answered'; readonly at: IsoInstant; readonly task: TaskId }
  | { readonly event: 'clock-paused'; readonly at: IsoInstant; readonly task: TaskId }
  | { readonly event: 'clock-resumed'; readonly at: IsoInstant; readonly task: TaskId; readonly due: Due }
  | {
      readonly event: 'clock-moved';
      readonly at: IsoInstant;
      readonly task: TaskId;
      readonly cause: MoveCause;
      readonly due: Due;
      readonly before: Due;
    }
  /** What it was counted from was put right after it was answered. */
  | {
      readonly event: 'answer-judged-anew';
      readonly at: IsoInstant;
      readonly task: TaskId;
      readonly late: boolean;
      readonly due: Due;
      readonly before: Due;
    }
  | {
      readonly event: 'closing-moved';
      readonly at: IsoInstant;
      readonly cause: 'bank-holidays-changed';
      readonly closeAt: IsoInstant;
      readonly before: IsoInstant;
    }
  | {
      readonly event: 'duty-moved';
      readonly at: IsoInstant;
      readonly duty: string;
      readonly cause: 'bank-holidays-changed';
      readonly dueOn: IsoDate;
      readonly before: IsoDate;
    }
  | { readonly event: 'task-passed-on'; readonly at: IsoInstant; readonly task: TaskId; readonly name: string }
  | {
      readonly event: 'silence-decided';
      readonly at: IsoInstant;
      readonly task: TaskId;
      readonly decision: SilenceDecision;
      readonly by: string;
    }
  | { readonly event: 'correction-proposed'; readonly at: IsoInstant; readonly number: number }
  | { readonly event: 'case-reopened'; readonly at: IsoInstant; readonly run: number }
  | { readonly event: 'rescheduled'; readonly at: IsoInstant; readonly panelOn: IsoDate }
  | { readonly event: 'applicant-told'; readonly at: IsoInstant; readonly of: 'decision' | 'outcome' }
  | { readonly event: 'outcome-recorded' | 'not-satisfied' | 'looked-at-again'; readonly at: IsoInstant }
  | { readonly event: 'action-settled'; readonly at: IsoInstant; readonly duty: string }
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
      /** The last day on which all are away, where that is known. */
      readonly until?: IsoDate;
    }
  | { readonly event: 'became-overdue'; readonly at: IsoInstant; readonly task: TaskId }
  /** Of a withdrawal: it is a former partner now. */
  | { readonly event: 'membership-ended'; readonly at: IsoInstant }
  /** Of a withdrawal: by the day of receipt as it was put right, it becomes a former partner at another moment. */
  | { readonly event: 'end-moved'; readonly at: IsoInstant; readonly endsAt: IsoInstant; readonly before: IsoInstant }
  /** Its time is over without an answer, and the process knows what that means: nobody decides on it. */
  | { readonly event: 'silence-counted'; readonly at: IsoInstant; readonly task: TaskId }
  | { readonly event: 'case-decided'; readonly at: IsoInstant; readonly decision: Decision; readonly by: string }
  | { readonly event: 'partner-called'; readonly at: IsoInstant; readonly task: TaskId }
  | { readonly event: 'ico-informed'; readonly at: IsoInstant; readonly task: TaskId; readonly isLast: boolean }
  | { readonly event: 'awareness-corrected'; readonly at: IsoInstant; readonly task: TaskId; readonly byLaw: ByLaw; readonly before: ByLaw }
  /** Nobody is waited for any more who was consulted; the task is that of whoever decides. */
  | { readonly event: 'views-closed'; readonly at: IsoInstant; readonly task: TaskId }
  | { readonly event: 'items-changed'; readonly at: IsoInstant; readonly items: readonly string[] }
  | { readonly event: 'item-decided'; readonly at: IsoInstant; readonly item: string; readonly decision: ItemDecision; readonly exceptional: boolean }
  | { readonly event: 'referred' | 'consultation-dropped'; readonly at: IsoInstant; readonly task: TaskId }
  /** Of the statutory clock; what is awaited of the applicant stands on record. */
  | { readonly event: 'statutory-clock-stopped'; readonly at: IsoInstant; readonly task: TaskId }
  | { readonly event: 'statutory-clock-started'; readonly at: IsoInstant; readonly task: TaskId; readonly due: Due }
  | { readonly event: 'applicant-replied'; readonly at: IsoInstant; readonly outcome: ReplyOutcome; readonly late: boolean }
  /** The time to pay a fee has run out. */
  | { readonly event: 'fee-lapsed'; readonly at: IsoInstant; readonly task: TaskId }
  /** It can be paid for longer, or the case closes by itself later. */
  | { readonly event: 'fee-lapse-moved'; readonly at: IsoInstant; readonly task: TaskId; readonly lapse: Lapse; readonly before: Lapse }
  | {
      readonly event: 'case-closed';
      readonly at: IsoInstant;
      readonly outcome: string;
      readonly by?: string;
      /** The tasks whose decision was not waited for any more, where the process says so of its end. */
      readonly undecided?: readonly TaskId[];
    };

/** `all-away`: there is an address, and whoever has it is away with nobody standing in. */
export type UndeliverableReason = 'no-address' | 'all-away' | 'address-refused';

export interface TaskState {
  readonly id: TaskId;
  readonly kind?: TaskKind;
  readonly partner: string;
  name: string;
  clock: TaskClock;
  byLaw?: ByLaw;
  status: TaskStatus;
  overdue: boolean;
  /** The number of the question back that waits for the requester's reply. */
  question: number | null;
  /** Since when its clock stands still; null while it runs. */
  pausedAt: IsoInstant | null;
  /** How many rungs of the ladder are behind. */
  rungsPassed: number;
  /** Whom the ladder has been mailed to, by this clock or an earlier one: they are told when the date moves. */
  reached: readonly LadderRole[];
  answer: (TaskAnswer & { readonly late: boolean }) | null;
}

/**
 * `unanswered`: the ladder is finished and the CSP manager decides. `left-unanswered`: it was decided to wait no more, or
 * the process waits no longer than the time it gives.
 * An answer is taken in each of them, until the case is closed.
 */
export const taskStatuses = ['open', 'answered', 'unanswered', 'left-unanswered'] as const;
export type TaskStatus = (typeof taskStatuses)[number];

/** What changes of a task. Its partner and clock stand in the store since the opening: an order repeats neither. */
export type TaskProjection = Pick<
  TaskState,
  'id' | 'status' | 'overdue' | 'question' | 'pausedAt' | 'rungsPassed' | 'answer'
>;

/** What lists and pages show of a case: a copy of the workflow's state, applied only if its sequence number is newer. */
export interface CaseProjection {
  /** Which opening of the case it is of: what an earlier one still has to say changes nothing of this one. */
  readonly run: number;
  readonly seq: number;
  readonly stage: string;
  readonly tasks: readonly TaskProjection[];
  /** What is to be done besides answering, by its ids; of a process that knows such. */
  readonly duties?: readonly string[];
  readonly overdue: boolean;
  readonly openTasks: number;
  /** The first due moment of what waits: of the tasks without an answer, and of what is to be done besides. */
  readonly dueAt: IsoInstant | null;
  /** The same of what does not stand still: from then on it is overdue. What a build of before has said has none. */
  readonly overdueFrom?: IsoInstant | null;
  /** When the case closes by itself, once all have answered. */
  readonly closeAt: IsoInstant | null;
  /** When the workflow will wake next by itself; a case that passes it without a sign is alarmed by the watchdog. */
  readonly nextWakeAt: IsoInstant | null;
  readonly outcome: string | null;
}

/** What a case says to something that it was told: that it has taken it, or the rule that forbids it. */
export interface Word {
  /** The message's number. */
  readonly seq: number;
  readonly rejection: RejectionType | null;
}

/** What an opening of a case has heard, by the numbers of the record of acts. */
export interface Heard {
  readonly run: number;
  /** What came up to this number belongs to an earlier opening. */
  readonly after: number;
  /** Of what came later: what was taken, or refused. */
  readonly numbers: readonly number[];
}

/** One wake's work, done in one activity: record the state, send what is due, say what was found. */
export interface WorkOrder {
  readonly caseRef: string;
  readonly projection: CaseProjection;
  /** Goes on record, where whoever told the case looks for it. */
  readonly words: readonly Word[];
  readonly events: readonly CaseEvent[];
  readonly notices: readonly Notice[];
  /** Set when the case is to close by itself a while after this moment, and the date has to be worked out. */
  readonly closeAfter?: IsoInstant;
  /** With it, where the while is counted from a day that was before it: that on which an applicant was told. */
  readonly closeFrom?: IsoDate;
  /** Set in the one order that records the case as closed. */
  readonly closes?: true;
}

export interface WorkReport {
  /** The number under which the order was recorded. Missing in what a build of before has reported. */
  readonly seq?: number;
  /** Notices that the mail server would not take now: the workflow tries again later. */
  readonly deferred: readonly Notice[];
  /** Notices that can never be delivered to that role; of those to one partner the first. */
  readonly undeliverable: readonly { readonly notice: Notice; readonly to: Recipient; readonly reason: UndeliverableReason }[];
  readonly closeAt?: IsoInstant;
  /** Once the store takes no more for a case that has closed: what it took in the instant before. */
  readonly lastMessages?: readonly CaseMessage[];
}

/** What a workflow asks of the world. `activities/index.ts` satisfies it, and so does the fake of the workflow tests. */
export interface CaseActivities {
  carryOut(order: WorkOrder): Promise<WorkReport>;
  /**
   * What the store holds for a case that it has not heard. Asked before a rung fires or silence is decided: after an outage
   * the timer must not beat a stored answer, nor after a copy was put back what the case once knew.
   */
  storedMessages(caseRef: string, heard: Heard): Promise<readonly CaseMessage[]>;
}

/**
 * The one signal: what the store holds and the case is told of, a `CaseMessage` or several in the order of the record. Each
 * is taken once however often it comes; the case's word on it goes on record. Not an update: of these a server takes ten
 * at a time, each costs one event more, and a case that is told forty things in one second does one wake's work for them.
 */
export const tellSignal = 'tell';

/** What a case answers when it is asked, also after it has ended: how it stands; and what it has heard, with the number of its state. */
export const statusQuery = 'status';
export const heardQuery = 'heard';

/** The rules by which a case does not take what it is told, of any process or of its own; the web has one message for each. */
export type RejectionType =
  | 'CaseEnded'
  | 'TaskUnknown'
  | 'LadderNotFinished'
  | 'AlreadyAnswered'
  | 'NoOpenQuestion'
  | 'NoLongerAwaited'
  | 'ClosingCountedAnew'
  | 'NotOfThisProcess'
  | OwnRefusal;

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
