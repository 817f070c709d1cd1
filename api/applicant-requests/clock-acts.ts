/**
 * Stopping the statutory clock and starting it again. Of subject access: while proof of identity or a fee is awaited the clock has
 * not started, and counts from the day on which the last of them came; while clarification is awaited the days are left out, the
 * day asked and the day answered included (UK GDPR, Article 12(3) and (6); ICO, right of access). Of an FOI or EIR request:
 * what the applicant has to say for the information to be found starts the clock anew (Freedom of Information Act 2000, sections
 * 1(3) and 10(6); Environmental Information Regulations 2004, regulation 9); while a fee is awaited the days from the notice to the
 * payment are left out, both included, and a fee that is not paid in time ends the request (section 10(2), section 9(2);
 * regulation 8).
 */
import { z } from 'zod';
import { formatDate, lastDayBefore, londonDateOf, type Pause } from '../../calendar';
import type { IsoDate } from '../../config/clock';
import { countedFrom, leavesDaysOut, receivedOnRecord } from '../../dispatch/counted-from';
import { moveOnRecord, planInForce, planTask, policyFor } from '../../dispatch/clock';
import { lapseInForce, planLapse } from '../../dispatch/fee';
import { hasReply, replyTask, stopInForce } from '../../dispatch/items';
import type { Actor, AuditEntry, AuditFacts } from '../../store/audit';
import type { CaseDocument, TaskPlan } from '../../store/cases';
import type { Lapse } from '../../workflows/shared/contract';
import { NotPossible, refuseIfChanged, rejections, submissionOf, takeEffect, type Acting } from '../cases/acts';
import { sealEntry } from '../cases/content';
import type { CaseDependencies } from '../cases/dependencies';
import { civilDate, optionalText } from '../forms/fields';
import { Invalid } from '../http/refusals';
import type { Awaiting } from './content';
import { kindOf } from './kinds';

const note = optionalText(2_000).meta({ description: 'What was asked of the applicant, or what came; kept sealed' });

export const stopSchema = z.object({
  awaiting: z
    .enum(['clarification', 'particulars', 'fees-notice'], 'Choose what the applicant was asked for')
    .optional()
    .meta({
      description:
        'Of an FOI or EIR request, needed: `particulars`, without which the information cannot be found (the clock starts anew with ' +
        'them), or `fees-notice` (the clock stands still until the fee comes). Of subject access it is `clarification`',
    }),
  since: civilDate('Day on which it was asked', 'Enter the day on which the applicant was asked').meta({
    description: 'The day, in London, on which the applicant was asked: where days are left out, it and all until the answer',
    format: 'date',
  }),
  text: note,
});

/** What has to be said of the requests of one kind: where there is more than one thing to ask for, which. */
export const stopSchemaFor = (document: Pick<CaseDocument, 'process'>) =>
  kindOf(document).stops.length > 1 ? stopSchema.extend({ awaiting: stopSchema.shape.awaiting.unwrap() }) : stopSchema;

export const startSchema = z.object({
  cameOn: civilDate('Day on which it came', 'Enter the day on which it came').meta({
    description: 'The day, in London, on which what was awaited of the applicant came in',
    format: 'date',
  }),
  text: note,
});

/** What of a stop is on record. */
export interface Stop {
  readonly number: number;
  readonly awaiting: Awaiting;
  readonly since: IsoDate;
  /** Where it is a fee: until when it can be paid. */
  readonly lapse?: Lapse;
}
export function stopIn(stop: AuditEntry, record: readonly AuditEntry[]): Stop {
  const { number, awaiting, since } = stop.facts as unknown as Stop;
  const lapse = lapseInForce(stop, record);
  return { number, awaiting, since, ...(lapse === undefined ? {} : { lapse }) };
}

const numberOf = (record: readonly AuditEntry[]): number => record.filter(({ act }) => act === 'clock-stopped').length + 1;

/**
 * The clock does not start before the proof or the fee has come: on record before the case starts, so that its first mail says
 * so. Can be repeated: it is the first stop of the case.
 * @returns the entry, which is to be delivered
 */
export async function stopAtOpening(
  document: CaseDocument,
  { awaiting, by }: { readonly awaiting: Awaiting; readonly by: Actor },
  { store, clock }: Pick<CaseDependencies, 'store' | 'clock'>,
): Promise<AuditEntry> {
  const facts = { number: 1, awaiting, since: londonDateOf(document.openedAt) };
  const { entry } = await store.audit.append({
    chain: document._id,
    key: 'clock-stopped/1',
    at: clock.now(),
    act: 'clock-stopped',
    by,
    task: replyTask(document).id,
    facts,
    waiting: true,
  });
  return entry;
}

/** @throws Invalid; Refusal 409; CaseOutOfReach, and it may still be done later */
export async function stopClock(
  { since, awaiting: named, text: words, ...acting }: Acting & z.output<typeof stopSchema>,
  deps: CaseDependencies,
): Promise<void> {
  const { store, clock } = deps;
  const { document, by } = acting;
  const awaiting = awaitedIn(document, named);
  const { submission, isSame } = submissionOf(acting, 'clock-stopped');
  const record = await store.audit.of(document._id);
  let entry = record.find(isSame);
  if (entry === undefined) {
    if (document.ended || hasReply(record)) throw new NotPossible(rejections.CaseEnded);
    if (stopInForce(record) !== null) throw new NotPossible(rejections.ClockStands);
    const plan = planInForce(replyTask(document), record);
    const { from, paused, dueOn } = plan;
    const refuse = (message: string) => new Invalid([{ field: 'since', message }]);
    if (since > londonDateOf(clock.now())) throw refuse('Day on which it was asked must be today or in the past');
    if (since < (from as IsoDate)) throw refuse(`Day on which it was asked must be ${formatDate(from as IsoDate)} or later: the clock counts from then`);
    const last = paused.at(-1);
    if (last !== undefined && since <= last.to) throw refuse(`Day on which it was asked must be after ${formatDate(last.to)}: the days until then are left out already`);
    // What was asked in time can be put on record later.
    if (dueOn !== undefined && since > dueOn) throw refuse(`Day on which it was asked must be ${formatDate(dueOn)} or earlier: the statutory time ran out then, and what is asked later changes no date`);
    const lastForFee = awaiting === 'fees-notice' ? lastDayForFee(document, plan, deps) : undefined;
    if (lastForFee !== undefined && since > lastForFee) throw refuse(`Day on which it was asked must be ${formatDate(lastForFee)} or earlier: a fees notice is given within the first 20 working days, and an extension makes no more of them`);
    const number = numberOf(record);
    const key = `clock-stopped/${number}`;
    const notice = { caseRef: document._id, clock: plan.clock, givenOn: since, notedOn: londonDateOf(clock.now()) };
    const lapse = awaiting === 'fees-notice' ? { lapse: planLapse(notice, deps.holidays.current()) } : {};
    ({ entry } = await store.audit.append({
      chain: document._id,
      key,
      at: clock.now(),
      act: 'clock-stopped',
      by,
      task: replyTask(document).id,
      facts: { number, awaiting, since, ...lapse, submissionId: submission } as unknown as AuditFacts,
      ...(words === '' ? {} : { sealed: sealEntry(document, key, { text: words }, store) }),
      waiting: true,
    }));
    if (!isSame(entry)) throw new NotPossible(rejections.ClockStands);
  }
  if (entry.facts['since'] !== since || entry.facts['awaiting'] !== awaiting) throw new NotPossible('This form was sent before with another day in it.');
  refuseIfChanged(document, entry, words === '' ? null : { text: words }, deps);
  await takeEffect(entry, deps);
}

/** What is awaited: of a kind of request that knows one reason only, that. @throws Invalid */
function awaitedIn(document: CaseDocument, named: z.output<typeof stopSchema>['awaiting']): Awaiting {
  const { stops } = kindOf(document);
  const [only, another] = stops;
  if (named === undefined && only !== undefined && another === undefined) return only.awaiting;
  const chosen = stops.find(({ awaiting }) => awaiting === named);
  if (chosen === undefined) throw new Invalid([{ field: 'awaiting', message: 'Choose what the applicant was asked for' }]);
  return chosen.awaiting;
}

/**
 * Until when a fees notice can be given: within the ordinary time, whatever it is extended to (Freedom of Information Act 2000,
 * section 9(1)); of environmental information within 20 working days of the receipt, whatever is left out (regulation 8(4)).
 */
function lastDayForFee(document: CaseDocument, { clock, from, paused, version, reason }: TaskPlan, { holidays }: Pick<CaseDependencies, 'holidays'>): IsoDate | undefined {
  const ordinary = { caseRef: document._id, from, paused: clock === 'environmental-information' ? [] : paused, version, reason };
  return planTask(ordinary, policyFor(document.policy, replyTask(document)), { holidays: holidays.current() }).dueOn;
}

/** The clock after what was awaited has come. @throws CalendarError for days that cannot be left out */
function planAfter(
  document: CaseDocument,
  { number, awaiting, since }: Stop,
  cameOn: IsoDate,
  { record, current, version }: { readonly record: readonly AuditEntry[]; readonly current: TaskPlan; readonly version: number },
  { holidays }: Pick<CaseDependencies, 'holidays'>,
): TaskPlan {
  const { extended, paused, dueFor } = current;
  const from = current.from as IsoDate;
  // By a correction meanwhile the clock can have begun later than what was asked, and even than what came.
  const left: Pause = { from: since > from ? since : from, to: cameOn };
  const isLeftOut = leavesDaysOut(awaiting);
  // A clock that starts anew has neither an extension nor days that are left out of the one before.
  const isAnew = awaiting === 'particulars';
  const counted = {
    caseRef: document._id,
    from: isLeftOut ? from : countedFrom(document, receivedOnRecord(document, record), record, { number, cameOn }),
    extended: extended && !isAnew,
    paused: isAnew ? [] : isLeftOut && left.from <= left.to ? [...paused, left] : paused,
    dueFor: isAnew ? undefined : dueFor,
    version,
    reason: 'paused',
  } as const;
  return planTask(counted, policyFor(document.policy, replyTask(document)), { holidays: holidays.current() });
}

/** @throws Invalid; Refusal 409; CaseOutOfReach, and it may still be done later */
export async function startClock(
  { cameOn, text: words, ...acting }: Acting & z.output<typeof startSchema>,
  deps: CaseDependencies,
): Promise<void> {
  const { store, clock } = deps;
  const { document, by } = acting;
  const { submission, isSame } = submissionOf(acting, 'clock-started');
  const at = clock.now();
  const sent = (await store.audit.of(document._id)).find(isSame);
  const moved =
    sent ??
    (await moveOnRecord(
      document,
      replyTask(document),
      (record, current, version) => {
        if (record.some(isSame)) return null;
        if (document.ended || hasReply(record)) throw new NotPossible(rejections.CaseEnded);
        const stop = stopInForce(record);
        if (stop === null) throw new NotPossible(rejections.ClockRuns);
        const { number, since, awaiting, lapse } = stopIn(stop, record);
        const refuse = (message: string) => new Invalid([{ field: 'cameOn', message }]);
        if (cameOn > londonDateOf(at)) throw refuse('Day on which it came must be today or in the past');
        const received = receivedOnRecord(document, record);
        if (cameOn < received) throw refuse(`Day on which it came must be ${formatDate(received)} or later: the request was received then, and what had come before was not awaited`);
        const wasAskedOnly = awaiting === 'clarification' || awaiting === 'particulars' || awaiting === 'fees-notice';
        if (lapse !== undefined && cameOn > lastDayBefore(lapse.lapsesAt)) {
          throw refuse(`Day on which it came must be ${formatDate(lastDayBefore(lapse.lapsesAt))} or earlier: the fee could be paid until then. What is paid later is of a new request`);
        }
        if (wasAskedOnly && cameOn < since) throw refuse(`Day on which it came must be ${formatDate(since)} or later: it was asked then`);
        const plan = planAfter(document, stopIn(stop, record), cameOn, { record, current, version }, deps);
        const facts: AuditFacts = { number, cameOn, submissionId: submission };
        return { plan, draft: { at, act: 'clock-started', by, facts, ...(words === '' ? {} : { seal: (key: string) => sealEntry(document, key, { text: words }, store) }) } };
      },
      store,
    )) ??
    (await store.audit.of(document._id)).find(isSame);
  if (moved === undefined) throw new NotPossible(rejections.ClockRuns);
  if (moved.facts['cameOn'] !== cameOn) throw new NotPossible('This form was sent before with another day in it.');
  refuseIfChanged(document, moved, words === '' ? null : { text: words }, deps);
  await takeEffect(moved, deps);
}
