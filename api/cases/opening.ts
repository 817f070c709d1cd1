/**
 * Opening a case of any process: once it is opened it is durable; bringing it to Temporal comes after, and again by the
 * sweep if it fails.
 */
import { londonDateOf } from '../../calendar';
import type { IsoDate, IsoInstant } from '../../config/clock';
import type { DueFor } from '../../config/policy';
import { noteCase } from '../../config/logger';
import { definitionOf, processes, type ProcessSlug } from '../../config/processes';
import type { Protocol } from '../../config/protocol';
import { hasWithdrawn, partnerByCode } from '../../config/protocol-rules';
import { policyOf } from '../../dispatch/clock';
import { dutyIn, type PlannedDuty } from '../../dispatch/duties';
import { newTask, taskInputOf, type Asked } from '../../dispatch/tasks';
import type { Account } from '../../store/accounts';
import type { Actor } from '../../store/audit';
import type { CaseDocument, CaseItem, CasePolicy, CaseTask, CaseTerms } from '../../store/cases';
import { dutyTold } from '../../store/messages';
import { firstProjection } from '../../workflows/processes';
import type { CaseInput, Duty } from '../../workflows/shared/contract';
import { Refusal } from '../http/refusals';
import { submissionKey, type CaseDependencies } from './dependencies';

/** The same form came before with something else in it: taking it for a repeat would lose what is new. */
export class SentBefore extends Refusal {
  constructor(readonly caseRef: string) {
    super(
      409,
      `This form was already sent as ${caseRef}`,
      'It was changed and sent again. What was sent first stands. To start something else, begin with a new form.',
    );
  }
}

/** Who opens a case, and with which form. */
export interface Opening {
  readonly account: Account;
  readonly by: Actor;
  /** The same form sent twice opens one case. */
  readonly submissionId: string;
}

/** What a process says of a case that it opens. */
export interface NewCase {
  readonly process: ProcessSlug;
  /** Organisations, never people: it is shown in the Temporal UI. */
  readonly title: string;
  readonly asked: readonly Asked[];
  /** How its clocks count, where that is not as the protocol says of every case of the process. */
  readonly policy?: CasePolicy;
  /** Of a subject access request: what it is about, each with its originator. */
  readonly items?: readonly CaseItem[];
  /** What its clocks are counted from. */
  readonly from: IsoDate | IsoInstant;
  /** What sets the due date, where it is not counted from there. */
  readonly dueFor?: DueFor | undefined;
  readonly terms: CaseTerms;
  /** What there is one case of, whoever sends which form: its name; without it there is one of each form. */
  readonly once?: string;
  /** Those of the terms that acts on the case change: they say nothing of the form that opened it. */
  readonly changing?: readonly string[];
  /** What is to be done from the start besides answering. */
  readonly dutiesOf?: (caseRef: string) => readonly PlannedDuty[];
  /** What its workflow is told at the start besides. */
  readonly input?: object;
  /** What was written, kept sealed. */
  readonly content: object;
  /** What of it names persons: they are found by it. */
  readonly persons?: readonly string[];
}

/** "essex-police", "thurrock/housing": as the protocol file writes a sharer. */
export const addresseeKey = ({ partner, team }: Pick<CaseTask, 'partner' | 'team'>): string =>
  team === null ? partner : `${partner}/${team}`;

/**
 * Opens a case. The same submission again gives back the same case.
 * @param before puts on record what its first mails have to know; can be repeated
 * @throws SentBefore; any fault of the database: then there is no case.
 */
export async function openCase(
  opened: NewCase,
  { account, by, submissionId }: Opening,
  deps: CaseDependencies,
  before: (document: CaseDocument) => Promise<void> = () => Promise.resolve(),
): Promise<CaseDocument> {
  const { store, clock, dispatch, background } = deps;
  const form = submissionKey(account._id, submissionId);
  const key = opened.once ?? form;
  const earlier = await store.cases.bySubmission(key);
  if (earlier !== null) return sameCase(earlier, opened, deps);

  const now = clock.now();
  refuseWhoHasLeft(account.partner, opened, now, deps.protocol);
  const caseRef = await store.cases.allocateReference(opened.process, Number(londonDateOf(now).slice(0, 4)));
  noteCase(caseRef);
  const opening = documentOf(opened, caseRef, key, account, now, deps);
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
      submissionId: form,
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
  await before(document);
  background.run('start', caseRef, () => dispatch.start(document));
  return document;
}

/**
 * The last day of a partner can end between the look at the form and this moment: who has left by the moment of the opening
 * opens nothing, and is asked only what concerns former partners, too.
 */
function refuseWhoHasLeft(opener: string, { process, asked }: Pick<NewCase, 'process' | 'asked'>, now: IsoInstant, protocol: Protocol): void {
  const codes = [opener, ...(definitionOf(process).withFormerPartners === true ? [] : asked.map(({ partner }) => partner))];
  const left = codes.map((code) => partnerByCode(protocol, code)).find((partner) => partner !== undefined && hasWithdrawn(partner, londonDateOf(now)));
  if (left !== undefined) {
    throw new Refusal(409, 'Nothing was sent', `${left.name} has withdrawn from the protocol meanwhile: it asks nothing new, and is asked nothing new.`);
  }
}

function documentOf(
  { process, title, asked, policy: own, items, from, dueFor, terms, dutiesOf, input = {}, content, persons = [] }: NewCase,
  caseRef: string,
  submissionId: string,
  account: Account,
  now: IsoInstant,
  { protocol, holidays, store }: CaseDependencies,
): CaseDocument {
  const policy = own ?? policyOf(protocol, process);
  const tasks = asked.map((each, index) => newTask(each, index, { caseRef, from, dueFor, reason: 'opened' }, policy, holidays.current()));
  const duties = dutiesOf?.(caseRef) ?? [];
  const startInput: CaseInput & { readonly duties?: readonly Duty[] } = {
    schema: 1,
    caseRef,
    opener: account.partner,
    tasks: tasks.map((task) => taskInputOf(task, protocol)),
    questionPausesClock: policy.clock.pausable,
    ...input,
    ...(duties.length === 0 ? {} : { duties: duties.map(dutyTold) }),
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
    ...(items === undefined ? {} : { items }),
    terms,
    ...(duties.length === 0 ? {} : { duties: duties.map(dutyIn) }),
    policy,
    run: 1,
    startInput,
    startedAt: null,
    key: caseKey,
    content: { request: store.cipher.seal(caseKey, caseRef, 'request', JSON.stringify(content)) },
    ...(persons.length === 0 ? {} : { persons: store.persons.of(persons) }),
    projection,
    timeline: [],
    nextWakeAt: projection.nextWakeAt === null ? null : new Date(projection.nextWakeAt),
    ended: false,
  };
}

/** Who has a task may have changed since, so whom the form asked is read from the record of its opening. */
async function sameCase(earlier: CaseDocument, sent: NewCase, { store }: CaseDependencies): Promise<CaseDocument> {
  const opened = await store.audit.byKey(earlier._id, 'opened');
  // Of a process that counts from its opening the day is none of the form.
  const isOfForm = processes[sent.process].countedFrom !== 'opening';
  const before = [
    opened?.facts['asked'],
    earlier.tasks.slice(0, sent.asked.length).map(({ categories }) => categories),
    isOfForm ? earlier.tasks[0]?.plans[0]?.from : null,
    // As they were said first, whatever was put right since.
    earlier.startInput.tasks.slice(0, sent.asked.length).map(({ byLaw }) => byLaw?.from),
    inOrder(earlier.terms, sent.changing),
    store.cipher.open(earlier.key, earlier._id, 'request', earlier.content['request'] ?? ''),
  ];
  const now = [
    sent.asked.map(addresseeKey),
    sent.asked.map(({ categories }) => categories),
    isOfForm ? sent.from : null,
    sent.asked.map(({ byLaw }) => byLaw?.from),
    inOrder(sent.terms, sent.changing),
    JSON.stringify(sent.content),
  ];
  if (JSON.stringify(before) !== JSON.stringify(now)) throw new SentBefore(earlier._id);
  return earlier;
}

/** The database does not keep the order of fields. */
const inOrder = (terms: CaseTerms, changing: readonly string[] = []): unknown =>
  Object.entries(terms)
    .filter(([name]) => !changing.includes(name))
    .sort(([a], [b]) => (a < b ? -1 : 1));
