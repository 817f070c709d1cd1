/**
 * What is in a case, for whom the policy lets see it: each view is on record before anything is opened, and without the
 * record nothing is.
 */
import { randomUUID } from 'node:crypto';
import type { IsoInstant } from '../config/clock';
import type { Decision } from '../config/processes';
import { wasRefused } from '../dispatch/clock';
import { answerTo } from '../dispatch/items';
import { answerOf, type AnswerDocument, type AnswerFacts } from '../store/answers';
import type { Actor, AuditAct, AuditEntry } from '../store/audit';
import type { Account } from '../store/accounts';
import type { CaseDocument } from '../store/cases';
import type { StoredFile } from '../store/files';
import type { ReviewResult } from '../workflows/shared/contract';
import type { WebDependencies } from './dependencies';
import { Unavailable } from './http/refusals';
import { mayOnCase, mayOnTask } from './policy';
import { readAnswer, readNote, type AnswerContent } from './cases/content';
import { questionsOf } from './cases/questions';

export interface OpenedAnswer {
  readonly answer: AnswerDocument;
  readonly facts: AnswerFacts;
  readonly content: AnswerContent;
  readonly files: readonly StoredFile[];
}

export interface OpenedQuestion {
  readonly number: number;
  readonly askedAt: IsoInstant;
  readonly text: string;
  readonly reply: { readonly at: IsoInstant; readonly text: string } | null;
}

export interface TaskContent {
  /** All answers with their corrections, the newest first. */
  readonly answers: readonly OpenedAnswer[];
  /** The first one first. */
  readonly questions: readonly OpenedQuestion[];
}

/** Why something was decided on the case, by whoever decided it. */
export interface Reason {
  readonly act: ReasonedAct;
  /** The number of its entry in the record. */
  readonly seq: number;
  /** The task that it was decided on; null for the whole case. */
  readonly task: string | null;
  /** What was decided on the whole case; null for another act. */
  readonly decision: Decision | null;
  /** What came of looking at it again; null for another act. */
  readonly result: ReviewResult | null;
  readonly at: IsoInstant;
  readonly text: string;
}

export interface CaseContent {
  /** Whether what was asked may be seen: it is on record, and can be opened. */
  readonly seesRequest: boolean;
  /** Whether all of the case may be seen, and not single tasks only. */
  readonly seesAll: boolean;
  readonly seesSafeContact: boolean;
  /** By their ids, the tasks whose content may be seen. */
  readonly tasks: ReadonlyMap<string, TaskContent>;
  /** The oldest first. */
  readonly reasons: readonly Reason[];
}

const reasonedActs = [
  'asked-again',
  'left-unanswered',
  'left-as-it-is',
  'request-withdrawn',
  'case-decided',
  'case-reopened',
  'clock-extended',
  'correction-proposed',
  'correction-confirmed',
  'correction-declined',
  'review-rescheduled',
  'outcome-recorded',
  'applicant-told',
  'not-satisfied',
  'looked-at-again',
  'action-settled',
  'tasks-added',
  'call-recorded',
  'ico-informed',
  'breach-closed',
  'referred',
  'clock-stopped',
  'clock-started',
  'applicant-replied',
] as const satisfies readonly AuditAct[];
export type ReasonedAct = (typeof reasonedActs)[number];

type Dependencies = Pick<WebDependencies, 'store' | 'clock'>;

/**
 * Puts on record that content is shown, before it is.
 * @param what each thing by its name: `request`, `T1/answer/1`, `T1/question/1`
 * @throws Unavailable if the record cannot be written: then the content must not be shown
 */
export async function recordView(
  { _id }: Pick<CaseDocument, '_id'>,
  by: Actor,
  what: readonly string[],
  { store, clock }: Dependencies,
): Promise<void> {
  if (what.length === 0) return;
  const draft = { chain: _id, key: `viewed/${randomUUID()}`, at: clock.now(), by, facts: { what } };
  try {
    await store.audit.append({ ...draft, act: 'content-viewed' });
  } catch (cause) {
    const detail = 'What is in a case is only shown when that can be put on record. Wait a moment, and try again.';
    throw new Unavailable(detail, { cause });
  }
}

/** What of a task is shown, as the record has it. */
interface SeenOfTask {
  readonly id: string;
  /** The newest first. */
  readonly answers: readonly AuditEntry[];
  readonly questions: ReturnType<typeof questionsOf>;
}

/** What an account may see of what is in a case. @throws Unavailable as `recordView`; ContentUnreadable */
export async function viewContent(
  document: CaseDocument,
  record: readonly AuditEntry[],
  { account, by }: { readonly account: Account; readonly by: Actor },
  deps: Dependencies,
): Promise<CaseContent> {
  const { store } = deps;
  const seesAll = mayOnCase(account, 'see-content', document);
  const seen = document.tasks.flatMap((task): SeenOfTask[] => {
    const { id } = task;
    const answers = record.filter((entry) => entry.act === 'answer-received' && entry.task === id).reverse();
    if (mayOnTask(account, 'see-task-content', document, task)) return [{ id, answers, questions: questionsOf(record, id) }];
    if (!mayOnTask(account, 'see-what-was-said', document, task)) return [];
    const said = answerTo(task, record);
    return said === null ? [] : [{ id, answers: answers.filter(({ seq }) => seq === said.seq), questions: [] }];
  });
  const seesRequest = seesAll || seen.length > 0;
  // Reasons are the requester's business, and of whoever gave them; a decision on the case is told to those who have tasks,
  // a referral to whom it is made, and what the ICO was told to whoever reads the decision that it follows.
  const reasons = record.flatMap((entry) => {
    const act = reasonedActs.find((each) => each === entry.act);
    const isTold = (act === 'case-decided' && seen.length > 0) || ((act === 'referred' || act === 'ico-informed') && seen.some(({ id }) => id === entry.task));
    const sees = seesAll || isTold || entry.by.account === account._id;
    return act === undefined || !sees || entry.sealed === null || wasRefused(record, entry) ? [] : [{ act, entry }];
  });
  const answerNames = seen.flatMap(({ answers }) =>
    answers.map(({ key }) => key.replace(/^answer\/(.+)\/(.+)$/, '$1/answer/$2')),
  );
  const questionNames = seen.flatMap(({ id, questions }) =>
    questions.flatMap(({ number, reply }) => [
      `${id}/question/${number}`,
      ...(reply === null ? [] : [`${id}/reply/${number}`]),
    ]),
  );
  const reasonNames = reasons.map(({ act, entry }) => `${act}/${entry.seq}`);
  await recordView(
    document,
    by,
    [...(seesRequest ? ['request'] : []), ...answerNames, ...questionNames, ...reasonNames],
    deps,
  );

  const tasks = seen.map(async ({ id, answers, questions }): Promise<[string, TaskContent]> => [
    id,
    {
      answers: await Promise.all(answers.map((entry) => openAnswer(document, entry, deps))),
      questions: questions.map(({ number, asked, reply }) => ({
        number,
        askedAt: asked.at,
        text: readNote(document, asked, store),
        reply: reply === null ? null : { at: reply.at, text: readNote(document, reply, store) },
      })),
    },
  ]);
  return {
    seesRequest,
    seesAll,
    seesSafeContact: mayOnCase(account, 'see-safe-contact', document),
    tasks: new Map(await Promise.all(tasks)),
    reasons: reasons.map(({ act, entry }) => ({
      act,
      seq: entry.seq,
      task: entry.task,
      decision: act === 'case-decided' ? (entry.facts['decision'] as Decision) : null,
      result: act === 'looked-at-again' ? ((entry.facts['result'] as ReviewResult | undefined) ?? null) : null,
      at: entry.at,
      text: readNote(document, entry, store),
    })),
  };
}

async function openAnswer(document: CaseDocument, entry: AuditEntry, { store }: Dependencies): Promise<OpenedAnswer> {
  const answer = answerOf(entry);
  const files = await Promise.all(answer.files.map((id) => store.files.get(id, document._id, document.key)));
  return {
    answer,
    facts: entry.facts as unknown as AnswerFacts,
    content: readAnswer(document, answer, store),
    files: files.filter((file) => file !== null),
  };
}
