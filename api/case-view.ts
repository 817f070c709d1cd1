/** A case in words, for the pages and the API: what stands where, and what has happened. */
import { formatDate, formatDue, formatInstant, lastDayBefore, londonDateOf } from '../calendar';
import type { IsoInstant } from '../config/clock';
import type { PlannedRung } from '../config/policy';
import { consultsOriginators, definitionOf, processes, startName, type ProcessSlug, type TaskKind } from '../config/processes';
import type { Protocol } from '../config/protocol';
import { askedName, partnerName } from '../config/protocol-rules';
import { wasRefused } from '../dispatch/clock';
import { stopInForce } from '../dispatch/items';
import { answerOf, currentAnswer, type AnswerDocument } from '../store/answers';
import type { AuditEntry } from '../store/audit';
import type { CaseDocument, CaseSummary, CaseTask, PlanReason, TaskPlan } from '../store/cases';
import { isLate } from '../workflows/shared/ladder';
import { taskStatuses, wholeCase, type ByLaw, type CaseEvent, type MoveCause, type Recipient, type SilenceDecision, type TaskStatus } from '../workflows/shared/contract';
import { isOfDuty } from '../workflows/shared/duties';
import { personIn } from '../workflows/shared/person';
import { openQuestion } from './cases/questions';
import { dutiesThatWait, dutyName } from './duties';
import type { WebDependencies } from './dependencies';
import { webProcess } from './processes';
import type { TaskKindWords } from './processes/process';

export interface Tag {
  readonly text: string;
  /** The design system's colour class; empty for its default. */
  readonly classes: string;
}

const tags = {
  waiting: { text: 'Waiting for answer', classes: 'govuk-tag--blue' },
  overdue: { text: 'Overdue', classes: 'govuk-tag--red' },
  question: { text: 'Question open', classes: 'govuk-tag--yellow' },
  paused: { text: 'Clock stopped', classes: 'govuk-tag--yellow' },
  unanswered: { text: 'Unanswered: to decide', classes: 'govuk-tag--red' },
  toDecide: { text: 'To decide', classes: 'govuk-tag--red' },
  notAnswered: { text: 'Not answered', classes: 'govuk-tag--grey' },
  answered: { text: 'Answered', classes: 'govuk-tag--green' },
  answeredLate: { text: 'Answered late', classes: 'govuk-tag--orange' },
  replied: { text: 'Replied', classes: 'govuk-tag--green' },
  closed: { text: 'Closed', classes: 'govuk-tag--grey' },
} as const satisfies Record<string, Tag>;

/** How a case ended, after "Case closed:". */
export const outcomeInWords = (process: ProcessSlug, outcome: string): string =>
  webProcess(process).words.outcomes[outcome] ?? outcome.replaceAll('-', ' ');

/** How a task stands, for those who look at it: of the reply to an applicant also that it went out. */
export const shownStatuses = [...taskStatuses, 'replied'] as const;
type ShownStatus = (typeof shownStatuses)[number];

/** A task as it stands: what the store knows, which may be ahead of the workflow's last word. */
export interface TaskView {
  readonly id: string;
  /** What is asked, where its process asks more than one thing. */
  readonly kind: TaskKind | null;
  readonly partner: string;
  readonly team: string | null;
  /** The clock in force. */
  readonly plan: TaskPlan;
  /** What the law gives beside it, where that counts otherwise. */
  readonly byLaw: ByLaw | null;
  /** The clocks before it, the newest first. */
  readonly earlierPlans: readonly TaskPlan[];
  readonly status: ShownStatus;
  readonly overdue: boolean;
  /** The number of the question that waits for the requester's reply. */
  readonly question: number | null;
  readonly isPaused: boolean;
  readonly answer: AnswerDocument | null;
  readonly late: boolean;
  /** How often the answer was corrected since the task was asked (again). */
  readonly corrections: number;
  /** The state in one word or two. */
  readonly tag: Tag;
  /** That, and what else is to be known at a glance. */
  readonly tags: readonly Tag[];
}

/**
 * @param answer the one in force; null if there is none
 * @param told what the record has of the task's question, where it was read: it may be ahead of the workflow's word
 */
export function taskView(
  document: Pick<CaseDocument, 'process' | 'projection' | 'ended'>,
  task: CaseTask,
  answer: AnswerDocument | null,
  now: IsoInstant,
  told?: { readonly question: number | null; readonly isPaused: boolean },
): TaskView {
  const [plan, ...earlierPlans] = [...task.plans].reverse();
  if (plan === undefined) throw new Error(`The task ${task.id} has no plan.`);
  const state = document.projection.tasks.find(({ id }) => id === task.id);
  const isAnswered = answer !== null || state?.status === 'answered';
  const status = isAnswered ? 'answered' : statusOf(document, task, state?.status ?? 'open');
  const waits = !isAnswered && !document.ended && status !== 'left-unanswered' && status !== 'replied';
  const question = waits ? (told === undefined ? (state?.question ?? null) : told.question) : null;
  const isPaused = waits && (told === undefined ? (state?.pausedAt ?? null) !== null : told.isPaused);
  const overdue = waits && !isPaused && Date.parse(plan.dueAt) <= Date.parse(now);
  const late = isAnswered && wasLate(state, plan, answer);
  const corrections = answer === null ? 0 : answer.version - task.answersBefore - 1;
  const found = tagOf({ process: document.process, kind: task.kind, status, overdue, late, isPaused, question, ended: document.ended });
  return {
    id: task.id,
    kind: task.kind ?? null,
    partner: task.partner,
    team: task.team,
    plan,
    byLaw: task.byLaw ?? null,
    earlierPlans,
    status,
    overdue,
    question,
    isPaused,
    answer,
    late,
    corrections,
    tag: found,
    tags: [
      found,
      ...(overdue && found !== tags.overdue ? [tags.overdue] : []),
      ...(question !== null && found !== tags.question ? [tags.question] : []),
      ...(corrections === 0 ? [] : [{ text: `Corrected ${timesInWords(corrections)}`, classes: 'govuk-tag--purple' }]),
    ],
  };
}

/** A reply to an applicant is not waited for any more once it went out; else, where the case ended as no fee was paid. */
const statusOf = ({ projection }: Pick<CaseDocument, 'projection'>, { kind }: Pick<CaseTask, 'kind'>, status: TaskStatus): ShownStatus =>
  kind === 'reply' && status === 'left-unanswered' && projection.outcome !== 'fee-unpaid' ? 'replied' : status;

/** The tasks as they stand by the record, which may be ahead of the workflow's last word. */
export function tasksAsRecorded(document: CaseDocument, record: readonly AuditEntry[], now: IsoInstant): TaskView[] {
  const answers = record.filter(({ act }) => act === 'answer-received').map(answerOf);
  const { questionPausesClock } = document.startInput;
  return document.tasks.map((task) => {
    const question = openQuestion(document, task, record);
    const state = document.projection.tasks.find(({ id }) => id === task.id);
    // A question that the workflow has not heard of yet stops the clock as soon as it does.
    const isStill = questionPausesClock && state?.status === 'open' && question !== null;
    const stops = isStill || (task.kind === 'reply' && stopInForce(record) !== null);
    return taskView(document, task, currentAnswer(answers, task), now, {
      question: question?.number ?? null,
      isPaused: stops,
    });
  });
}

/** Whether an originator is asked nothing any more, as none of its items is left: what it was asked counts for nothing. */
export const isDropped = ({ kind, status }: Pick<TaskView, 'kind' | 'status'>): boolean => kind === 'consult' && status === 'left-unanswered';

/** How many answers are asked for, and have come: a reply to an applicant is none. */
export function answersIn(views: readonly TaskView[]): { readonly asked: number; readonly answered: number } {
  const asked = views.filter((view) => view.kind !== 'reply' && !isDropped(view));
  return { asked: asked.length, answered: asked.filter(({ status }) => status === 'answered').length };
}

/** That somebody has to decide concerns who decides: for everybody else an answer is overdue, and still taken. */
export const viewsFor = (decides: boolean, views: readonly TaskView[]): readonly TaskView[] =>
  decides ? views : views.map((view) => (view.tag === tags.unanswered ? { ...view, tag: tags.overdue, tags: view.tags.filter((tag) => tag !== tags.unanswered) } : view));

/** As the workflow has judged it; before it has, by the rule that it will judge by. A correction leaves the judgement. */
function wasLate(
  state: CaseDocument['projection']['tasks'][number] | undefined,
  plan: TaskPlan,
  answer: AnswerDocument | null,
): boolean {
  if (state?.status === 'answered' && state.answer !== null) return state.answer.late;
  return answer !== null && isLate({ clock: plan, pausedAt: state?.pausedAt ?? null }, answer.receivedAt);
}

type Standing = Pick<TaskView, 'status' | 'overdue' | 'late' | 'isPaused' | 'question'> &
  Pick<CaseDocument, 'process' | 'ended'> & { readonly kind: TaskKind | undefined };

function tagOf({ process, kind, status, overdue, late, isPaused, question, ended }: Standing): Tag {
  if (status === 'answered') return late ? tags.answeredLate : tags.answered;
  if (status === 'replied') return tags.replied;
  if (status === 'left-unanswered') return notAwaited(process, kind);
  if (ended) return tags.notAnswered;
  // What comes of a reply that is late is decided by whoever has to give it, and by nobody else.
  if (status === 'unanswered') return kind === 'reply' ? tags.overdue : tags.unanswered;
  if (isPaused) return tags.paused;
  if (overdue) return tags.overdue;
  return question === null ? tags.waiting : tags.question;
}

/** Of a task that is not waited for any more. */
function notAwaited(process: ProcessSlug, kind?: TaskKind): Tag {
  const { words } = webProcess(process);
  const undecided = kind === undefined ? undefined : words.kinds?.[kind]?.undecided;
  return undecided === undefined ? { text: words.notAwaited, classes: 'govuk-tag--grey' } : { text: undecided.tag, classes: 'govuk-tag--orange' };
}

const timesInWords = (times: number): string => (times === 1 ? 'once' : times === 2 ? 'twice' : `${times} times`);

/** How a case stands in a word or two: overdue by what is not answered, or by what else is to be done in it. */
export function caseTag(document: Pick<CaseSummary, 'process' | 'projection' | 'ended' | 'duties'>, tasks: readonly TaskView[], now: IsoInstant): Tag {
  if (document.ended) return tags.closed;
  if (webProcess(document.process).decisionsOf(document).length > 0) return tags.toDecide;
  if (dutiesThatWait(document, now).some(({ isOverdue }) => isOverdue)) return tags.overdue;
  const first = (...wanted: Tag[]) => wanted.find((tag) => tasks.some((task) => task.tags.includes(tag)));
  const stage = webProcess(document.process).words.stageTags?.[document.projection.stage];
  // A reply to an applicant is no answer that somebody waits for: it is what is to be done next.
  const isAwaited = tasks.some(({ kind, tags: of }) => kind !== 'reply' && of.includes(tags.waiting));
  const stopped = stage === undefined ? tags.paused : undefined;
  const inTheWay = first(tags.overdue, tags.unanswered, ...(stopped === undefined ? [] : [stopped]), tags.question) ?? (isAwaited ? tags.waiting : undefined);
  // What a case waits for that is no answer, its stage says.
  if (inTheWay === undefined && stage !== undefined) return { text: stage, classes: 'govuk-tag--blue' };
  return inTheWay ?? (tasks.some(({ status }) => status === 'answered') ? tags.answered : notAwaited(document.process));
}

/** Why a task has a clock, or had one. */
const planReasons: Readonly<Record<PlanReason, string>> = {
  opened: 'when the case was opened',
  paused: 'after a question was answered: the days until the reply are left out',
  reopened: 'when the case was reopened',
  extended: 'when more time was given',
  corrected: 'when its start was corrected',
  rescheduled: 'when another date was set',
  'statutory-date-moved': 'when the statutory date moved',
  'bank-holidays-changed': 'when the bank holidays changed',
};

/** Why a task has a clock. @param before the one that it had before, if there was one */
export function planReason({ reason, paused }: Pick<TaskPlan, 'reason' | 'paused'>, before: Pick<TaskPlan, 'paused'> | undefined, kind: TaskKind | null): string {
  if (reason !== 'paused' || kind !== 'reply') return planReasons[reason];
  const isLeftOut = paused.length > (before?.paused.length ?? 0);
  return `after what was awaited of the applicant had come${isLeftOut ? ': the days until then are left out' : ', and anew from the day on which the last of it came'}`;
}

const moveCauseInWords = (cause: MoveCause, process: ProcessSlug): string =>
  ({
    extended: 'More time was given',
    corrected: `The ${startName(process)} was corrected`,
    rescheduled: 'Another date was set',
    'statutory-date-moved': 'The statutory date has moved',
    'bank-holidays-changed': 'The bank holidays have changed',
  })[cause];

/** Of a breach the first mails go to another mailbox than other mail. */
const contactName = (process: ProcessSlug): string =>
  definitionOf(process).mailedAt === 'breach' ? 'breach contact' : 'single point of contact';

const roleNames: Readonly<Record<Recipient, (partner: string, process: ProcessSlug) => string>> = {
  spoc: (partner, process) => `the ${contactName(process)} of ${partner}`,
  deputy: (partner) => `the deputy single point of contact of ${partner}`,
  'governance-lead': (partner) => `the information governance lead of ${partner}`,
  'csp-manager': () => 'the CSP manager',
  // Of a request of an applicant it would be taken for the applicant, who is never mailed.
  requester: (_, process) => (consultsOriginators(process) ? 'whoever put the request on record' : 'the person who asked'),
  decider: () => 'the information governance lead, who decides',
};

/** Steps by name; of a step that can come again, `question-2`, the name without its number. */
const stepNames: Readonly<Record<string, string>> = {
  request: 'Request',
  'answer-received': 'News of the answer',
  'answer-recorded': 'News that an answer was recorded',
  question: 'The question',
  reply: 'News of the reply',
  'passed-on': 'Request, as it was passed on,',
  'asked-again': 'Request to answer after all',
  'clock-moved': 'News of the new date',
  'closing-moved': 'News of the day on which the case closes by itself',
  'correction-proposed': 'Request to decide on a correction of the date',
  'correction-declined': 'News that the correction of the date was declined',
  'correction-confirmed': 'News that the correction of the date was confirmed, and moves no date',
  reopened: 'News that the case is open again',
  reminder: 'Reminder',
  'due-today': 'Reminder that the answer is due today',
  overdue: 'Notice that the answer is overdue',
  'escalate-deputy': 'Overdue notice, raised with the deputy,',
  'escalate-governance': 'Overdue notice, raised with the governance lead,',
  'escalate-csp': 'Escalation',
};

function stepInWords(step: string, process: ProcessSlug): string {
  if (step.startsWith('not-delivered')) return 'Notice that a mail could not be delivered';
  const name = personIn(step)?.what ?? step.replace(/-\d+$/, '');
  if (name === 'withdrawn') return `Notice that the ${processes[process].thing} was withdrawn`;
  const words = name.replaceAll('-', ' ');
  return webProcess(process).words.steps?.[name] ?? stepNames[name] ?? words.charAt(0).toUpperCase() + words.slice(1);
}

const rungNames: Readonly<Record<string, string>> = {
  overdue: 'overdue notice',
  'escalate-deputy': 'escalation to the deputy',
  'escalate-governance': 'escalation to the governance lead',
  'escalate-csp': 'escalation to the CSP manager',
};

/** One rung of the ladder that is still to come. */
function rungInWords(process: ProcessSlug, { step, to }: Pick<PlannedRung, 'step' | 'to'>, partner: string): string {
  const what = stepInWords(step, process).replace(/, raised.*|,$/, '');
  return `${what}, mailed to ${to.map((role) => roleNames[role](partner, process)).join(' and ')}`;
}

/** What is still sent by a clock if nothing is done. Of a clock in hours the moment counts. */
export const rungsToCome = (process: ProcessSlug, { rungs, dueOn }: Pick<TaskPlan, 'rungs' | 'dueOn'>, asked: string, now: IsoInstant) =>
  rungs
    .filter(({ at }) => Date.parse(at) > Date.parse(now))
    .map((rung) => ({
      on: dueOn === undefined ? formatInstant(rung.at) : formatDate(londonDateOf(rung.at)),
      text: rungInWords(process, rung, asked),
    }));

export interface TimelineEntry {
  readonly at: IsoInstant;
  /** "9:04am on Thursday 9 April 2026" */
  readonly moment: string;
  readonly text: string;
}

/**
 * What has happened, the newest first: the workflow's events, and what is on record and has not reached them yet.
 * @param record the record of the case's acts
 */
export function timelineOf(document: CaseDocument, record: readonly AuditEntry[], protocol: Protocol): TimelineEntry[] {
  const named = (id: string): TaskNamed => {
    const task = document.tasks.find((each) => each.id === id);
    return { asked: task === undefined ? id : askedName(protocol, task), kind: task?.kind };
  };
  const reader = ({ task, step, to }: MailEvent): string => {
    if (personIn(step) !== null) return 'somebody whom it names';
    const duty = task === wholeCase ? document.duties?.find(({ id }) => isOfDuty(step, id)) : undefined;
    if (to === 'spoc' && typeof duty?.holder === 'string') return 'the person who was named for it';
    return roleNames[to](duty === undefined ? named(task).asked : partnerName(protocol, duty.partner), document.process);
  };
  const notYetTold = record
    .filter((entry) => !wasRefused(record, entry))
    .map(eventToCome)
    .filter((event) => event !== null && !document.timeline.some((known) => isSame(known, event)));
  const openedAt = Date.parse(document.openedAt);
  const momentOf = ({ at }: { readonly at: IsoInstant }) => Math.max(Date.parse(at), openedAt);
  const entries = [
    ...record
      .filter(({ act }) => act === 'content-opened-with-reason')
      .map(({ at }) => ({ at, text: 'An auditor opened what was asked and answered, with a reason on record' })),
    // What a decision moves has entries of its own.
    ...record.flatMap((entry) => {
      const text = decidedInWords(entry, record, document.process);
      return text === undefined ? [] : [{ at: entry.at, text }];
    }),
    { at: document.openedAt, text: `Opened by ${partnerName(protocol, document.openedBy.partner)}` },
    ...[...document.timeline, ...notYetTold.filter((event) => event !== null)].map((event) => ({
      at: event.at,
      text: eventInWords(event, document, named, reader),
    })),
  ];
  return (
    entries
      .map((entry, order) => ({ ...entry, order }))
      // What was past before the case was opened is told after its opening.
      .sort((a, b) => momentOf(b) - momentOf(a) || b.order - a.order)
      .map(({ at, text }) =>
        Date.parse(at) < openedAt
          ? {
              at,
              moment: formatInstant(document.openedAt),
              text: `Before the opening, at ${formatInstant(at)}: ${text}`,
            }
          : { at, moment: formatInstant(at), text },
      )
  );
}

/** The event that the workflow will make of an act; null for an act that is none for the timeline before it is told. */
function eventToCome(entry: AuditEntry): CaseEvent | null {
  const { act, at, facts } = entry;
  const task = (entry.task ?? 'T0') as `T${number}`;
  switch (act) {
    case 'answer-received': {
      const { kind, version, receivedAt } = answerOf(entry);
      return { event: 'answer-received', at: receivedAt, task, kind, version, late: false };
    }
    case 'question-asked':
    case 'question-answered':
      return { event: act, at, task };
    case 'task-passed-on':
      return { event: act, at, task, name: facts['name'] as string };
    case 'case-reopened':
      return { event: act, at, run: (facts['next'] as { readonly run: number }).run };
    default:
      return null;
  }
}

function isSame(known: CaseEvent, coming: CaseEvent): boolean {
  if (known.event !== coming.event) return false;
  if (known.event === 'case-reopened') return known.run === (coming as typeof known).run;
  if (known.event === 'answer-received') {
    const { task, version } = coming as typeof known;
    return known.task === task && known.version === version;
  }
  return (
    'task' in known && 'task' in coming && known.task === coming.task && Date.parse(known.at) === Date.parse(coming.at)
  );
}

/** Of a correction: whoever proposed it can take it back. */
function decidedInWords(
  { act, facts, by }: AuditEntry,
  record: readonly AuditEntry[],
  process: ProcessSlug,
): string | undefined {
  if (act === 'correction-confirmed') return `A second person confirmed the correction of the ${startName(process)}`;
  if (act !== 'correction-declined') return undefined;
  const isOwn = record.some(
    (entry) =>
      entry.act === 'correction-proposed' &&
      entry.facts['number'] === facts['number'] &&
      entry.by.account === by.account,
  );
  return `The correction of the ${startName(process)} was ${isOwn ? 'taken back' : 'declined'}. The dates stay as they are`;
}

const decisions: Readonly<Record<SilenceDecision, string>> = {
  'asked-again': 'ask again',
  'left-unanswered': 'leave it unanswered',
  'left-as-it-is': 'leave it as it is, without what was still to follow',
};

/** A mail that was sent, or could not be. */
type MailEvent = Extract<CaseEvent, { readonly event: 'notice-sent' | 'notice-not-delivered' }>;

/** Whom a task asks, and what, where its process asks more than one thing. */
interface TaskNamed {
  readonly asked: string;
  readonly kind: TaskKind | undefined;
}

/** A task by its name: "Essex Police: acknowledgement". */
export function taskName(
  { process }: Pick<CaseDocument, 'process'>,
  task: Pick<CaseTask, 'partner' | 'team'> & { readonly kind?: TaskKind | null },
  protocol: Protocol,
): string {
  const asked = askedName(protocol, task);
  const words = task.kind === undefined || task.kind === null ? undefined : webProcess(process).words.kinds?.[task.kind];
  return words === undefined ? asked : `${asked}: ${words.name}`;
}

function eventInWords(
  event: CaseEvent,
  document: Pick<CaseDocument, 'process' | 'duties'>,
  named: (task: string) => TaskNamed,
  reader: (event: MailEvent) => string,
): string {
  const { process } = document;
  const { words } = webProcess(process);
  const asked = (task: string): string => named(task).asked;
  const kindOf = (task: string): TaskKindWords | undefined => {
    const { kind } = named(task);
    return kind === undefined ? undefined : words.kinds?.[kind];
  };
  const about = (task: string): string => {
    const kind = kindOf(task);
    return kind === undefined ? '' : ` (${kind.name})`;
  };
  switch (event.event) {
    case 'request-sent':
      return `Clock started for ${asked(event.task)}${about(event.task)}`;
    case 'rungs-already-past':
      return `Already past for ${asked(event.task)}${about(event.task)} when it was asked: ${event.steps
        .map((step) => rungNames[step] ?? step.replaceAll('-', ' '))
        .join(', ')}. It starts at the last of these`;
    case 'answer-received': {
      const done = kindOf(event.task)?.done ?? 'answered';
      const what = event.version > 1 ? `${done} again` : done;
      // How it was answered is content: the other partners of the case see that it was, and when.
      return `${asked(event.task)} ${what}${event.late ? ' (late)' : ''}`;
    }
    case 'question-asked':
      return `${asked(event.task)} asked a question back`;
    case 'question-answered':
      return `The question of ${asked(event.task)} was answered`;
    case 'clock-paused':
      return `The clock of ${asked(event.task)} stopped until the question is answered`;
    case 'clock-resumed':
      return `The clock of ${asked(event.task)} goes on. The answer is now due by ${formatDue(event.due)}`;
    case 'clock-moved':
      return (
        `${moveCauseInWords(event.cause, process)}: the answer of ${asked(event.task)}${about(event.task)} is due by ` +
        `${formatDue(event.due)}, and not ${event.before.dueOn === undefined ? 'at' : 'of'} ${event.before.dueOn === undefined ? formatInstant(event.before.dueAt) : formatDate(event.before.dueOn)}`
      );
    case 'answer-judged-anew':
      return (
        `The ${startName(process)} was corrected: ${asked(event.task)}${about(event.task)} had until ${formatInstant(event.due.dueAt)}, ` +
        `and not ${formatInstant(event.before.dueAt)}, so it was ${event.late ? 'late' : 'in time'}`
      );
    case 'rescheduled':
      return `The panel meets on ${formatDate(event.panelOn)}`;
    case 'outcome-recorded':
      return 'What the panel decided is on record';
    case 'applicant-told':
      return event.of === 'decision' ? 'The applicant was told the decision on the threshold' : 'The applicant was told the outcome';
    case 'not-satisfied':
      return 'The applicant is not satisfied. It is looked at again';
    case 'action-settled':
      return `What came of ${dutyName(document, event.duty)} of the plan is on record`;
    case 'looked-at-again':
      return 'It was looked at again, and the applicant told what came of it';
    case 'closing-moved':
      return (
        `${moveCauseInWords(event.cause, process)}: the case closes by itself at the end of ` +
        `${formatDate(lastDayBefore(event.closeAt))}, and not of ${formatDate(lastDayBefore(event.before))}`
      );
    case 'duty-moved':
      return (
        `${moveCauseInWords(event.cause, process)}: ${webProcess(process).words.duties?.[event.duty.replace(/-\d+$/, '')] ?? event.duty} is to be done by ${formatDate(event.dueOn)}, ` +
        `and not by ${formatDate(event.before)}`
      );
    case 'correction-proposed':
      return `A correction of the ${startName(process)} was proposed. A second person decides on it`;
    case 'task-passed-on':
      return `Passed on within the partner, to ${event.name}`;
    case 'silence-decided':
      return `The CSP manager decided on ${asked(event.task)}${about(event.task)}: ${decisions[event.decision]}`;
    case 'case-reopened':
      return words.reopened ?? 'Case reopened';
    case 'notice-sent':
      return `${stepInWords(event.step, process)}${about(event.task)} mailed to ${reader(event)}`;
    case 'notice-not-delivered':
      return `${stepInWords(event.step, process)}${about(event.task)} could not be delivered to ${reader(event)}: ${
        undeliverableInWords(event)
      }`;
    case 'became-overdue':
      return words.becameOverdue?.(asked(event.task), named(event.task).kind) ?? `The answer of ${asked(event.task)} became overdue`;
    case 'membership-ended':
      return 'The last day is over: it is a former partner, and its general access has ended';
    case 'end-moved':
      return (
        `The ${startName(process)} was corrected: the last day as a partner is ${formatDate(lastDayBefore(event.endsAt))}, ` +
        `and not ${formatDate(lastDayBefore(event.before))}`
      );
    case 'silence-counted':
      return `No answer of ${asked(event.task)}${about(event.task)} came in time: ${words.notAwaited.charAt(0).toLowerCase()}${words.notAwaited.slice(1)}`;
    case 'case-decided':
      return `The partner that opened the case ${words.decisions[event.decision]?.done ?? 'decided'}`;
    case 'partner-called':
      return `${asked(event.task)} was told by telephone or in person`;
    case 'ico-informed':
      return `${asked(event.task)} gave the ICO further information${event.isLast ? ', the last' : '; more is to follow'}`;
    case 'awareness-corrected':
      return (
        `${asked(event.task)} became aware at ${formatInstant(event.byLaw.from)}, and not at ${formatInstant(event.before.from)}: ` +
        `by law its hours end at ${formatInstant(event.byLaw.dueAt)}`
      );
    case 'views-closed':
      return `No more views are awaited: it is for ${asked(event.task)} to decide`;
    case 'items-changed':
      return `On record with where it came from: item ${event.items.map((item) => item.slice(1)).join(', ')}`;
    case 'item-decided':
      return `Item ${event.item.slice(1)} was decided on${event.exceptional ? ', before its originator’s time had run out' : ''}`;
    case 'referred':
      return `The items of ${asked(event.task)} were referred to it. No clock stops for that`;
    case 'consultation-dropped':
      return `${asked(event.task)} is not consulted any more: nothing came from it`;
    case 'statutory-clock-stopped':
      return 'The statutory clock stopped: something is awaited of the applicant';
    case 'statutory-clock-started':
      return `The statutory clock goes on. The reply is now due by ${formatDue(event.due)}`;
    case 'applicant-replied':
      return `The applicant was ${event.outcome.startsWith('refused') ? 'told that the request is refused' : 'replied to'}${event.late ? ' (late)' : ''}`;
    case 'fee-lapsed':
      return 'The time to pay the fee has run out: the case closes by itself, unless it is put on record that the fee came in time';
    case 'fee-lapse-moved': {
      const [payable, closes] = [lastDayBefore(event.lapse.lapsesAt), lastDayBefore(event.lapse.closesAt)];
      const isPayableLonger = event.lapse.lapsesAt !== event.before.lapsesAt;
      return (
        `The bank holidays have changed: ${isPayableLonger ? `the fee can be paid until ${formatDate(payable)}, and not only until ${formatDate(lastDayBefore(event.before.lapsesAt))}. Without it ` : ''}` +
        `the case closes by itself at the end of ${formatDate(closes)}`
      );
    }
    case 'case-closed': {
      const undecided = (event.undecided ?? []).map((task) => `${asked(task)}${about(task)}`).join('; ');
      return `Case closed: ${outcomeInWords(process, event.outcome)}${undecided === '' ? '' : `. Left undecided: ${undecided}`}`;
    }
  }
}

function undeliverableInWords({ reason, until }: Extract<CaseEvent, { event: 'notice-not-delivered' }>): string {
  switch (reason) {
    case 'no-address':
      return 'there is no address';
    case 'all-away':
      return `away${until === undefined ? '' : ` until the end of ${formatDate(until)}`}, and nobody stands in`;
    case 'address-refused':
      return 'the address was refused';
  }
}

export const sizeInWords = (bytes: number): string =>
  bytes < 1024 * 1024 ? `${Math.max(1, Math.round(bytes / 1024))} KB` : `${(bytes / 1024 / 1024).toFixed(1)} MB`;

/** Who has to answer by when, as the form of the opening says it: one clock, whoever is asked. */
export function whoByWhen(
  asked: readonly Pick<CaseTask, 'partner' | 'team'>[],
  plan: TaskPlan,
  { protocol, clock }: Pick<WebDependencies, 'protocol' | 'clock'>,
) {
  const { dueOn, dueAt } = plan;
  return {
    addressees: asked.map((each) => ({ name: askedName(protocol, each), dueOn, dueAt })),
    plan,
    overdue: Date.parse(dueAt) <= Date.parse(clock.now()),
  };
}
