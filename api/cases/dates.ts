/**
 * Moving the date of an open case: more time for a partner, given by whoever asked it; and the correction of the day
 * that all was counted from, which one person proposes and a second one confirms. Every earlier date stays on record.
 */
import { isDeepStrictEqual } from 'node:util';
import { z } from 'zod';
import { CalendarError, formatDate, formatInstant, londonDateOf, startOfLondonDay, workingDaysAfter } from '../../calendar';
import { consultsOriginators, processes } from '../../config/processes';
import type { Protocol } from '../../config/protocol';
import { askedName } from '../../config/protocol-rules';
import type { IsoDate, IsoInstant } from '../../config/clock';
import { awaitedTasks, isSameLadder, movedByStart } from '../../dispatch/apply';
import { countedFrom } from '../../dispatch/counted-from';
import { extensionWindowOf, withExtensionFrom } from '../../dispatch/extension';
import { answerBefore, answerTo, stopInForce } from '../../dispatch/items';
import { hasLeft, noticeDays } from '../../dispatch/notice-of-withdrawal';
import { isAnswered, moveOnRecord, nextVersion, planInForce, planTask, policyFor, wasRefused } from '../../dispatch/clock';
import type { Actor, AuditEntry, AuditFacts } from '../../store/audit';
import type { CaseDocument, CaseTask, CaseTerms, TaskPlan } from '../../store/cases';
import type { ByLaw, Proposer } from '../../workflows/shared/contract';
import { civilDate, optionalText, text } from '../forms/fields';
import { Invalid } from '../http/refusals';
import { stillSince } from './clock';
import { NotPossible, SentBefore, refuseIfChanged, rejections, submissionOf, takeEffect, type Acting, type ActingOnTask } from './acts';
import { sealEntry } from './content';
import type { CaseDependencies } from './dependencies';
import { lastActBefore } from './questions';
import { receivedFault } from './taking-part';

const reason = text('Enter the reason', 2_000).meta({ description: 'Kept sealed, with the act' });

export const extensionSchema = z.object({
  reason,
  toldOn: civilDate('Day on which the applicant was told', 'Enter the day on which the applicant was told')
    .optional()
    .meta({
      description: 'Of the reply to an applicant: the day, in London, on which the applicant was told of the extension; today if left out',
      format: 'date',
    }),
  dueOn: civilDate('Day of the reply', 'Enter the day by which the applicant has the reply')
    .optional()
    .meta({
      description: 'Of an FOI reply, needed: the working day, in London, by which the applicant was told that the public interest is weighed',
      format: 'date',
    }),
  dueOnConfirmed: z.boolean().default(false).meta({
    description: 'Needed where that is later than the 40 working days in all which the Information Commissioner expects: it is once only, and cannot be taken back',
  }),
});

export const correctionSchema = z.object({
  from: civilDate('Day of receipt', 'Enter the day of receipt').meta({
    description: 'The day, in London, on which the request, or the notice of withdrawal, was received after all',
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
  /** The last day on which it can be given; of a reply, on which the applicant can be told. */
  readonly until: IsoDate;
  /** Set where the day is chosen: the latest that the Information Commissioner expects. */
  readonly expectedBy?: IsoDate;
}

/**
 * The date that a task would have after an extension; or why it can have none. More time is given while the first time
 * runs, days that are left out included, and once. Of a reply the day counts on which the applicant was told (UK GDPR,
 * Article 12(3)), which can be put on record later.
 * @param toldOn of a reply; if it is not known yet, the extension is not refused for its day
 * @param dueOn where the law gives an extension no length, the day that was chosen; if it is not known yet, the latest that is expected
 */
export function extensionOf(
  document: CaseDocument,
  task: Pick<CaseTask, 'id' | 'kind' | 'plans'>,
  record: readonly AuditEntry[],
  now: IsoInstant,
  deps: Pick<CaseDependencies, 'holidays'>,
  { toldOn, dueOn }: { readonly toldOn?: IsoDate | undefined; readonly dueOn?: IsoDate | undefined } = {},
): Extension | { readonly refused: string } {
  if (document.ended) return { refused: rejections.CaseEnded };
  if (isAnswered(document, task, record)) return { refused: rejections.AlreadyAnswered };
  if (!awaitedTasks(document).some(({ id }) => id === task.id)) return { refused: rejections.NoLongerAwaited };
  const before = planInForce(task, record);
  const policy = policyFor(document.policy, task);
  if ('hours' in policy.clock.length) {
    return { refused: `A ${processes[document.process].title.toLowerCase()} has no extension and no pause: its hours run on.` };
  }
  const isChosen = policy.clock.extendedTo === 'chosen-day';
  if (before.extended || (isChosen && before.dueFor !== undefined)) return { refused: 'The time to answer was extended before. It can be extended once.' };
  if (policy.clock.extendedLength === undefined && !isChosen) {
    return { refused: 'The protocol of this case allows no extension of the time to answer.' };
  }
  if (stopInForce(record)?.facts['awaiting'] === 'particulars') {
    return { refused: 'The clock starts anew once the applicant has said what is meant. The time can be extended then.' };
  }
  // A clock that stands still has come as far as it had when it stopped, but where no pause lengthens the time to tell of more.
  const { until, untilAt, expectedBy } = extensionWindowOf(before, policy, deps.holidays.current());
  const isReply = task.kind === 'reply';
  const still = policy.clock.extensionToldBy === 'due-date-without-pauses' ? null : stillSince(document, task, record, before);
  const givenAt = !isReply ? now : toldOn === undefined ? null : startOfLondonDay(toldOn);
  if (givenAt !== null && Date.parse(untilAt) <= Date.parse(still ?? givenAt)) {
    const could = `The time to ${isReply ? 'reply' : 'answer'} could be extended until ${formatDate(until)}`;
    return { refused: isReply ? `${could}: the applicant has to be told on or before that day.` : `${could}. That day has passed.` };
  }
  const today = londonDateOf(now);
  const latest = [expectedBy, workingDaysAfter(today, 1, 'united-kingdom', deps.holidays.current())].filter((on) => on !== undefined).sort().at(-1) as IsoDate;
  const chosen = expectedBy === undefined ? {} : { dueFor: { chosenOn: dueOn ?? latest, setOn: today } };
  const draft = { caseRef: document._id, from: before.from, paused: before.paused, version: nextVersion(task, record), reason: 'extended' } as const;
  const plan = planTask({ ...draft, extended: !isChosen, ...chosen }, policy, { holidays: deps.holidays.current() });
  return { plan, before, until, ...(expectedBy === undefined ? {} : { expectedBy }) };
}

/**
 * Gives a partner more time, up to the extended length of the protocol, counted from the same day as before.
 * @throws Invalid for a day on which no applicant can have been told; Refusal 409 outside its window, or if the task is not
 * awaited; CaseOutOfReach, and it may still be done later
 */
export async function extend(
  { reason: why, toldOn, dueOn, dueOnConfirmed, ...acting }: ActingOnTask & z.infer<typeof extensionSchema>,
  deps: CaseDependencies,
): Promise<void> {
  const { store, clock } = deps;
  const { document, task, by } = acting;
  const today = londonDateOf(clock.now());
  const told = task.kind === 'reply' ? (toldOn ?? today) : undefined;
  refuseTold({ document, task, toldOn, today });
  refuseChosen({ document, task, dueOn });
  const { submission, isSame } = submissionOf(acting, 'clock-extended');
  const at = clock.now();
  const moved = await moveOnRecord(
    document,
    task,
    (record) => {
      if (record.some(isSame)) return null;
      const extension = chosenDay(() => extensionOf(document, task, record, at, deps, { toldOn: told, dueOn }));
      if ('refused' in extension) throw new NotPossible(extension.refused);
      const { dueOn: dueBefore } = extension.before;
      if (dueOn !== undefined && dueBefore !== undefined && dueOn <= dueBefore) {
        throw new Invalid([{ field: 'dueOn', message: `Day of the reply must be after ${formatDate(dueBefore)}, by which it is due without the extension` }]);
      }
      if (dueOn !== undefined && extension.expectedBy !== undefined && dueOn > extension.expectedBy && !dueOnConfirmed) {
        throw new Invalid([
          { field: 'dueOn', message: `Day of the reply must be ${formatDate(extension.expectedBy)} or earlier, as the Information Commissioner expects. If it takes longer, confirm the day: it cannot be changed later` },
        ]);
      }
      const seal = (key: string): string => sealEntry(document, key, { text: why }, store);
      return {
        plan: extension.plan,
        draft: { at, act: 'clock-extended', by, facts: { submissionId: submission, ...(told === undefined ? {} : { toldOn: told }) }, seal },
      };
    },
    store,
  );
  const entry = moved ?? (await store.audit.of(document._id, 'clock-extended')).find(isSame);
  const isOtherDay = dueOn !== undefined && (entry?.facts['plan'] as TaskPlan | undefined)?.dueOn !== dueOn;
  if (entry === undefined || (toldOn !== undefined && entry.facts['toldOn'] !== toldOn) || isOtherDay) throw new SentBefore();
  refuseIfChanged(document, entry, { text: why }, deps);
  await takeEffect(entry, deps);
}

/** @throws Invalid for a day that is missing where one has to be chosen, and for one where none is */
function refuseChosen({ document, task, dueOn }: {
  readonly document: Pick<CaseDocument, 'policy'>;
  readonly task: Pick<CaseTask, 'kind'>;
  readonly dueOn: IsoDate | undefined;
}): void {
  const isChosen = policyFor(document.policy, task).clock.extendedTo === 'chosen-day';
  if (isChosen === (dueOn !== undefined)) return;
  throw new Invalid([{ field: 'dueOn', message: isChosen ? 'Enter the day by which the applicant has the reply' : 'This extension has a length of its own: leave the day out' }]);
}

/** @throws Invalid for a day that cannot be chosen */
function chosenDay<Result>(extension: () => Result): Result {
  try {
    return extension();
  } catch (error) {
    if (error instanceof CalendarError) throw new Invalid([{ field: 'dueOn', message: error.message }]);
    throw error;
  }
}

/** @throws Invalid for a day on which no applicant can have been told */
function refuseTold({ document, task, toldOn, today }: {
  readonly document: Pick<CaseDocument, 'terms'>;
  readonly task: Pick<CaseTask, 'kind'>;
  readonly toldOn: IsoDate | undefined;
  readonly today: IsoDate;
}): void {
  if (toldOn === undefined) return;
  const refuse = (message: string) => new Invalid([{ field: 'toldOn', message }]);
  if (task.kind !== 'reply') throw refuse('No applicant is told of this date: leave the day out');
  if (toldOn > today) throw refuse('Day on which the applicant was told must be today or in the past');
  const receivedOn = document.terms['receivedOn'] as IsoDate;
  if (toldOn < receivedOn) throw refuse(`Day on which the applicant was told must be ${formatDate(receivedOn)} or later: the request was received then`);
}

/** A correction that waits for its second person. */
export interface Correction {
  readonly number: number;
  readonly proposed: AuditEntry;
  /** What it would be counted from: the day of receipt, or a later one on which the last came that is waited for; the moment of detection. */
  readonly from: IsoDate | IsoInstant;
  /** What was proposed: the day of receipt; the moment of detection. */
  readonly namedAs: IsoDate | IsoInstant;
  /** What it changes of what the case rests on. */
  readonly terms: CaseTerms;
  /** From when the law counts, by the tasks for which that is put right. */
  readonly byLaw: Readonly<Record<string, ByLaw>>;
}

/** What a correction puts in the place of the start. */
type NewStart = Pick<Correction, 'from' | 'terms' | 'byLaw'>;

/** The correction of a case that waits for a second person; null if there is none. */
export function openCorrection(document: Pick<CaseDocument, 'ended' | 'startInput' | 'terms'>, record: readonly AuditEntry[]): Correction | null {
  if (document.ended) return null;
  const after = lastActBefore(document);
  const proposed = record.findLast((entry) => entry.act === 'correction-proposed' && entry.seq > after && !wasRefused(record, entry));
  if (proposed === undefined) return null;
  const number = proposed.facts['number'] as number;
  const isDecided = record.some(
    ({ act, facts }) => (act === 'correction-confirmed' || act === 'correction-declined') && facts['number'] === number,
  );
  if (isDecided) return null;
  const { from, terms = {}, byLaw = {} } = proposed.facts as unknown as Pick<Correction, 'from'> & Partial<Correction>;
  // What the clock waited for can have come since it was proposed.
  const { receivedOn } = terms as { readonly receivedOn?: IsoDate };
  const start = receivedOn === undefined ? from : countedFrom(document, receivedOn, record);
  return { number, proposed, from: start, namedAs: receivedOn ?? from, terms, byLaw };
}

/** Of a breach: each controller that by a correction became aware at another time, with what stands now. */
export const correctedAwareness = ({ tasks }: Pick<CaseDocument, 'tasks'>, { byLaw }: Pick<Correction, 'byLaw'>, protocol: Protocol) =>
  tasks.flatMap((task) => {
    const { [task.id]: corrected } = byLaw;
    return corrected === undefined || corrected.from === task.byLaw?.from ? [] : [{ name: askedName(protocol, task), ...corrected, before: task.byLaw }];
  });

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
    const policy = policyFor(document.policy, task);
    const { extended, paused, dueFor } = withExtensionFrom(from, { task, current: before, policy, record, holidays });
    const draft = { caseRef: document._id, from, extended, paused, dueFor, version: nextVersion(task, record) };
    return { task, before, plan: planTask({ ...draft, reason: 'corrected' }, policy, { holidays }) };
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
  const { document } = acting;
  const terms = receivedOnTerms(document, from, deps);
  const start = countedFrom(document, from, await deps.store.audit.of(document._id));
  await proposeStart({ ...acting, from: start, terms, byLaw: {}, why }, deps);
}

/** What a case rests on by the day of its receipt, beside its clocks. */
function receivedOnTerms({ process, policy, terms }: CaseDocument, from: IsoDate, { holidays }: Pick<CaseDependencies, 'holidays'>): CaseTerms {
  if (process === 'withdrawal') return { ...noticeDays(from, policy, holidays.current()) };
  // Where the clock waits for more than the request, the day of receipt is one of the days that it counts from.
  return 'receivedOn' in terms ? { receivedOn: from } : {};
}

/**
 * Proposes another start for a case: the day of receipt, or the moment of detection with what it changes besides.
 * @throws as `proposeCorrection`
 */
export async function proposeStart(
  { from, terms, byLaw, why, ...acting }: Acting & NewStart & { readonly why: string },
  deps: CaseDependencies,
): Promise<void> {
  const { store, clock } = deps;
  const { document, by } = acting;
  const { _id: chain } = document;
  const { submission, isSame } = submissionOf(acting, 'correction-proposed');
  const record = await store.audit.of(chain);
  const refuseIfOther = (entry: AuditEntry): void => {
    const sent = { from: entry.facts['from'], terms: entry.facts['terms'] ?? {}, byLaw: entry.facts['byLaw'] ?? {} };
    if (!isDeepStrictEqual(sent, { from, terms, byLaw })) throw new SentBefore();
    refuseIfChanged(document, entry, { text: why }, deps);
  };
  const earlier = record.find(isSame);
  if (earlier !== undefined) {
    refuseIfOther(earlier);
    return;
  }
  if (document.ended) throw new NotPossible(rejections.CaseEnded);
  if (!isCorrectable(document, record, clock.now())) throw new NotPossible(notCorrectable(document));
  if (openCorrection(document, record) !== null) {
    throw new NotPossible('A correction of the date waits for a second person already. Decide on that one first.');
  }
  refuseStart(document, { from, terms, byLaw }, record, deps);
  const number = record.filter(({ act }) => act === 'correction-proposed').length + 1;
  const key = `correction/${number}`;
  const { entry } = await store.audit.append({
    chain,
    key,
    at: clock.now(),
    act: 'correction-proposed',
    by,
    facts: { number, from, ...besidesIn({ terms, byLaw }), proposedBy: await proposerOf(document, by, store), submissionId: submission },
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

/** What a correction changes besides the start, as it is put on record: what it leaves as it is, is not named. */
const besidesIn = ({ terms, byLaw }: Pick<Correction, 'terms' | 'byLaw'>): AuditFacts =>
  Object.fromEntries(Object.entries({ terms, byLaw }).filter(([, named]) => Object.keys(named).length > 0)) as unknown as AuditFacts;

/** What stands in the place of what a correction changes. */
const besidesBefore = (document: CaseDocument, { terms, byLaw }: Pick<Correction, 'terms' | 'byLaw'>): AuditFacts =>
  besidesIn({
    terms: Object.fromEntries(Object.keys(terms).map((name) => [name, document.terms[name] ?? null])),
    byLaw: Object.fromEntries(document.tasks.flatMap(({ id, byLaw: now }) => (byLaw[id] === undefined || now === undefined ? [] : [[id, now]]))),
  });

/**
 * Whether there is a date that a correction would move: what counts from its opening was received on no day. The times of a
 * breach are put right until it is closed; a notice of withdrawal, whoever has answered by then, until its last day is over.
 */
export function isCorrectable(document: CaseDocument, record: readonly AuditEntry[], now: IsoInstant): boolean {
  if (document.process === 'withdrawal') return !document.ended && !hasLeft(document, now);
  switch (processes[document.process].countedFrom) {
    case 'opening':
      return false;
    case 'detection':
      return !document.ended;
    case 'receipt':
      return awaitedTasks(document).some((task) => !isAnswered(document, task, record));
  }
}

const notCorrectable = ({ process }: CaseDocument): string => (process === 'withdrawal' ? rejections.HasLeft : rejections.NoLongerAwaited);

function refuseStart(
  document: CaseDocument,
  start: NewStart,
  record: readonly AuditEntry[],
  deps: CaseDependencies,
): void {
  const { from, terms, byLaw } = start;
  const refuse = (message: string) => new Invalid([{ field: 'from', message }]);
  if (startDayOf(document, from) > londonDateOf(deps.clock.now())) throw refuse('The day of receipt must be today or in the past');
  const why = whyNotFrom(document, start, record, deps);
  if (why !== null) throw refuse(why);
  const isAsBefore = isDeepStrictEqual(besidesIn({ terms, byLaw }), besidesBefore(document, start));
  if (isAsBefore && correctedPlans(document, from, record, deps).every(({ before }) => before.from === from)) {
    const isDetection = processes[document.process].countedFrom === 'detection';
    throw refuse(`${isDetection ? 'These are the times' : 'This is the day'} that the case is counted from already`);
  }
}

/** @param who a controller; "The controller" of all of them */
export const awareFirst = (who: string, detected: IsoInstant): string =>
  `${who} cannot have become aware before the breach was detected, at ${formatInstant(detected)}`;

/** Nobody tells the ICO of what it is not aware of yet: what is on record of that, also of before the breach was opened again, goes first. */
function whyNotAwareAt(
  { tasks }: Pick<CaseDocument, 'tasks'>,
  awareAt: (task: CaseTask) => IsoInstant,
  record: readonly AuditEntry[],
  { protocol }: Pick<CaseDependencies, 'protocol'>,
): string | null {
  for (const task of tasks) {
    const answer = answerTo(task, record) ?? answerBefore(task, record);
    if (answer?.kind !== 'told-ico') continue;
    // What it was told besides can be on record as earlier, where the first telling was put right since.
    const besides = record.filter((entry) => entry.act === 'ico-informed' && entry.task === task.id && !wasRefused(record, entry)).map(({ facts }) => facts['informedAt'] as IsoInstant);
    const toldAt = [answer.receivedAt, ...besides].reduce((first, each) => (Date.parse(each) < Date.parse(first) ? each : first));
    if (Date.parse(awareAt(task)) <= Date.parse(toldAt)) continue;
    const name = askedName(protocol, task);
    return (
      `It is on record that ${name} told the ICO at ${formatInstant(toldAt)}, so it cannot have become aware only at ` +
      `${formatInstant(awareAt(task))}. If that is what happened, the answer of ${name} on the ICO has to be put right first`
    );
  }
  return null;
}

/** The day on which a start lies; a moment that has to be in the past was checked where it was entered. */
const startDayOf = ({ process }: Pick<CaseDocument, 'process'>, from: IsoDate | IsoInstant): IsoDate =>
  processes[process].countedFrom === 'detection' ? londonDateOf(from as IsoInstant) : (from as IsoDate);

/** Why the case cannot be counted from a day; null if it can. */
export function whyNotFrom(
  document: CaseDocument,
  { from: start, byLaw, terms }: NewStart,
  record: readonly AuditEntry[],
  deps: Pick<CaseDependencies, 'clock' | 'holidays' | 'protocol'>,
): string | null {
  // A breach concerns whoever it concerns, and nothing stops its hours.
  if (processes[document.process].countedFrom === 'detection') {
    const awareAt = (task: CaseTask) => (byLaw[task.id] ?? task.byLaw)?.from ?? (start as IsoInstant);
    const first = document.tasks.find((task) => Date.parse(awareAt(task)) < Date.parse(start));
    if (first !== undefined) return awareFirst(askedName(deps.protocol, first), start as IsoInstant);
    return whyNotAwareAt(document, awareAt, record, deps);
  }
  const from = start as IsoDate;
  const awaited = movedByStart(document);
  // That somebody leaves concerns also those who have joined since.
  const partners = document.process === 'withdrawal' ? [String(document.terms['withdraws'])] : [...awaited.map(({ partner }) => partner), document.openedBy.partner];
  const unsigned = receivedFault(deps.protocol, partners, from, londonDateOf(deps.clock.now()));
  if (unsigned !== undefined) return unsigned;
  for (const task of awaited) {
    const current = planInForce(task, record);
    const since = stillSince(document, task, record, current);
    const [still] = [...current.paused.map((pause) => pause.from), ...(since === null ? [] : [londonDateOf(since)])].sort();
    if (still !== undefined && from > still) {
      return `The day of receipt must be ${formatDate(still)} or earlier: the clock has stood still ${task.kind === 'reply' ? '' : 'for a question '}from then on`;
    }
  }
  // Also where no day is left out for it, as the clock started anew with what came.
  const [asked] = record.filter((entry) => entry.act === 'clock-stopped' && !wasRefused(record, entry)).map(({ facts }) => facts['since'] as IsoDate).sort();
  if (asked !== undefined && ((terms['receivedOn'] as IsoDate | undefined) ?? from) > asked) {
    return `The day of receipt must be ${formatDate(asked)} or earlier: something was asked of the applicant on that day`;
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
        ...besidesIn(correction),
        ...(decision === 'confirmed' ? { before: besidesBefore(document, correction) } : {}),
        ...(decision === 'confirmed' && movesNoDate(document, correction, record, deps) ? { movesNoDate: true } : {}),
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

/** Whether a correction of the receipt leaves every date, as the clock counts from a later day: whoever proposed it hears of none then. */
const movesNoDate = (document: CaseDocument, { from }: Correction, record: readonly AuditEntry[], deps: Pick<CaseDependencies, 'holidays'>): boolean =>
  consultsOriginators(document.process) &&
  correctedPlans(document, from, record, deps).every(({ before, plan }) => plan.from === before.from && isSameLadder(plan, before));

/** Why a correction that waits can only be declined; null if it can be confirmed. */
export function whyNotConfirmed(
  document: CaseDocument,
  correction: NewStart,
  record: readonly AuditEntry[],
  deps: Pick<CaseDependencies, 'clock' | 'holidays' | 'protocol'>,
): string | null {
  if (!isCorrectable(document, record, deps.clock.now())) return notCorrectable(document);
  const why = whyNotFrom(document, correction, record, deps);
  if (why === null) return null;
  const what = processes[document.process].countedFrom === 'detection' ? 'These times' : 'This day';
  return `${what} cannot be confirmed any more. ${why}.`;
}

/** A token acts as its account, so the account tells one person from another. */
export const isOfSamePerson = ({ proposed }: Correction, { account }: { readonly account: string | null }): boolean =>
  proposed.by.account === account;
