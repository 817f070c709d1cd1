/**
 * What is to be done in a case by a day, besides answering: counted when it is put on record, and again when the bank
 * holidays have changed. Each move is on the record of acts under its number, so that of two at once one is worked out
 * upon the other.
 */
import { isDeepStrictEqual } from 'node:util';
import { endOfLondonDay, planRungs, workingDaysAfter } from '../calendar';
import type { BankHolidays } from '../config/bank-holidays';
import type { IsoDate, IsoInstant } from '../config/clock';
import type { RungPolicy, WorkingCalendar } from '../config/policy';
import type { Actor, AuditEntry } from '../store/audit';
import type { CaseDocument, CaseDuty, CaseTask, DutyCount } from '../store/cases';
import { dutyGeneration } from '../store/links';
import type { Store } from '../store';
import type { Duty, DutyRung, Recipient } from '../workflows/shared/contract';
import { wasRefused } from './clock';

/** A duty as it is put on record: for the store, and with its rungs for the case. */
export type PlannedDuty = CaseDuty & Duty & { readonly counted: DutyCount };

/** What the days of duties are counted by, where nothing else is said. */
const calendarOf = (since: DutyCount['since']): WorkingCalendar => since?.calendar ?? 'england-and-wales';

const ladder: readonly RungPolicy[] = [
  { step: 'reminder', offset: { workingDays: -2 }, to: [] },
  { step: 'due-today', offset: { workingDays: 0 }, to: [] },
  { step: 'overdue', offset: { workingDays: 1 }, to: [] },
];
/** For one whose being overdue is told to whoever gave it: some days on, the next above is told. */
const beyond: RungPolicy = { step: 'escalated', offset: { workingDays: 5 }, to: [] };

/** By when something is to be done: a day that somebody has chosen, or some working days after a day (London). */
export type DutyDate = { readonly chosen: IsoDate } | NonNullable<DutyCount['since']>;

export const dutyDay = (date: DutyDate, holidays: BankHolidays): IsoDate =>
  'chosen' in date ? date.chosen : workingDaysAfter(date.on, date.workingDays, calendarOf(date), holidays);

/**
 * Plans something that is to be done, with the mails that remind of it.
 * @param to who is reminded
 * @param above who is told as well, once it is overdue
 * @param last who is told some days after that, where there is somebody above those
 */
export function planDuty(
  { caseRef, by, to, above, last, ...duty }: Pick<CaseDuty, 'id' | 'number' | 'partner' | 'holder'> & {
    readonly caseRef: string;
    readonly by: DutyDate;
    readonly to: readonly Recipient[];
    readonly above: Recipient;
    readonly last?: Recipient;
  },
  holidays: BankHolidays,
): PlannedDuty {
  const dueOn = dutyDay(by, holidays);
  const since = 'chosen' in by ? null : by;
  const told = (step: string): readonly Recipient[] => (step === 'overdue' ? [...to, above] : step === 'escalated' && last !== undefined ? [last] : to);
  const rungs = rungsTo(dueOn, caseRef, calendarOf(since), holidays)
    .filter(({ step }) => step !== 'escalated' || last !== undefined)
    .map((rung) => ({ ...rung, to: told(rung.step) }));
  return { ...duty, dueOn, dueAt: endOfLondonDay(dueOn), rungs, counted: { version: 1, since, calendarVersion: holidays.version } };
}

const rungsTo = (dueOn: IsoDate, caseRef: string, calendar: WorkingCalendar, holidays: BankHolidays) =>
  planRungs({ dueOn, dueAt: endOfLondonDay(dueOn), ladder: [...ladder, beyond], spreadKey: caseRef, calendar }, holidays);

/** One of which nobody is reminded before a moment: that at which it is told, which says the same, or before which there is nothing to do. */
export const remindedAfter = (moment: IsoInstant, duty: PlannedDuty): PlannedDuty => ({
  ...duty,
  rungs: duty.rungs.filter(({ at }) => Date.parse(at) > Date.parse(moment)),
});

/** A duty as the store keeps it, out of an entry of the record. */
export const dutyIn = ({ id, number, partner, holder, dueOn, rungs, counted }: CaseDuty): CaseDuty => ({
  id,
  ...(number === undefined ? {} : { number }),
  partner,
  holder,
  dueOn,
  // One that was put on record before dates of duties were counted again has neither.
  ...(rungs === undefined || counted === undefined ? {} : { rungs, counted }),
});

/** Whose it is, in the shape in which the addresses of tasks are found: nobody answers it. */
export const ofDuty = ({ id, partner, holder }: Pick<CaseDuty, 'id' | 'partner' | 'holder'>): CaseTask => ({
  id,
  partner,
  team: null,
  holder,
  categories: [],
  answersBefore: 0,
  plans: [],
  linkGeneration: dutyGeneration,
});

/** The duties of an open case that wait, and how they were counted. */
export const countedDuties = ({ duties = [], projection, ended }: Pick<CaseDocument, 'duties' | 'projection' | 'ended'>): PlannedDuty[] =>
  ended ? [] : duties.filter(isCounted).filter(({ id }) => projection.duties?.includes(id) === true);

const isCounted = (duty: CaseDuty): duty is PlannedDuty => duty.rungs !== undefined && duty.counted !== undefined;

/** What an entry of the record has moved a duty to. */
export const dutyMovedBy = ({ facts }: AuditEntry): Pick<PlannedDuty, 'id' | 'dueOn' | 'rungs' | 'counted'> => {
  const { duty, dueOn, rungs, counted } = facts as unknown as Pick<PlannedDuty, 'dueOn' | 'rungs' | 'counted'> & { readonly duty: string };
  return { id: duty, dueOn, rungs, counted };
};

/** A duty counted as it was before, with other bank holidays. What was told at once stays told at that moment. */
function countedAgain<Of extends Pick<PlannedDuty, 'dueOn' | 'rungs' | 'counted'>>(duty: Of, caseRef: string, holidays: BankHolidays): Of {
  const { counted, rungs: before } = duty;
  const dueOn = counted.since === null ? duty.dueOn : dutyDay(counted.since, holidays);
  const at = new Map(rungsTo(dueOn, caseRef, calendarOf(counted.since), holidays).map((rung) => [rung.step, rung.at]));
  const rungs = before.map((rung): DutyRung => ({ ...rung, at: at.get(rung.step) ?? rung.at }));
  return { ...duty, dueOn, rungs, counted: { ...counted, calendarVersion: holidays.version } };
}

const isSame = (one: Pick<PlannedDuty, 'dueOn' | 'rungs'>, other: Pick<PlannedDuty, 'dueOn' | 'rungs'>): boolean =>
  one.dueOn === other.dueOn && isDeepStrictEqual(one.rungs.map(({ at }) => at), other.rungs.map(({ at }) => at));

/**
 * Puts on record that something is to be done by another day, or that its reminders come on other days, because the bank
 * holidays have changed. Not at all where they stay or were moved so before.
 * @returns what is to be brought over to the case; null if there is nothing
 */
export async function moveDutyByConcordat(
  { _id: chain }: Pick<CaseDocument, '_id'>,
  duty: PlannedDuty,
  { at, by }: { readonly at: IsoInstant; readonly by: Actor },
  { store: { audit }, holidays }: { readonly store: Pick<Store, 'audit'>; readonly holidays: BankHolidays },
): Promise<AuditEntry | null> {
  // Most dates stay when a day is proclaimed: those need no look at the record.
  if (isSame(countedAgain(duty, chain, holidays), duty)) return null;
  for (;;) {
    const moves = (await audit.of(chain, 'duty-moved')).filter(({ facts }) => facts['duty'] === duty.id);
    const refused = await audit.of(chain, 'act-refused');
    const last = moves.findLast((entry) => !wasRefused(refused, entry));
    const current = last === undefined ? duty : { ...duty, ...dutyMovedBy(last) };
    const moved = countedAgain(current, chain, holidays);
    // It is on record, and the store or the case has not heard of it yet.
    if (isSame(moved, current)) return last?.waiting === true ? last : null;
    const version = Math.max(duty.counted.version, ...moves.map((entry) => dutyMovedBy(entry).counted.version)) + 1;
    const { entry, isNew } = await audit.append({
      chain,
      key: `duty/${duty.id}/${version}`,
      at,
      act: 'duty-moved',
      by,
      facts: {
        duty: duty.id,
        dueOn: moved.dueOn,
        dueAt: endOfLondonDay(moved.dueOn),
        before: current.dueOn,
        rungs: moved.rungs,
        counted: { ...moved.counted, version },
        cause: 'bank-holidays-changed',
      },
      waiting: true,
    });
    if (isNew) return entry;
  }
}
