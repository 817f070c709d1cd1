/**
 * Opening a case, of whatever process: once it returns the case is durable, with its opening on record. Bringing it to
 * Temporal comes after, and again by the sweep if it fails.
 */
import { londonDateOf } from '../../calendar';
import type { ProcessSlug } from '../../config/processes';
import { askedName } from '../../config/protocol-rules';
import { policyOf, taskClockOf } from '../../dispatch/clock';
import type { Account } from '../../store/accounts';
import type { Actor } from '../../store/audit';
import type { CaseDocument, CasePolicy, CaseTask, CaseTerms, TaskPlan } from '../../store/cases';
import { firstProjection } from '../../workflows/processes';
import type { CaseInput, TaskId } from '../../workflows/shared/contract';
import { Refusal } from '../http/refusals';
import { addresseeKey, type Addressee } from './addressees';
import { submissionKey, type CaseDependencies } from './dependencies';

/** Who opens a case, and with which form. */
export interface Opening {
  readonly account: Account;
  readonly by: Actor;
  /** The same form sent twice opens one case. */
  readonly submissionId: string;
}

/** What a process says of a case that is opened. */
export interface NewCase {
  readonly process: ProcessSlug;
  /** Organisations, never people. */
  readonly title: string;
  readonly asked: readonly (Addressee & Pick<CaseTask, 'categories'>)[];
  /** The clock of each that is asked: all are asked at once. */
  readonly plan: (caseRef: string, policy: CasePolicy) => TaskPlan;
  readonly terms: CaseTerms;
  /** What is sealed under the field `request`. */
  readonly content: object;
  /** What the workflow is told at its start besides. */
  readonly input?: object;
  /** Whether a case that was opened with the same key holds the same, beside whom it asks for what. */
  readonly isSame: (earlier: CaseDocument) => boolean;
}

/** The same form came before with something else in it: taking it for a repeat would lose what is new. */
export class SentBefore extends Refusal {
  constructor(readonly caseRef: string) {
    super(
      409,
      `This form was already sent as ${caseRef}`,
      'It was changed and sent again. What was sent first stands. To ask for something else, start a new request.',
    );
  }
}

/**
 * Opens a case: once this returns it is durable. The same submission again gives back the same case.
 * @throws SentBefore; any fault of the database: then there is no case.
 */
export async function openCase(
  opened: NewCase,
  { account, by, submissionId }: Opening,
  deps: CaseDependencies,
): Promise<CaseDocument> {
  const { store, clock, dispatch, background } = deps;
  const key = submissionKey(account._id, submissionId);
  const earlier = await store.cases.bySubmission(key);
  if (earlier !== null) return sameCase(earlier, opened, deps);

  const now = clock.now();
  const caseRef = await store.cases.allocateReference(opened.process, Number(londonDateOf(now).slice(0, 4)));
  const opening = documentOf(opened, { caseRef, submissionId: key, account }, deps);
  const { entry } = await store.audit.append({
    chain: caseRef,
    key: 'opened',
    at: now,
    act: 'case-opened',
    by,
    facts: {
      process: opening.process,
      partners: opening.partners,
      asked: opened.asked.map(addresseeKey),
      submissionId: key,
    },
  });
  const { document, isNew } = await store.cases.open(opening);
  if (!isNew) {
    // The same form came twice at one moment and the other was stored: this reference stays unused, and the record says so.
    await store.audit.append({
      chain: caseRef,
      key: 'opened-elsewhere',
      at: clock.now(),
      act: 'act-refused',
      by: { account: null, via: 'concordat', from: null },
      facts: { act: entry.act, seq: entry.seq, openedAs: document._id },
    });
    return sameCase(document, opened, deps);
  }
  background.run('start', caseRef, () => dispatch.start(document));
  return document;
}

function documentOf(
  { process, title, asked, plan, terms, content, input = {} }: NewCase,
  { caseRef, submissionId, account }: { readonly caseRef: string; readonly submissionId: string; readonly account: Account },
  { protocol, store, clock }: CaseDependencies,
): CaseDocument {
  const now = clock.now();
  const policy = policyOf(protocol, process);
  const tasks = asked.map(({ partner, team, categories }, index) => ({
    id: taskId(index),
    partner,
    team,
    holder: null,
    categories,
    answersBefore: 0,
    plans: [plan(caseRef, policy)],
    linkGeneration: 1,
  }));
  const startInput: CaseInput = {
    schema: 1,
    caseRef,
    opener: account.partner,
    tasks: tasks.map((task) => ({
      id: task.id,
      partner: task.partner,
      name: askedName(protocol, task),
      clock: taskClockOf(task.plans[0] as TaskPlan),
    })),
    questionPausesClock: protocol.settings.questionBackPausesClock && policy.clock.pausable,
    ...input,
  };
  const projection = firstProjection(process, startInput, Date.parse(now));
  const caseKey = store.cipher.newCaseKey(caseRef);
  return {
    _id: caseRef,
    schema: 1,
    process,
    title,
    submissionId,
    openedAt: now,
    openedBy: { account: account._id, partner: account.partner, teams: account.teams },
    partners: [...new Set([account.partner, ...tasks.map(({ partner }) => partner)])],
    tasks,
    terms,
    policy,
    run: 1,
    startInput,
    startedAt: null,
    key: caseKey,
    content: { request: store.cipher.seal(caseKey, caseRef, 'request', JSON.stringify(content)) },
    projection,
    timeline: [],
    mailedSeq: 0,
    nextWakeAt: projection.nextWakeAt === null ? null : new Date(projection.nextWakeAt),
    ended: false,
  };
}

/** The tasks of a case are numbered as they are asked. */
export const taskId = (index: number): TaskId => `T${index + 1}`;

/** Who has a task may have changed since, so whom the form asked is read from the record of its opening. */
async function sameCase(earlier: CaseDocument, opened: NewCase, { store }: CaseDependencies): Promise<CaseDocument> {
  const entry = await store.audit.byKey(earlier._id, 'opened');
  const before = [earlier.process, entry?.facts['asked'], earlier.tasks.map(({ categories }) => categories)];
  const now = [opened.process, opened.asked.map(addresseeKey), opened.asked.map(({ categories }) => categories)];
  if (JSON.stringify(before) !== JSON.stringify(now) || !opened.isSame(earlier)) throw new SentBefore(earlier._id);
  return earlier;
}

/** Codes by their names: the database does not keep their order. */
export const sameTerms = (one: CaseTerms, other: CaseTerms): boolean => inOrder(one) === inOrder(other);
const inOrder = (terms: CaseTerms): string =>
  JSON.stringify(Object.entries(terms).sort(([a], [b]) => (a < b ? -1 : 1)));
