/**
 * Moving the date of an open case: more time for a partner, given by whoever asked it; and the correction of the day
 * that all was counted from, which one person proposes and a second one confirms. Every earlier date stays on record.
 */
import { isDeepStrictEqual } from 'node:util';
import { z } from 'zod';
import { CalendarError, extensionWindow, formatDate, londonDateOf } from '../../calendar';
import { clocks } from '../../config/clocks';
import { processes } from '../../config/processes';
import type { IsoDate, IsoInstant } from '../../config/clock';
import { awaitedTasks, movedByStart } from '../../dispatch/apply';
import { isAnswered, moveOnRecord, nextVersion, planInForce, planTask, policyFor, wasRefused } from '../../dispatch/clock';
import type { Actor, AuditEntry } from '../../store/audit';
import type { CaseDocument, CaseTask, CaseTerms, TaskPlan } from '../../store/cases';
import type { Proposer } from '../../workflows/shared/contract';
import { civilDate, optionalText, text } from '../forms/fields';
import { Invalid } from '../http/refusals';
import { stillSince } from './clock';
import { NotPossible, SentBefore, refuseIfChanged, rejections, submissionOf, takeEffect, type Acting, type ActingOnTask } from './acts';
import { sealEntry } from './content';
import type { CaseDependencies } from './dependencies';
import { lastActBefore } from './questions';
import { receivedFault } from './taking-part';

const reason = text('Enter the reason', 2_000).meta({ description: 'Kept sealed, with the act' });

export const extensionSchema = z.object({ reason });

export const correctionSchema = z.object({
  from: civilDate('Day of receipt', 'Enter the day on which the request was received').meta({
    description: 'The day, in London, on which the request was received after all',
  }),
  reason,
});

export const correctionDecisions = ['confirmed', 'declined'] as const;
export const correctionDecisionSchema = z.object({
  decision: z.enum(correctionDecisions, 'Choose whether the new day is right'),
  reason: optionalText(2_000).meta({ description: 'Why it is declined; kept sealed, with the act' }),
});

/** What an extension would make of a task's date. */
export interface Extension {
  readonly plan: TaskPlan;
  readonly before: TaskPlan;
}

/**
 * The date that a task would have after an extension; or why it can have none. More time is given while the first time
 * runs, days that are left out included, and once.
 */
export function extensionOf(
  document: CaseDocument,
  task: Pick<CaseTask, 'id' | 'kind' | 'plans'>,
  record: readonly AuditEntry[],
  now: IsoInstant,
  deps: Pick<CaseDependencies, 'holidays'>,
): Extension | { readonly refused: string } {
  if (document.ended) return { refused: rejections.CaseEnded };
  if (isAnswered(document, task, record)) return { refused: rejections.AlreadyAnswered };
  if (!awaitedTasks(document).some(({ id }) => id === task.id)) return { refused: rejections.NoLongerAwaited };
  const before = planInForce(task, record);
  const policy = policyFor(document.policy, task);
  if ('hours' in policy.clock.length) {
    return { refused: `A ${processes[document.process].title.toLowerCase()} has no extension and no pause: its hours run on.` };
  }
  if (before.extended) return { refused: 'The time to answer was extended before. It can be extended once.' };
  if (policy.clock.extendedLength === undefined) {
    return { refused: 'The protocol of this case allows no extension of the time to answer.' };
  }
  // A clock that stands still has come as far as it had when it stopped.
  const { until, untilAt } = extensionWindow(
    { clock: before.clock, from: before.from, paused: before.paused },
    { holidays: deps.holidays.current(), settings: { ...clocks, [before.clock]: policy.clock } },
  );
  if (Date.parse(untilAt) <= Date.parse(stillSince(document, task, record, before) ?? now)) {
    return { refused: `The time to answer could be extended until ${formatDate(until)}. That day has passed.` };
  }
  const plan = planTask(
    {
      caseRef: document._id,
      from: before.from,
      paused: before.paused,
      extended: true,
      version: nextVersion(task, record),
      reason: 'extended',
    },
    policy,
    { holidays: deps.holidays.current() },
  );
  return { plan, before };
}

/**
 * Gives a partner more time, up to the extended length of the protocol, counted from the same day as before.
 * @throws Refusal 409 outside its window, or if the task is not awaited; CaseOutOfReach, and it may still be done later
 */
export async function extend(
  { reason: why, ...acting }: ActingOnTask & z.infer<typeof extensionSchema>,
  deps: CaseDependencies,
): Promise<void> {
  const { store, clock } = deps;
  const { document, task, by } = acting;
  const { submission, isSame } = submissionOf(acting, 'clock-extended');
  const at = clock.now();
  const moved = await moveOnRecord(
    document,
    task,
    (record) => {
      if (record.some(isSame)) return null;
      const extension = extensionOf(document, task, record, at, deps);
      if ('refused' in extension) throw new NotPossible(extension.refused);
      const seal = (key: string): string => sealEntry(document, key, { text: why }, store);
      return {
        plan: extension.plan,
        draft: { at, act: 'clock-extended', by, facts: { submissionId: submission }, seal },
      };
    },
    store,
  );
  const entry = moved ?? (await store.audit.of(document._id, 'clock-extended')).find(isSame);
  if (entry === undefined) throw new SentBefore();
  refuseIfChanged(document, entry, { text: why }, deps);
  await takeEffect(entry, deps);
}

/** A correction that waits for its second person. */
export interface Correction {
  readonly number: number;
  readonly proposed: AuditEntry;
  /** The day of receipt; the moment of detection. */
  readonly from: IsoDate | IsoInstant;
  /** What it changes of what the case rests on. */
  readonly terms: CaseTerms;
}

/** The correction of a case that waits for a second person; null if there is none. */
export function openCorrection(document: Pick<CaseDocument, 'ended' | 'startInput'>, record: readonly AuditEntry[]): Correction | null {
  if (document.ended) return null;
  const after = lastActBefore(document);
  const proposed = record.findLast((entry) => entry.act === 'correction-proposed' && entry.seq > after && !wasRefused(record, entry));
  if (proposed === undefined) return null;
  const number = proposed.facts['number'] as number;
  const isDecided = record.some(
    ({ act, facts }) => (act === 'correction-confirmed' || act === 'correction-declined') && facts['number'] === number,
  );
  if (isDecided) return null;
  const { from, terms = {} } = proposed.facts;
  return { number, proposed, from: from as IsoDate | IsoInstant, terms: terms as CaseTerms };
}

/** What a correction would make of the dates of the tasks that it moves. @throws CalendarError */
export function correctedPlans(
  document: CaseDocument,
  from: IsoDate | IsoInstant,
  record: readonly AuditEntry[],
  deps: Pick<CaseDependencies, 'holidays'>,
): { readonly task: CaseTask; readonly before: TaskPlan; readonly plan: TaskPlan }[] {
  const holidays = deps.holidays.current();
  const isOfDetection = processes[document.process].countedFrom === 'detection';
  const moved = movedByStart(document).filter((task) => isOfDetection || !isAnswered(document, task, record));
  return moved.map((task) => {
    const before = planInForce(task, record);
    const { extended, paused } = before;
    const draft = { caseRef: document._id, from, extended, paused, version: nextVersion(task, record) };
    return { task, before, plan: planTask({ ...draft, reason: 'corrected' }, policyFor(document.policy, task), { holidays }) };
  });
}

/**
 * Proposes another day for the one that the case was counted from. Nothing moves until a second person confirms it.
 * @throws Refusal 409; Invalid for a day that cannot be; CaseOutOfReach, and it may still be done later
 */
export async function proposeCorrection(
  { from, reason: why, ...acting }: Acting & z.infer<typeof correctionSchema>,
  deps: CaseDependencies,
): Promise<void> {
  // A breach was received on no day: its times have a form of their own.
  if (processes[acting.document.process].countedFrom !== 'receipt') throw new NotPossible(rejections.NotOfThisProcess);
  await proposeStart({ ...acting, from, terms: {}, why }, deps);
}

/**
 * Proposes another start for a case: the day of receipt, or the moment of detection with what it changes besides.
 * @throws as `proposeCorrection`
 */
export async function proposeStart(
  { from, terms, why, ...acting }: Acting & Pick<Correction, 'from' | 'terms'> & { readonly why: string },
  deps: CaseDependencies,
): Promise<void> {
  const { store, clock } = deps;
  const { document, by } = acting;
  const { _id: chain } = document;
  const { submission, isSame } = submissionOf(acting, 'correction-proposed');
  const record = await store.audit.of(chain);
  const refuseIfOther = (entry: AuditEntry): void => {
    if (entry.facts['from'] !== from || !isDeepStrictEqual(entry.facts['terms'] ?? {}, terms)) throw new SentBefore();
    refuseIfChanged(document, entry, { text: why }, deps);
  };
  const earlier = record.find(isSame);
  if (earlier !== undefined) {
    refuseIfOther(earlier);
    return;
  }
  if (document.ended) throw new NotPossible(rejections.CaseEnded);
  if (!isCorrectable(document, record)) throw new NotPossible(rejections.NoLongerAwaited);
  if (openCorrection(document, record) !== null) {
    throw new NotPossible('A correction of the date waits for a second person already. Decide on that one first.');
  }
  refuseStart(document, { from, terms }, record, deps);
  const number = record.filter(({ act }) => act === 'correction-proposed').length + 1;
  const key = `correction/${number}`;
  const { entry } = await store.audit.append({
    chain,
    key,
    at: clock.now(),
    act: 'correction-proposed',
    by,
    facts: { number, from, ...termsIn(terms), proposedBy: await proposerOf(document, by, store), submissionId: submission },
    sealed: sealEntry(document, key, { text: why }, store),
    waiting: true,
  });
  if (!isSame(entry)) {
    throw new NotPossible('A colleague has proposed a correction a moment ago. Decide on that one first.');
  }
  refuseIfOther(entry);
  await takeEffect(entry, deps);
}

async function proposerOf(
  { openedBy }: CaseDocument,
  { account }: Actor,
  { accounts }: Pick<CaseDependencies['store'], 'accounts'>,
): Promise<Proposer> {
  if (account === openedBy.account) return 'requester';
  const known = account === null ? null : await accounts.byId(account);
  return known?.roles.includes('csp-manager') === true ? 'csp-manager' : 'colleague';
}

const termsIn = (terms: CaseTerms): { readonly terms?: CaseTerms } => (Object.keys(terms).length === 0 ? {} : { terms });

/**
 * Whether there is a date that a correction would move: what counts from its opening was received on no day. The times of a
 * breach are put right until it is closed.
 */
export function isCorrectable(document: CaseDocument, record: readonly AuditEntry[]): boolean {
  switch (processes[document.process].countedFrom) {
    case 'opening':
      return false;
    case 'detection':
      return !document.ended;
    case 'receipt':
      return awaitedTasks(document).some((task) => !isAnswered(document, task, record));
  }
}

function refuseStart(
  document: CaseDocument,
  { from, terms }: Pick<Correction, 'from' | 'terms'>,
  record: readonly AuditEntry[],
  deps: CaseDependencies,
): void {
  const refuse = (message: string) => new Invalid([{ field: 'from', message }]);
  if (startDayOf(document, from) > londonDateOf(deps.clock.now())) throw refuse('The day of receipt must be today or in the past');
  const why = whyNotFrom(document, from, record, deps);
  if (why !== null) throw refuse(why);
  const isAsBefore = Object.entries(terms).every(([name, value]) => document.terms[name] === value);
  if (isAsBefore && correctedPlans(document, from, record, deps).every(({ before }) => before.from === from)) {
    const isDetection = processes[document.process].countedFrom === 'detection';
    throw refuse(`${isDetection ? 'These are the times' : 'This is the day'} that the case is counted from already`);
  }
}

/** The day on which a start lies; a moment that has to be in the past was checked where it was entered. */
const startDayOf = ({ process }: Pick<CaseDocument, 'process'>, from: IsoDate | IsoInstant): IsoDate =>
  processes[process].countedFrom === 'detection' ? londonDateOf(from as IsoInstant) : (from as IsoDate);

/** Why the case cannot be counted from a day; null if it can. */
export function whyNotFrom(
  document: CaseDocument,
  start: IsoDate | IsoInstant,
  record: readonly AuditEntry[],
  deps: Pick<CaseDependencies, 'clock' | 'holidays' | 'protocol'>,
): string | null {
  // A breach concerns whoever it concerns, and nothing stops its hours.
  if (processes[document.process].countedFrom === 'detection') return null;
  const from = start as IsoDate;
  const awaited = awaitedTasks(document);
  const partners = [...awaited.map(({ partner }) => partner), document.openedBy.partner];
  const unsigned = receivedFault(deps.protocol, partners, from, londonDateOf(deps.clock.now()));
  if (unsigned !== undefined) return unsigned;
  for (const task of awaited) {
    const current = planInForce(task, record);
    const since = stillSince(document, task, record, current);
    const [still] = [...current.paused.map((pause) => pause.from), ...(since === null ? [] : [londonDateOf(since)])].sort();
    if (still !== undefined && from > still) {
      return `The day of receipt must be ${formatDate(still)} or earlier: the clock has stood still for a question from then on`;
    }
  }
  try {
    correctedPlans(document, from, record, deps);
    return null;
  } catch (error) {
    if (error instanceof CalendarError) return error.message;
    throw error;
  }
}

/**
 * The second person's word on a correction. Whoever proposed it can take it back, and not confirm it.
 * @throws Refusal 409; CaseOutOfReach, and it may still be done later
 */
export async function decideCorrection(
  { decision, reason: why, ...acting }: Acting & z.infer<typeof correctionDecisionSchema>,
  deps: CaseDependencies,
): Promise<void> {
  const { store, clock } = deps;
  const { document, by } = acting;
  const { _id: chain } = document;
  const { submission, isSame } = submissionOf(acting, `correction-${decision}`);
  const record = await store.audit.of(chain);
  let entry = record.find(isSame);
  if (entry === undefined) {
    const correction = openCorrection(document, record);
    if (correction === null) {
      throw new NotPossible(document.ended ? rejections.CaseEnded : 'No correction of the date waits for a second person.');
    }
    if (decision === 'confirmed' && isOfSamePerson(correction, by)) {
      throw new NotPossible('You proposed this correction, so a second person has to confirm it. You can take it back.');
    }
    const whyNot = decision === 'confirmed' ? whyNotConfirmed(document, correction, record, deps) : null;
    if (whyNot !== null) throw new NotPossible(whyNot);
    const key = `correction/${correction.number}/decided`;
    ({ entry } = await store.audit.append({
      chain,
      key,
      at: clock.now(),
      act: `correction-${decision}`,
      by,
      facts: {
        number: correction.number,
        from: correction.from,
        ...termsIn(correction.terms),
        proposedBy: correction.proposed.facts['proposedBy'] ?? 'colleague',
        takenBack: isOfSamePerson(correction, by),
        submissionId: submission,
      },
      ...(why === '' ? {} : { sealed: sealEntry(document, key, { text: why }, store) }),
      waiting: true,
    }));
    if (!isSame(entry)) throw new NotPossible('A colleague has decided on this correction a moment ago.');
  }
  refuseIfChanged(document, entry, why === '' ? null : { text: why }, deps);
  await takeEffect(entry, deps);
}

/** Why a correction that waits can only be declined; null if it can be confirmed. */
export function whyNotConfirmed(
  document: CaseDocument,
  { from }: Pick<Correction, 'from'>,
  record: readonly AuditEntry[],
  deps: Pick<CaseDependencies, 'clock' | 'holidays' | 'protocol'>,
): string | null {
  if (!isCorrectable(document, record)) return rejections.NoLongerAwaited;
  const why = whyNotFrom(document, from, record, deps);
  return why === null ? null : `This day cannot be confirmed any more. ${why}.`;
}

/** A token acts as its account, so the account tells one person from another. */
export const isOfSamePerson = ({ proposed }: Correction, { account }: { readonly account: string | null }): boolean =>
  proposed.by.account === account;
