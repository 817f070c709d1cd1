import { policyOf } from '../../dispatch/clock';
import { sealEntry } from '../../api/cases/content';
import { planClock } from '../../calendar';
import { clocks } from '../../config/clocks';
import type { IsoDate, IsoInstant } from '../../config/clock';
import { askedName, clockSettings } from '../../config/protocol-rules';
import { answerKey, type AnswerFacts } from '../../store/answers';
import type { ActDraft } from '../../store/audit';
import type { CaseDocument, CaseTask } from '../../store/cases';
import type { Store } from '../../store';
import type { InformationRequestInput } from '../../workflows/information-request/contract';
import { firstProjection } from '../../workflows/processes';
import { holidays, protocol } from './database';

/** Thursday 26 March 2026: an information request received then is due on Monday 13 April 2026. */
export const received = '2026-03-26' as IsoDate;
export const openedAt = '2026-03-26T10:00:00.000Z' as IsoInstant;

type Asked = Pick<CaseTask, 'partner'> & Partial<Pick<CaseTask, 'team' | 'categories' | 'holder'>>;

/**
 * An information request of Thurrock Council as the web stores it, not started yet.
 * @param asked a partner, or each partner and team with what is asked of it: T1 is the first
 */
export function informationRequest(
  caseRef: string,
  { cipher }: Pick<Store, 'cipher'>,
  { openedBy = 'thurrock-officer', asked = 'essex-police' }: { openedBy?: string; asked?: string | readonly Asked[] } = {},
): CaseDocument {
  const plan = planClock(
    { clock: 'information-request', from: received, ladder: protocol.ladders['information-request'], spreadKey: caseRef },
    { holidays, settings: { ...clocks, 'information-request': clockSettings(protocol, 'information-request') } },
  );
  const { dueOn, dueAt, rungs, calendarVersion } = plan;
  if (dueOn === undefined) throw new Error('The clock of an information request has a due date.');
  const tasks = (typeof asked === 'string' ? [{ partner: asked }] : asked).map((each, index) => ({
    team: null,
    categories: [],
    holder: null,
    ...each,
    id: `T${index + 1}` as const,
    answersBefore: 0,
    plans: [{ ...plan, version: 1, reason: 'opened' as const }],
    linkGeneration: 1,
  }));
  const startInput: InformationRequestInput = {
    schema: 1,
    caseRef,
    opener: 'thurrock',
    questionPausesClock: protocol.settings.questionBackPausesClock,
    tasks: tasks.map((task) => ({
      id: task.id,
      partner: task.partner,
      name: askedName(protocol, task),
      clock: { version: 1, dueOn, dueAt, rungs, calendarVersion },
    })),
  };
  const projection = firstProjection('information-request', startInput, Date.parse(openedAt));
  const key = cipher.newCaseKey(caseRef);
  const content = {
    personName: 'Jordan Example',
    personDetails: '',
    asked: 'Any contact since January',
    purpose: 'To keep a neighbour safe',
    urgentBecause: '',
    justifications: {},
  };
  return {
    _id: caseRef,
    schema: 1,
    process: 'information-request',
    title: `Thurrock Council asks ${startInput.tasks[0]?.name ?? ''}`,
    submissionId: `form of ${caseRef}`,
    openedAt,
    openedBy: { account: openedBy, partner: 'thurrock', teams: ['environment'] },
    partners: [...new Set(['thurrock', ...tasks.map(({ partner }) => partner)])],
    tasks,
    terms: {
      identifiability: 'personal',
      legalBasis: 'public-task',
      specialBasis: null,
      statute: null,
      channel: 'telephone',
      means: 'concordat',
      neededByOn: null,
    },
    policy: policyOf(protocol, 'information-request'),
    run: 1,
    startInput,
    startedAt: null,
    key,
    content: { request: cipher.seal(key, caseRef, 'request', JSON.stringify(content)) },
    projection,
    timeline: [],
    nextWakeAt: projection.nextWakeAt === null ? null : new Date(projection.nextWakeAt),
    ended: false,
  };
}

/** Puts a question of a partner on record that its case was told of already. */
export async function askBack(
  store: Pick<Store, 'audit' | 'cipher'>,
  document: CaseDocument,
  number: number,
  at: string,
  task = 'T1',
): Promise<void> {
  const key = `question/${task}/${number}`;
  await store.audit.append({
    chain: document._id,
    key,
    at: at as IsoInstant,
    act: 'question-asked',
    by: { account: 'essex-police-spoc', via: 'page', from: null },
    task,
    facts: { number, submissionId: key },
    sealed: sealEntry(document, key, { text: `Which of the two? (${number})` }, store),
    waiting: false,
  });
}

/** An answer to a task as the web puts it on record: for `store.audit.append`. Not told to the workflow yet. */
export function answerTo(
  document: CaseDocument,
  store: Pick<Store, 'cipher'>,
  receivedAt: string,
  { task = 'T1', version = 1, ...other }: { readonly task?: string } & Partial<AnswerFacts> = {},
): ActDraft {
  const facts = {
    version,
    kind: 'nothing-held',
    receivedAt: receivedAt as IsoInstant,
    submissionId: `answer ${version} to ${task} of ${document._id}`,
    recordedBy: null,
    givenBy: null,
    categories: [],
    files: [],
    marking: 'none',
    notToBePassedOn: false,
    notToBeRevealed: false,
    ...other,
  } satisfies AnswerFacts;
  const key = answerKey(task, version);
  const content = { kind: facts.kind, shared: '', ground: '', markingWords: '', handling: '', givenByName: '' };
  return {
    chain: document._id,
    key,
    at: receivedAt as IsoInstant,
    act: 'answer-received',
    by: { account: null, via: 'link', from: null },
    task,
    facts,
    sealed: sealEntry(document, key, content, store),
    waiting: true,
  };
}
