/**
 * The day that a clock counts from where more than one thing has to come in before it starts: of a subject access request the
 * request, the proof of identity and the fee, of which the latest starts it (UK GDPR, Article 12(3) and (6)); of an FOI or EIR
 * request the request, and what the applicant was asked to say of it (Freedom of Information Act 2000, sections 1(3) and 10(6);
 * Environmental Information Regulations 2004, regulation 9(4)).
 */
import type { IsoDate } from '../config/clock';
import type { AuditEntry } from '../store/audit';
import type { CaseDocument } from '../store/cases';
import { wasRefused } from './clock';

/** What leaves out the days until it comes, and starts no clock: clarification of a subject access request, and a fee of an FOI or EIR request. */
const leavingOut: readonly unknown[] = ['clarification', 'fees-notice'];

/** Whether a clock that stands still for it goes on where it stood, with the days between left out. */
export const leavesDaysOut = (awaiting: unknown): boolean => leavingOut.includes(awaiting);

/** What has just come in of the applicant, and is not on record yet. */
export interface Coming {
  /** Of the stop that it ends. */
  readonly number: number;
  readonly cameOn: IsoDate;
}

/**
 * The day, in London, that a case counts from that was received on a day: that day, or the later one on which the last came in
 * that the clock waits for. What has kept it from starting and is still awaited had not come when it was put on record, so the clock
 * counts from then at the earliest. Particulars are asked for while it runs: to ask moves no date, and the clock starts anew with
 * what comes.
 */
export function countedFrom(
  { terms }: Pick<CaseDocument, 'terms'>,
  receivedOn: IsoDate,
  record: readonly AuditEntry[],
  coming?: Coming,
): IsoDate {
  const accepted = record.filter((entry) => !wasRefused(record, entry));
  const startOf = (number: unknown): unknown =>
    coming?.number === number ? coming?.cameOn : accepted.find(({ act, facts }) => act === 'clock-started' && facts['number'] === number)?.facts['cameOn'];
  const awaited = accepted
    .filter(({ act, facts }) => act === 'clock-stopped' && !leavesDaysOut(facts['awaiting']))
    .map(({ facts }) => startOf(facts['number']) ?? (facts['awaiting'] === 'particulars' ? undefined : facts['since']));
  const days = [receivedOn, terms['identityOn'], terms['feeOn'], ...awaited].filter((day) => typeof day === 'string');
  return days.sort().at(-1) as IsoDate;
}

/**
 * The day on which the request was received, as it was corrected by two people.
 * @param upTo what was corrected by later entries of the record is left out
 */
export function receivedOnRecord({ terms }: Pick<CaseDocument, 'terms'>, record: readonly AuditEntry[], upTo = Infinity): IsoDate {
  const dayIn = (facts: unknown): IsoDate | undefined => (facts as { readonly terms?: { readonly receivedOn?: IsoDate } } | undefined)?.terms?.receivedOn;
  const corrections = record.filter((entry) => entry.act === 'correction-confirmed' && dayIn(entry.facts) !== undefined && !wasRefused(record, entry));
  const last = corrections.findLast(({ seq }) => seq <= upTo);
  const next = corrections.find(({ seq }) => seq > upTo);
  return dayIn(last?.facts) ?? dayIn(next?.facts['before']) ?? (terms['receivedOn'] as IsoDate);
}
