/**
 * Until when a fee can be paid that a public authority has asked for: worked out with the fees notice, and again when the bank
 * holidays have changed. The applicant was told a day, and can pay until then whatever changes; if the law gives a later one since,
 * until that. Each move is on the record of acts, so that of two at once one is worked out upon the other.
 */
import { endOfLondonDay, feeLapse, londonDateOf, planRungs, workingDaysAfter } from '../calendar';
import type { BankHolidays } from '../config/bank-holidays';
import type { IsoDate, IsoInstant } from '../config/clock';
import type { ClockId } from '../config/policy';
import type { Actor, AuditEntry, AuditFacts } from '../store/audit';
import type { CaseClocks } from '../store/cases';
import type { Store } from '../store';
import type { Lapse } from '../workflows/shared/contract';
import { wasRefused } from './clock';
import { replyTask, stopInForce } from './items';

/** Whoever runs the request is reminded so long before the time to pay runs out. */
const ladder = [{ step: 'fee-lapses-soon', offset: { workingDays: -5 }, to: [] }] as const;

/** For so long after the time to pay has run out, a payment that came in time can still be put on record. */
const workingDaysToRecord = 10;

/** @param notedOn the day on which the notice was put on record, which may be after the time to pay has run out */
export function planLapse(
  { caseRef, clock, givenOn, notedOn }: { readonly caseRef: string; readonly clock: ClockId; readonly givenOn: IsoDate; readonly notedOn: IsoDate },
  holidays: BankHolidays,
): Lapse {
  const counted = clock === 'environmental-information' ? clock : 'freedom-of-information';
  const { until, lapsesAt } = feeLapse({ clock: counted, givenOn }, { holidays });
  const [remind] = planRungs({ dueOn: until, dueAt: lapsesAt, ladder, spreadKey: caseRef, calendar: 'united-kingdom' }, holidays);
  const from = until > notedOn ? until : notedOn;
  return {
    lapsesAt,
    ...(remind === undefined ? {} : { remindAt: remind.at }),
    closesAt: endOfLondonDay(workingDaysAfter(from, workingDaysToRecord, 'united-kingdom', holidays)),
  };
}

/** What an entry of the record has moved the end of a fees notice from and to. */
export const lapseMovedBy = ({ facts }: AuditEntry): { readonly number: number; readonly lapse: Lapse; readonly before: Lapse } =>
  facts as unknown as ReturnType<typeof lapseMovedBy>;

const movesOf = ({ facts }: AuditEntry, record: readonly AuditEntry[]): readonly AuditEntry[] =>
  record.filter((entry) => entry.act === 'fee-lapse-moved' && lapseMovedBy(entry).number === facts['number'] && !wasRefused(record, entry));

/** The end of the fees notice that the clock stands still for, as it was moved last; undefined where no fee is awaited. */
export function lapseInForce(stop: AuditEntry, record: readonly AuditEntry[]): Lapse | undefined {
  const last = movesOf(stop, record).at(-1);
  return last === undefined ? (stop.facts['lapse'] as unknown as Lapse | undefined) : lapseMovedBy(last).lapse;
}

const later = (one: IsoInstant, other: IsoInstant): IsoInstant => (Date.parse(one) < Date.parse(other) ? other : one);

/**
 * Puts on record that a fee can be paid for longer, or that its case closes by itself later, because the bank holidays have changed.
 * Not at all where both stay, would come earlier, or were moved so before.
 * @returns what is to be brought over to the case; null if there is nothing
 */
export async function moveLapseByConcordat(
  document: Pick<CaseClocks, '_id' | 'tasks' | 'projection' | 'ended'>,
  { at, by }: { readonly at: IsoInstant; readonly by: Actor },
  { store: { audit }, holidays }: { readonly store: Pick<Store, 'audit'>; readonly holidays: BankHolidays },
): Promise<AuditEntry | null> {
  const { _id: chain, ended, projection } = document;
  // Of every other case nothing has to be read to know that no fee is awaited.
  if (ended || !['clock-stopped', 'fee-unpaid'].includes(projection.stage)) return null;
  const reply = replyTask(document);
  for (;;) {
    const record = await audit.of(chain);
    const stop = stopInForce(record);
    const current = stop === null ? undefined : lapseInForce(stop, record);
    const clock = reply.plans.at(-1)?.clock;
    if (stop === null || current === undefined || clock === undefined) return null;
    const { number, since } = stop.facts as { readonly number: number; readonly since: IsoDate };
    const counted = planLapse({ caseRef: chain, clock, givenOn: since, notedOn: londonDateOf(stop.at) }, holidays);
    const lapse: Lapse = { ...counted, lapsesAt: later(current.lapsesAt, counted.lapsesAt), closesAt: later(current.closesAt, counted.closesAt) };
    const moves = movesOf(stop, record);
    const isSame = lapse.lapsesAt === current.lapsesAt && lapse.closesAt === current.closesAt;
    // It is on record, and the case has not heard of it yet.
    if (isSame) return moves.at(-1)?.waiting === true ? (moves.at(-1) ?? null) : null;
    const all = record.filter(({ act }) => act === 'fee-lapse-moved').length;
    const { entry, isNew } = await audit.append({
      chain,
      key: `fee-lapse/${number}/${all + 1}`,
      at,
      act: 'fee-lapse-moved',
      by,
      task: reply.id,
      facts: { number, lapse, before: current, cause: 'bank-holidays-changed', calendarVersion: holidays.version } as unknown as AuditFacts,
      waiting: true,
    });
    if (isNew) return entry;
  }
}
