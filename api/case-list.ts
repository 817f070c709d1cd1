/** Lists of cases: what they can be filtered by, and how a case stands in one. For the pages and the API. */
import { z } from 'zod';
import { endOfLondonDay, lastDayBefore, startOfLondonDay } from '../calendar';
import type { IsoDate, IsoInstant } from '../config/clock';
import { processes, processSlugs } from '../config/processes';
import type { Protocol } from '../config/protocol';
import { askedName } from '../config/protocol-rules';
import type { Store } from '../store';
import type { Account } from '../store/accounts';
import { answerKey, type AnswerDocument } from '../store/answers';
import { waits, type CaseFilter, type CaseOrder, type CaseSummary } from '../store/cases';
import { rulesOf } from '../workflows/processes';
import type { Due } from '../workflows/shared/contract';
import { summaryFor } from './apart';
import { distanceInWords } from './distance';
import { answersIn, caseTag, taskView, viewsFor, type Tag, type TaskView } from './case-view';
import type { WebDependencies } from './dependencies';
import { dutiesThatWait } from './duties';
import { civilDate } from './forms/fields';
import { decidesSilence, openedByTeamOf, seenBy } from './policy';
import { webProcess } from './processes';

/** The stages that cases can be in, of all processes. */
export const stages = [...new Set(Object.values(rulesOf).flatMap((rules) => rules.stages))];

const chooseOne = 'Choose one that is offered';

/** What a list of cases can be asked by; the names of its inputs and of its parameters in an address. */
export const caseListFields = ({ organisations }: Pick<Protocol, 'organisations'>) => {
  const codes = new Set(organisations.map(({ code }) => code));
  return {
    process: z
      .enum(processSlugs, chooseOne)
      .optional()
      .meta({ description: 'Only cases of this process' }),
    stage: z.enum(stages, chooseOne).optional().meta({ description: 'Only cases in this stage' }),
    waits: z.enum(waits, chooseOne).optional().meta({ description: 'Only open cases that wait for this' }),
    partner: z
      .string()
      .refine((code) => codes.has(code), 'Choose a partner of the protocol')
      .optional()
      .meta({ description: 'Only cases that this partner is part of, by its code' }),
    side: z
      .enum(['asked', 'asking'], chooseOne)
      .optional()
      .meta({ description: 'With `partner`: only where it is asked, or where it asks' }),
    dueFrom: civilDate('Due from', 'Enter a date').optional().meta({ description: 'Due on this day or later' }),
    dueUntil: civilDate('Due until', 'Enter a date').optional().meta({ description: 'Due on this day or earlier' }),
    overdue: z.enum(['yes'], chooseOne).optional().meta({ description: 'Only what is overdue' }),
    state: z.enum(['open', 'closed'], chooseOne).optional(),
    openedBy: z
      .enum(['my-team'], chooseOne)
      .optional()
      .meta({ description: 'Only cases that the account or somebody of its teams opened' }),
    sort: z.enum(['due', 'newest', 'reference'], chooseOne).optional().meta({
      description: '`due` unless it is said: the first due first, and last what nothing is due of any more',
    }),
  };
};
export type CaseListFields = ReturnType<typeof caseListFields>;
export type CaseListQuery = z.output<z.ZodObject<CaseListFields>>;

/** To be put to an object with the fields, as its last check. */
export const endsAfterItBegins = (first: string, last: string, message: string) =>
  z.superRefine<Readonly<Record<string, unknown>>>((query, context) => {
    const [from, until] = [query[first], query[last]];
    if (typeof from !== 'string' || typeof until !== 'string' || from <= until) return;
    context.addIssue({ code: 'custom', path: [last], message });
  });

export const dueInOrder = endsAfterItBegins('dueFrom', 'dueUntil', 'Due until must not be before due from');

/** What the account asks for, within what it may see. */
export function caseFilterOf(query: CaseListQuery, account: Account, now: IsoInstant): CaseFilter {
  const { process, stage, partner, side, dueFrom, dueUntil, overdue, state, openedBy } = query;
  return {
    ...seenBy(account),
    ...(process === undefined ? {} : { process }),
    ...(stage === undefined ? {} : { stage }),
    ...(query.waits === undefined ? {} : { waits: query.waits }),
    ...(partner === undefined ? {} : { partner: { code: partner, side: side ?? 'either' } }),
    ...(openedBy === undefined ? {} : { openedBy: openedByTeamOf(account) }),
    ...(state === undefined ? {} : { ended: state === 'closed' }),
    ...(dueFrom === undefined ? {} : { dueAfter: startOfLondonDay(dueFrom) }),
    ...(dueUntil === undefined ? {} : { dueUntil: endOfLondonDay(dueUntil) }),
    ...(overdue === undefined ? {} : { overdueAt: now }),
  };
}

export const orderOf = ({ sort = 'due' }: Pick<CaseListQuery, 'sort'>): CaseOrder =>
  ({ due: 'due-first', newest: 'newest-first', reference: 'by-reference' } as const)[sort];

/** A reference however it is written ("ir 2026 1"), as it is kept; null if it is none. */
export function referenceOf(written: string): string | null {
  const parts = /^\s*([a-z]{2,5})[\s/-]*(\d{4})[\s/-]+0*(\d{1,9})\s*$/i.exec(written);
  if (parts === null) return null;
  const [, prefix = '', year = '', number = ''] = parts;
  return `${prefix.toUpperCase()}-${year}-${number.padStart(4, '0')}`;
}

/** Answers that are stored and that the copy of the workflow's state does not have yet. */
export async function answersNotYetTold(
  summaries: readonly CaseSummary[],
  { answers }: Pick<Store, 'answers'>,
): Promise<AnswerDocument[]> {
  const awaited = summaries
    .filter(({ ended }) => !ended)
    .flatMap(({ _id, tasks, projection }) =>
      tasks
        .filter(({ id }) => projection.tasks.find((state) => state.id === id)?.status !== 'answered')
        .map(({ id, answersBefore }) => `${_id}/${answerKey(id, answersBefore + 1)}`),
    );
  return answers.byKeys(awaited);
}

/** A case as it stands in a list. */
export interface CaseRow {
  readonly ref: string;
  readonly process: string;
  /** Code of the partner that opened it, and what it does: "asks Essex Police for information". */
  readonly opener: string;
  readonly does: string;
  readonly tasks: readonly TaskView[];
  readonly answers: ReturnType<typeof answersIn>;
  readonly tag: Tag;
  /** When the first of what waits and does not stand still is due, be it an answer or something else that is to be done, and how far that is from now; null where nothing is due any more. */
  readonly due: (Due & { readonly inWords: string }) | null;
  /** The day at whose end it closes by itself. */
  readonly closesOn: IsoDate | null;
}

export type ListDependencies = Pick<WebDependencies, 'store' | 'clock' | 'holidays' | 'protocol'>;

export async function rowsOf(
  found: readonly CaseSummary[],
  account: Account,
  { store, clock, holidays, protocol }: ListDependencies,
): Promise<{ readonly summary: CaseSummary; readonly row: CaseRow }[]> {
  const now = clock.now();
  const known = holidays.current();
  const summaries = found.map((summary) => summaryFor(account, summary));
  const answers = await answersNotYetTold(summaries, store);
  return summaries.map((summary) => {
    const views = summary.tasks.map((task) => {
      const own = answers.find(({ caseRef, task: id }) => caseRef === summary._id && id === task.id);
      return taskView(summary, task, own ?? null, now);
    });
    const tasks = viewsFor(decidesSilence(account), views);
    const running = tasks.filter(({ status, isPaused }) => (status === 'open' || status === 'unanswered') && !isPaused);
    const duties = dutiesThatWait(summary, now);
    const [first] = [...running.map(({ plan }) => plan), ...duties].toSorted((a, b) => Date.parse(a.dueAt) - Date.parse(b.dueAt));
    const row: CaseRow = {
      ref: summary._id,
      process: processes[summary.process].title,
      opener: summary.openedBy.partner,
      tasks,
      does: webProcess(summary.process).words.does(tasks.map((task) => askedName(protocol, task))),
      answers: answersIn(tasks),
      tag: caseTag(summary, tasks, now),
      closesOn: summary.projection.closeAt === null ? null : lastDayBefore(summary.projection.closeAt),
      due:
        summary.ended || first === undefined ? null : { dueAt: first.dueAt, ...(first.dueOn === undefined ? {} : { dueOn: first.dueOn }), inWords: distanceInWords(first, summary.process, now, known) },
    };
    return { summary, row };
  });
}
