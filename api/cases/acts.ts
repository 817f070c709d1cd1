/**
 * The acts on a case: confirm the answers, decide on silence, withdraw, reopen, reply to a question. An
 * act is on record before it is done, and once however often it is sent.
 */
import { isDeepStrictEqual } from 'node:util';
import { z } from 'zod';
import { londonDateOf } from '../../calendar';
import type { IsoDate } from '../../config/clock';
import type { DueFor } from '../../config/policy';
import { decisions, definitionOf, ownRefusals } from '../../config/processes';
import { hasWithdrawn, partnerByCode, partnerName } from '../../config/protocol-rules';
import { ActRejected } from '../../dispatch';
import { moveOnRecord, wasRefused } from '../../dispatch/clock';
import type { PlannedDuty } from '../../dispatch/duties';
import { nextOpening, type Reopening } from '../../dispatch/reopening';
import type { ActDraft, Actor, AuditAct, AuditEntry, AuditFacts } from '../../store/audit';
import type { CaseDocument, CaseTask } from '../../store/cases';
import { dutyTold } from '../../store/messages';
import {
  silenceDecisions,
  type CaseInput,
  type RejectionType,
  type SilenceDecision,
} from '../../workflows/shared/contract';
import { nearDate, text } from '../forms/fields';
import { Invalid, Refusal } from '../http/refusals';
import { planAfterReply } from './clock';
import { noteIn, sealEntry, type NoteContent } from './content';
import { openQuestion } from './questions';
import { submissionKey, type CaseDependencies } from './dependencies';
import { openerLeft } from '../../dispatch/memberships';
import { partFault } from './taking-part';

/** Who acts on which case, with which form: the same form sent twice is one act. */
export interface Acting {
  readonly document: CaseDocument;
  readonly by: Actor;
  readonly submissionId: string;
}
export interface ActingOnTask extends Acting {
  readonly task: CaseTask;
}

/**
 * The form that an act came with: its key, and whether an entry of the record is of this very form, sent before. Who may
 * have changed it since is told by `refuseIfChanged`.
 */
export function submissionOf(
  { by, submissionId, task }: Pick<Acting, 'by' | 'submissionId'> & { readonly task?: Pick<CaseTask, 'id'> },
  act: AuditAct,
) {
  const submission = submissionKey(senderOf(by), submissionId);
  const isSame = (entry: Pick<AuditEntry, 'act' | 'task' | 'facts'>): boolean =>
    entry.act === act && entry.facts['submissionId'] === submission && (task === undefined || entry.task === task.id);
  return { submission, isSame };
}

/** @throws SentBefore for the same form with other words in it */
export function refuseIfChanged(
  document: CaseDocument,
  earlier: AuditEntry,
  written: NoteContent | null,
  { store }: Pick<CaseDependencies, 'store'>,
): void {
  if (!isDeepStrictEqual(noteIn(document, earlier, store), written)) throw new SentBefore();
}

const reason = text('Enter the reason', 2_000).meta({ description: 'Kept sealed, with the act' });

/** Nothing is asked for: the question is on the page. */
export const confirmationSchema = z.object({});
export const replySchema = z.object({ text: text('Enter your reply', 10_000) });
export const withdrawalSchema = z.object({ reason });
/** What a process leaves to whoever opened the case; those whom it concerns can read why. */
export const caseDecisionSchema = z.object({ decision: z.enum(decisions, 'Choose what you decide'), reason });
export const decisionSchema = z.object({
  decision: z.enum(silenceDecisions, 'Choose whether to ask again or to leave it unanswered'),
  reason,
});
/** A day of a case by which its answers are needed, and which a reopening can set anew. */
const daysAhead = { panelOn: 'Date of the panel', beginsOn: 'From when' } as const;
export type DayAhead = keyof typeof daysAhead;

/**
 * A case in which nobody was asked is reopened without asking anybody, and one whose process goes on without.
 * @param document missing for one that may be of any case
 */
export function reopeningSchema(
  today: IsoDate,
  document?: Pick<CaseDocument, 'tasks'>,
  { reopensWithoutAsking = false, dayAhead }: { readonly reopensWithoutAsking?: boolean | undefined; readonly dayAhead?: DayAhead | undefined } = {},
) {
  const mayAskNobody = document === undefined || document.tasks.length === 0 || reopensWithoutAsking;
  const day = (field: DayAhead, of: string) =>
    nearDate(daysAhead[field], 'Enter the date', today)
      .nullable()
      .default(null)
      .refine((on) => on === null || document === undefined || dayAhead === field, 'Leave this out: a case of this kind has no such date')
      .meta({ description: `Of ${of}: another day, where the one that is set comes too soon for who is asked again; left out, it stays`, format: 'date' });
  return z.object({
    tasks: z
      .array(z.string(), 'Choose at least one partner to ask again')
      .min(mayAskNobody ? 0 : 1, 'Choose at least one partner to ask again')
      .prefault([])
      .meta({ description: 'The tasks that are asked again; the others stay as they stood. None where nobody was asked in the case, and in an ASB case review, which then goes on from how it ended', examples: [['T1']] }),
    panelOn: day('panelOn', 'an ASB case review'),
    beginsOn: day('beginsOn', 'a change of processor'),
    reason,
  });
}

/** Why a case does not accept an act. */
export const rejections: Readonly<Record<RejectionType, string>> = {
  ...ownRefusals,
  CaseEnded: 'The case is closed already.',
  TaskUnknown: 'The case has no such task.',
  LadderNotFinished: 'The reminders and escalations are not finished yet. Until they are, there is nothing to decide.',
  AlreadyAnswered: 'The partner has answered meanwhile. Go to the case to see where it stands.',
  NoOpenQuestion: 'There is no question that waits for a reply.',
  NoLongerAwaited: 'No answer is waited for any more, so there is no date to change.',
  ClosingCountedAnew: 'The day on which the case closes by itself was counted anew meanwhile.',
  NotOfThisProcess: 'This cannot be done in a case of this kind.',
};

export class NotPossible extends Refusal {
  constructor(why: string) {
    super(409, 'This cannot be done now', why);
  }
}

/** The same form came before with something else in it: taking it for a repeat would lose what is new. */
export class SentBefore extends Refusal {
  constructor() {
    super(409, 'This was sent before', 'It was changed and sent again. What was sent first stands. Look at the case.');
  }
}

/** @throws Refusal 409; CaseOutOfReach, and the act may still be done later */
export async function confirm(acting: Acting, deps: CaseDependencies): Promise<void> {
  await carryOutAct(acting, { name: 'confirmed', act: 'answers-confirmed', facts: {} }, deps);
}

/** @throws Refusal 409; CaseOutOfReach, and the act may still be done later */
export async function withdraw(
  { reason: why, ...acting }: Acting & z.infer<typeof withdrawalSchema>,
  deps: CaseDependencies,
): Promise<void> {
  // What a former partner has opened is ended in its place, and may go on outside Concordat: it was not taken back.
  const hasLeft = openerLeft(acting.document, deps.clock.now(), deps.protocol) !== undefined;
  const act = { name: 'withdrawn', act: 'request-withdrawn', facts: {}, worked: hasLeft ? { openerLeft: true } : {}, note: { text: why } } as const;
  await carryOutAct(acting, act, deps);
}

/** @throws Refusal 409; CaseOutOfReach, and the act may still be done later */
export async function decideCase(
  { reason: why, decision, ...acting }: Acting & z.infer<typeof caseDecisionSchema>,
  deps: CaseDependencies,
): Promise<void> {
  const act: NeedsWord = {
    name: `decided/${decision}`,
    act: 'case-decided',
    facts: { decision },
    note: { text: why },
  };
  await carryOutAct(acting, act, deps);
}

/** @throws Refusal 409; CaseOutOfReach, and the act may still be done later */
export async function decideSilence(
  { task, decision, reason: why, ...acting }: ActingOnTask & z.infer<typeof decisionSchema>,
  deps: CaseDependencies,
): Promise<void> {
  const act: NeedsWord = {
    name: `silence/${task.id}`,
    act: decision satisfies SilenceDecision,
    task: task.id,
    facts: {},
    note: { text: why },
  };
  const { isSame } = submissionOf(acting, act.act);
  const unlessAsked = (record: readonly AuditEntry[]): Promise<NeedsWord> => {
    const since = Date.parse(deps.clock.now()) - askedAtOnce;
    const isOthers = (entry: AuditEntry): boolean =>
      entry.act === decision && entry.task === task.id && !isSame(entry) && Date.parse(entry.at) > since && !wasRefused(record, entry);
    if (record.some(isOthers)) throw new NotPossible('This partner was asked again in this minute already. It was not mailed twice.');
    return Promise.resolve(act);
  };
  await carryOutAct(acting, decision === 'asked-again' ? unlessAsked : act, deps);
}

/** Of those who ask a partner again within a minute, one does: two who press at once mean the same, and all there are mailed. */
const askedAtOnce = 60_000;

export interface NeedsWord {
  /** What its key begins with. */
  readonly name: string;
  readonly act: AuditAct;
  readonly task?: string;
  readonly facts: AuditFacts;
  /** What was worked out for it: the same act sent again may come to something else. */
  readonly worked?: AuditFacts;
  /** What was written with it, kept sealed. */
  readonly note?: NoteContent;
}

/**
 * Puts an act on record, and asks the case for its word.
 * @param given the act; or how it is concluded from the record, as what it is numbered by: concluded again where something has
 *   come in between
 */
export async function carryOutAct(
  acting: Acting,
  given: NeedsWord | ((record: readonly AuditEntry[]) => Promise<NeedsWord>),
  deps: CaseDependencies,
): Promise<void> {
  const { audit } = deps.store;
  const { _id: chain } = acting.document;
  if (typeof given !== 'function') {
    const { entry } = await audit.append(await draftOf(acting, given, deps));
    await takeOnRecord(acting, given, entry, deps);
    return;
  }
  for (;;) {
    const record = await audit.of(chain);
    const last = record.at(-1);
    if (last === undefined) throw new Error(`${chain} has no record.`);
    const concluded = await given(record);
    const done = await audit.appendAfter(await draftOf(acting, concluded, deps), last);
    if (done === null) continue;
    await takeOnRecord(acting, concluded, done.entry, deps);
    return;
  }
}

/** @throws Refusal 409 for a closed case, but for the act that closed it, sent again */
async function draftOf(
  { document, by, submissionId }: Acting,
  { name, act, task, facts, worked = {}, note }: NeedsWord,
  { store, clock }: CaseDependencies,
): Promise<ActDraft> {
  const { _id: chain } = document;
  const { submission } = submissionOf({ by, submissionId }, act);
  const key = `${name}/${submission}`;
  if (document.ended && (await store.audit.byKey(chain, key)) === null) throw new NotPossible(rejections.CaseEnded);
  return {
    chain,
    key,
    at: clock.now(),
    act,
    by,
    ...(task === undefined ? {} : { task }),
    facts: { ...facts, ...worked, submissionId: submission },
    ...(note === undefined ? {} : { sealed: sealEntry(document, key, note, store) }),
    waiting: true,
  };
}

/** @param entry of the act, or of the same form that was sent before */
async function takeOnRecord({ document }: Acting, { act, facts, note }: NeedsWord, entry: AuditEntry, deps: CaseDependencies): Promise<void> {
  if (entry.act !== act || !sameFacts(entry.facts, facts)) throw new SentBefore();
  refuseIfChanged(document, entry, note ?? null, deps);
  await takeEffect(entry, deps);
}

const sameFacts = (known: AuditFacts, given: AuditFacts): boolean =>
  Object.entries(given).every(([name, value]) => isDeepStrictEqual(known[name], value));

/**
 * Asks the case for its word on an act that is on record; the store shows what it has changed.
 * @throws Refusal 409; CaseOutOfReach, and the act may still be done later
 */
export async function takeEffect(entry: AuditEntry, { dispatch }: Pick<CaseDependencies, 'dispatch'>): Promise<void> {
  try {
    await dispatch.act(entry);
  } catch (error) {
    if (error instanceof ActRejected) throw new NotPossible(rejections[error.rejection]);
    throw error;
  }
}

const senderOf = ({ account, via }: Actor): string => account ?? via;

/**
 * Replies to the open question of a task: once this returns it is durable. Where the clock stood still since the
 * question, it goes on from here, worked out anew.
 * @throws Refusal 409
 */
export async function reply(
  { text: words, ...acting }: ActingOnTask & z.infer<typeof replySchema>,
  deps: CaseDependencies,
): Promise<void> {
  const { store, dispatch, clock, holidays, background } = deps;
  const { document, task, by } = acting;
  const { _id: chain } = document;
  const { submission, isSame } = submissionOf(acting, 'question-answered');
  const record = await store.audit.of(chain);
  const earlier = record.find(isSame);
  if (earlier !== undefined) {
    refuseIfChanged(document, earlier, { text: words }, deps);
    return;
  }
  const at = clock.now();
  const facts = { submissionId: submission };
  const seal = (key: string): string => sealEntry(document, key, { text: words }, store);
  const draft = { at, act: 'question-answered', by } as const;
  const replied = 'A colleague has replied to this question already. Your reply was not added.';
  const question = openQuestion(document, task, record);
  if (question === null) throw new NotPossible(document.ended ? rejections.CaseEnded : rejections.NoOpenQuestion);
  const { number } = question;
  let sentMeanwhile: AuditEntry | undefined;
  const moved = await moveOnRecord(
    document,
    task,
    (now, current, version) => {
      sentMeanwhile = now.find(isSame);
      if (sentMeanwhile !== undefined) return null;
      if (openQuestion(document, task, now)?.number !== number) throw new NotPossible(replied);
      const plan = planAfterReply(document, task, now, { current, version, repliedAt: at }, { holidays: holidays.current() });
      return plan === null ? null : { plan, draft: { ...draft, facts: { ...facts, number }, seal } };
    },
    store,
  );
  const key = `reply/${task.id}/${number}`;
  const entry =
    moved ??
    sentMeanwhile ??
    (
      await store.audit.append({
        ...draft,
        chain,
        key,
        task: task.id,
        facts: { ...facts, number, clock: null, plan: null },
        sealed: seal(key),
        waiting: true,
      })
    ).entry;
  if (!isSame(entry)) throw new NotPossible(replied);
  refuseIfChanged(document, entry, { text: words }, deps);
  background.run('deliver', chain, async () => {
    await dispatch.deliver(entry);
  });
}

/** What a process says of a case that is opened again. */
export interface ReopenedWith {
  /** What the workflow of the next opening is told besides whom it asks. */
  readonly input: object;
  /** What is to be done from then on, besides answering. */
  readonly duties?: readonly PlannedDuty[];
  /** What sets by when those answer who are asked again, where it is not counted from the reopening. */
  readonly dueFor?: DueFor | undefined;
  /** What the case rests on from then on, where that changes with it. */
  readonly terms?: CaseDocument['terms'];
  /** What has to be asked again in any case, by its name. */
  readonly mustAsk?: readonly (Pick<CaseTask, 'id'> & { readonly name: string })[];
}
/** Whom a reopening asks again, and which day it sets anew. */
export type Reopened = { readonly tasks: readonly string[] } & { readonly [Day in DayAhead]?: IsoDate | null | undefined };
/** @throws Invalid for a day that is set and comes too soon, or cannot be */
export type Reopens = (
  document: CaseDocument,
  record: readonly AuditEntry[],
  given: Reopened,
  deps: Pick<CaseDependencies, 'protocol' | 'clock' | 'holidays'>,
) => ReopenedWith;

/**
 * Opens a closed case again, with a new clock from today for those who are asked again: once this returns it is
 * durable. What the others answered stays.
 * @param reopenedWith what its process says of that
 * @throws Refusal 409; Invalid for a partner that cannot be asked, for somebody who has to be, or a day that comes too soon
 */
export async function reopen(
  { tasks, panelOn, beginsOn, reason: why, reopenedWith = () => ({ input: {} }), ...acting }: Acting & Reopened & { readonly reason: string; readonly reopenedWith?: Reopens | undefined },
  deps: CaseDependencies,
): Promise<void> {
  const { store } = deps;
  const { document } = acting;
  const { isSame } = submissionOf(acting, 'case-reopened');
  const record = await store.audit.of(document._id);
  const earlier = record.find(isSame);
  if (earlier !== undefined) {
    refuseIfChanged(document, earlier, { text: why }, deps);
    return;
  }
  if (!document.ended) throw new NotPossible('The case is open. Only a closed case can be reopened.');
  refuseWhoCannotBeAsked(document, tasks, deps);
  const { input, duties = [], dueFor, terms, mustAsk = [] } = reopenedWith(document, record, { tasks, panelOn, beginsOn }, deps);
  const missing = mustAsk.filter(({ id }) => !tasks.includes(id));
  if (missing.length > 0) {
    const names = missing.map(({ name }) => name).join('; ');
    throw new Invalid([{ field: 'tasks', message: `Choose ${names} as well: nobody has decided it yet` }]);
  }
  const own: Partial<CaseInput> = {
    ...input,
    ...(duties.length === 0 ? {} : { duties: duties.map(dutyTold) }),
    ...(acting.by.account === document.openedBy.account ? {} : { tellsOpener: true }),
  };
  const next = nextOpening(document, { again: tasks, own, dueFor }, record, { protocol: deps.protocol, holidays: deps.holidays.current(), now: deps.clock.now() });
  const facts = { ...(duties.length === 0 ? {} : { duties }), ...(terms === undefined ? {} : { terms }) } as unknown as AuditFacts;
  await openAgain(acting, { next, facts, note: { text: why } }, deps);
}

/**
 * Puts on record that a closed case goes on, and starts its next opening: once this returns it is durable.
 * @param facts what is put on record with it
 * @throws Refusal 409 where somebody else was first
 */
export async function openAgain(
  acting: Acting,
  { next, facts = {}, note }: { readonly next: Reopening; readonly facts?: AuditFacts; readonly note: NoteContent },
  { store, dispatch, clock, background }: CaseDependencies,
): Promise<void> {
  const { document, by } = acting;
  const { _id: chain } = document;
  const { submission, isSame } = submissionOf(acting, 'case-reopened');
  const key = `reopened/${next.run}`;
  const { entry } = await store.audit.append({
    chain,
    key,
    at: clock.now(),
    act: 'case-reopened',
    by,
    facts: { ...facts, submissionId: submission, next } as unknown as AuditFacts,
    sealed: sealEntry(document, key, note, store),
    waiting: true,
  });
  if (!isSame(entry)) {
    throw new NotPossible('A colleague has reopened the case already. What you chose was not added.');
  }
  // Only the store is changed here, and the next page should show it.
  await dispatch.apply(entry);
  background.run('start', chain, async () => {
    const reopened = await store.cases.get(chain);
    if (reopened !== null) await dispatch.start(reopened);
    await dispatch.deliver(entry);
  });
}

/** As at the opening: of who has not signed, or has withdrawn. */
function refuseWhoCannotBeAsked(
  document: CaseDocument,
  tasks: readonly string[],
  { protocol, clock }: CaseDependencies,
): void {
  const today = londonDateOf(clock.now());
  const faultOf = (code: string) => partFault(partnerByCode(protocol, code), today);
  const refuse = (message: string) => new Invalid([{ field: 'tasks', message }]);
  const { partner: opener } = document.openedBy;
  const openerFault = faultOf(opener);
  if (openerFault !== undefined) throw refuse(`${partnerName(protocol, opener)} ${openerFault}, so it cannot ask`);
  const concernsFormer = definitionOf(document.process).withFormerPartners === true;
  for (const id of tasks) {
    const task = document.tasks.find((each) => each.id === id);
    if (task === undefined) throw refuse('Choose partners of the list: one of these was not asked in this case');
    const partner = partnerByCode(protocol, task.partner);
    if (concernsFormer && partner !== undefined && hasWithdrawn(partner, today)) continue;
    const fault = faultOf(task.partner);
    if (fault === undefined) continue;
    throw refuse(`${partnerName(protocol, task.partner)} ${fault}, so it cannot be asked again`);
  }
}
