/**
 * When an answered case closes by itself: some working days after the last answer, or after its applicant was told. Counted when that is there, and again
 * when the bank holidays have changed; each move is on the record of acts under its number, so that of two at once one is
 * worked out upon the other.
 */
import { closingDay, endOfLondonDay, londonDateOf } from '../calendar';
import type { BankHolidays } from '../config/bank-holidays';
import type { IsoInstant } from '../config/clock';
import type { Actor, AuditEntry } from '../store/audit';
import type { CaseDocument, Closing } from '../store/cases';
import type { Store } from '../store';
import { wasRefused } from './clock';

/** The day at the end of which a case closes that nobody contests: some working days after the last answer, or after its applicant was told. */
export function countedClosing({ after, from }: Pick<Closing, 'after' | 'from'>, { policy: { closesAfter } }: Pick<CaseDocument, 'policy'>, holidays: BankHolidays): ReturnType<typeof closingDay> {
  if (closesAfter === undefined) throw new Error('A case of this process does not close by itself.');
  return closingDay({ since: londonDateOf(after), from, workingDays: closesAfter.workingDays, calendar: 'england-and-wales' }, holidays);
}

/** The moment at which a case closes that nobody contests. */
export function countClosing(counted: Pick<Closing, 'after' | 'from'>, document: Pick<CaseDocument, 'policy'>, holidays: BankHolidays): Closing {
  const { after, from } = counted;
  const { day } = countedClosing(counted, document, holidays);
  return { after, ...(from === undefined ? {} : { from }), closeAt: endOfLondonDay(day), calendarVersion: holidays.version, number: 0 };
}

/** What an entry of the record has moved the closing to. */
export const closingIn = ({ facts }: AuditEntry): Closing => {
  const { after, from, closeAt, calendarVersion, number } = facts as unknown as Closing;
  return { after, ...(from === undefined ? {} : { from }), closeAt, calendarVersion, number };
};

/**
 * Puts on record that a case closes by itself at another moment because the bank holidays have changed. Not at all where
 * it does not wait to close, or where the moment stays or was moved so before. An earlier moment is not before the end of
 * today: whoever may contest the answers is told before the case closes.
 * @returns what is to be brought over to the case; null if there is nothing
 */
export async function moveClosingByConcordat(
  document: Pick<CaseDocument, '_id' | 'closing' | 'policy' | 'projection' | 'ended'>,
  { at, by }: { readonly at: IsoInstant; readonly by: Actor },
  { store: { audit }, holidays }: { readonly store: Pick<Store, 'audit'>; readonly holidays: BankHolidays },
): Promise<AuditEntry | null> {
  const { closing: stored, projection, ended, _id: chain } = document;
  if (stored === undefined || ended || projection.closeAt === null) return null;
  const counted = countClosing(stored, document, holidays);
  const endOfToday = endOfLondonDay(londonDateOf(at));
  // Most dates stay when a day is proclaimed: those need no look at the record.
  if (millisecondsOf(movedTo(counted, stored, endOfToday)) === millisecondsOf(stored.closeAt)) return null;
  for (;;) {
    const moves = await audit.of(chain, 'closing-moved');
    const record = await audit.of(chain, 'act-refused');
    const last = moves.findLast((entry) => closingIn(entry).after === stored.after && !wasRefused(record, entry));
    const current = last === undefined ? stored : closingIn(last);
    const closeAt = movedTo(counted, current, endOfToday);
    // It is on record, and the store or the case has not heard of it yet.
    if (millisecondsOf(closeAt) === millisecondsOf(current.closeAt)) return last?.waiting === true ? last : null;
    const number = Math.max(0, ...moves.map((entry) => closingIn(entry).number)) + 1;
    const { entry, isNew } = await audit.append({
      chain,
      key: `closing/${number}`,
      at,
      act: 'closing-moved',
      by,
      facts: {
        number,
        after: stored.after,
        ...(stored.from === undefined ? {} : { from: stored.from }),
        closeAt,
        before: current.closeAt,
        cause: 'bank-holidays-changed',
        calendarVersion: holidays.version,
      },
      waiting: true,
    });
    if (isNew) return entry;
  }
}

const millisecondsOf = (at: IsoInstant): number => Date.parse(at);

function movedTo(counted: Closing, { closeAt }: Closing, endOfToday: IsoInstant): IsoInstant {
  const earliest = Math.min(millisecondsOf(closeAt), millisecondsOf(endOfToday));
  if (millisecondsOf(counted.closeAt) >= earliest) return counted.closeAt;
  return earliest === millisecondsOf(closeAt) ? closeAt : endOfToday;
}
