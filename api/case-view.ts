/** A case in words, for the pages and the API: what stands where, and what has happened. */
import { formatInstant, isWorkingDay, londonDateOf, workingDaysAfter } from '../calendar';
import type { IsoDate, IsoInstant } from '../config/clock';
import type { BankHolidays } from '../config/bank-holidays';
import type { ClockPlan, LadderRole } from '../config/policy';
import type { Protocol } from '../config/protocol';
import { partnerName } from '../config/protocol-rules';
import { answerId, type AnswerDocument } from '../store/answers';
import type { Store } from '../store';
import type { Account } from '../store/accounts';
import type { CaseDocument, CaseSummary, CaseTask } from '../store/cases';
import type { CaseEvent, Recipient, TaskProjection } from '../workflows/shared/contract';
import { mayOnCase } from './policy';
import { answerKindNames } from './processes/information-request';

/** More than anybody reads on one page; who has more is told that the list is cut. */
export const longestList = 200;

/** A case that nobody is part of: what is allowed on it is allowed on every case. */
export const nobodysCase = { openedBy: { account: '', partner: '', teams: [] }, partners: [] };

/** The cases that may be seen, the newest first. */
export async function casesSeenBy(account: Account, { cases }: Pick<Store, 'cases'>): Promise<CaseSummary[]> {
  const everywhere = mayOnCase(account, 'see-case', nobodysCase);
  const found = await cases.list({ partners: everywhere ? null : [account.partner] }, longestList);
  return found.filter((summary) => mayOnCase(account, 'see-case', summary));
}

/** Answers that are stored and that the copy of the workflow's state does not have yet. */
export async function answersNotYetTold(
  summaries: readonly CaseSummary[],
  { answers }: Pick<Store, 'answers'>,
): Promise<AnswerDocument[]> {
  const asked = summaries
    .filter(({ ended }) => !ended)
    .flatMap(({ _id, projection }) =>
      projection.tasks.filter(({ answer }) => answer === null).map(({ id }) => answerId(_id, id)),
    );
  return answers.ofTasks(asked);
}

export interface Tag {
  readonly text: string;
  /** The design system's colour class; empty for its default. */
  readonly classes: string;
}

const tags = {
  waiting: { text: 'Waiting for answer', classes: 'govuk-tag--blue' },
  overdue: { text: 'Overdue', classes: 'govuk-tag--red' },
  unanswered: { text: 'Unanswered', classes: 'govuk-tag--red' },
  answered: { text: 'Answered', classes: 'govuk-tag--green' },
  closed: { text: 'Closed', classes: 'govuk-tag--grey' },
} as const satisfies Record<string, Tag>;

const outcomes: Readonly<Record<string, string>> = {
  'answers-confirmed': 'the answers were confirmed',
  'answers-not-contested': 'the answers were not contested in time',
  'closed-unanswered': 'closed as unanswered',
};
export const outcomeInWords = (outcome: string): string => outcomes[outcome] ?? outcome.replaceAll('-', ' ');

/** A task as it stands: what the store knows, which may be ahead of the workflow's last word. */
export interface TaskView {
  readonly id: string;
  readonly partner: string;
  readonly plan: ClockPlan & { readonly dueOn: IsoDate };
  readonly status: 'open' | 'answered' | 'unanswered';
  readonly overdue: boolean;
  readonly answer: AnswerDocument | null;
  readonly late: boolean;
  readonly tag: Tag;
}

export function taskView(
  document: Pick<CaseDocument, 'projection' | 'ended'>,
  task: CaseTask,
  answer: AnswerDocument | null,
  now: IsoInstant,
): TaskView {
  const plan = task.plans.at(-1);
  if (plan?.dueOn === undefined) throw new Error(`The task ${task.id} has no plan with a due date.`);
  const state: TaskProjection | undefined = document.projection.tasks.find(({ id }) => id === task.id);
  const isAnswered = answer !== null || (state?.answer ?? null) !== null;
  const status = isAnswered ? 'answered' : (state?.status ?? 'open');
  const overdue = !isAnswered && !document.ended && Date.parse(plan.dueAt) <= Date.parse(now);
  return {
    id: task.id,
    partner: task.partner,
    plan: { ...plan, dueOn: plan.dueOn },
    status,
    overdue,
    answer,
    late: answer !== null && Date.parse(answer.receivedAt) >= Date.parse(plan.dueAt),
    tag: isAnswered ? tags.answered : overdue ? tags.overdue : status === 'unanswered' ? tags.unanswered : tags.waiting,
  };
}

export function caseTag(document: Pick<CaseSummary, 'ended'>, tasks: readonly TaskView[]): Tag {
  if (document.ended) return tags.closed;
  if (tasks.some((task) => task.overdue)) return tags.overdue;
  return tasks.every((task) => task.status === 'answered') ? tags.answered : tags.waiting;
}

/** "today", "in 3 working days", "2 working days ago": how far a due date is from now. */
export function distanceInWords(dueOn: IsoDate, now: IsoInstant, holidays: BankHolidays): string {
  const today = londonDateOf(now);
  if (dueOn === today) return 'today';
  const [earlier, later] = dueOn < today ? [dueOn, today] : [today, dueOn];
  let workingDays = 0;
  for (let day = earlier; day < later && workingDays < 500;) {
    day = workingDaysAfter(day, 1, 'england-and-wales', holidays);
    if (day <= later && isWorkingDay(day, 'england-and-wales', holidays)) workingDays += 1;
  }
  const count = `${workingDays} working day${workingDays === 1 ? '' : 's'}`;
  if (workingDays === 0) return dueOn < today ? 'since the last working day' : 'before the next working day';
  return dueOn < today ? `${count} ago` : `in ${count}`;
}

const roleNames: Readonly<Record<Recipient, (partner: string) => string>> = {
  spoc: (partner) => `the single point of contact of ${partner}`,
  deputy: (partner) => `the deputy single point of contact of ${partner}`,
  'governance-lead': (partner) => `the information governance lead of ${partner}`,
  'csp-manager': () => 'the CSP manager',
  requester: () => 'the person who asked',
};

const stepNames: Readonly<Record<string, string>> = {
  request: 'Request',
  'answer-received': 'News of the answer',
  reminder: 'Reminder',
  'due-today': 'Reminder that the answer is due today',
  overdue: 'Notice that the answer is overdue',
  'escalate-deputy': 'Overdue notice, raised with the deputy,',
  'escalate-governance': 'Overdue notice, raised with the governance lead,',
  'escalate-csp': 'Escalation',
};

function stepInWords(step: string): string {
  if (step.startsWith('not-delivered')) return 'Notice that a mail could not be delivered';
  const words = step.replaceAll('-', ' ');
  return stepNames[step] ?? words.charAt(0).toUpperCase() + words.slice(1);
}

const rungNames: Readonly<Record<string, string>> = {
  overdue: 'overdue notice',
  'escalate-deputy': 'escalation to the deputy',
  'escalate-governance': 'escalation to the governance lead',
  'escalate-csp': 'escalation to the CSP manager',
};

/** One rung of the ladder that is still to come. */
export function rungInWords(step: string, to: readonly LadderRole[], partner: string): string {
  const what = stepInWords(step).replace(/, raised.*/, '');
  return `${what}, mailed to ${to.map((role) => roleNames[role](partner)).join(' and ')}`;
}

export interface TimelineEntry {
  readonly at: IsoInstant;
  /** "9:04am on Thursday 9 April 2026" */
  readonly moment: string;
  readonly text: string;
}

/** What has happened, the newest first. */
export function timelineOf(
  document: CaseDocument,
  answers: readonly AnswerDocument[],
  protocol: Protocol,
): TimelineEntry[] {
  const name = (code: string) => partnerName(protocol, code);
  const asked = (task: string) => name(document.tasks.find(({ id }) => id === task)?.partner ?? task);
  const notYetTold = answers
    .filter(({ task }) => !document.timeline.some((event) => event.event === 'answer-received' && event.task === task))
    .map(({ receivedAt, task, kind }) => ({
      at: receivedAt,
      text: `${asked(task)} answered: ${lower(answerKindNames[kind])}`,
    }));
  const openedAt = Date.parse(document.openedAt);
  const momentOf = ({ at }: { readonly at: IsoInstant }) => Math.max(Date.parse(at), openedAt);
  const entries = [
    { at: document.openedAt, text: `Opened by ${name(document.openedBy.partner)}` },
    ...document.timeline.map((event) => ({ at: event.at, text: eventInWords(event, asked) })),
    ...notYetTold,
  ];
  return (
    entries
      .map((entry, order) => ({ ...entry, order }))
      // What was past before the case was opened is told after its opening.
      .sort((a, b) => momentOf(b) - momentOf(a) || b.order - a.order)
      .map(({ at, text }) =>
        Date.parse(at) < openedAt
          ? { at, moment: formatInstant(document.openedAt), text: `Before the opening, at ${formatInstant(at)}: ${text}` }
          : { at, moment: formatInstant(at), text },
      )
  );
}

function eventInWords(event: CaseEvent, asked: (task: string) => string): string {
  switch (event.event) {
    case 'request-sent':
      return `Clock started for ${asked(event.task)}`;
    case 'rungs-already-past':
      return `Already past for ${asked(event.task)} when the case was opened: ${event.steps
        .map((step) => rungNames[step] ?? step.replaceAll('-', ' '))
        .join(', ')}. The case starts at the last of these`;
    case 'answer-received':
      return `${asked(event.task)} answered: ${lower(answerKindNames[event.kind])}${event.late ? ' (late)' : ''}`;
    case 'notice-sent':
      return `${stepInWords(event.step)} mailed to ${roleNames[event.to](asked(event.task))}`;
    case 'notice-not-delivered':
      return `${stepInWords(event.step)} could not be delivered to ${roleNames[event.to](asked(event.task))}: ${
        event.reason === 'no-address' ? 'there is no address' : 'the address was refused'
      }`;
    case 'became-overdue':
      return `The answer of ${asked(event.task)} became overdue`;
    case 'case-closed':
      return `Case closed: ${outcomeInWords(event.outcome)}`;
  }
}

const lower = (text: string): string => text.charAt(0).toLowerCase() + text.slice(1);
