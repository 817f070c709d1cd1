import type { IsoDate, IsoInstant } from '../config/clock';
import type { WorkingStep } from '../config/policy';
import { clocks } from '../config/clocks';
import { deadline, settingsOf, type CountingBasis, type DeadlineInput } from './deadline';
import { CalendarError } from './errors';

/** Until when whoever asked can still be told that a clock is extended. */
export interface ExtensionWindow {
  /** The last day on which it can be told. */
  readonly until: IsoDate;
  /** The first instant at which it is too late: London midnight after that day. */
  readonly untilAt: IsoInstant;
  readonly steps: readonly WorkingStep[];
}

/**
 * Until when an extension can be told. After that the clock runs its ordinary length, whatever the reasons.
 *
 * Subject access, also under Part 3: on or before the due date as it is without the extension, pauses included ("within
 * one month of receipt of the request", UK GDPR Article 12(3); Data Protection Act 2018, section 54).
 * Environmental information: within the first 20 working days, and a pause does not lengthen these: regulation 8(6) does
 * not name the time of regulation 7(3) among those for which waiting for a payment is disregarded.
 * @param input The clock without its extension, with the pauses known so far: worked out again with each further one.
 * @throws CalendarError as `deadline` does, and for a clock that cannot be extended.
 */
export function extensionWindow(input: Omit<DeadlineInput, 'extended'>, basis: CountingBasis): ExtensionWindow {
  const { extendedLength, extensionToldBy } = settingsOf(input.clock, basis);
  const { clock, from, paused = [] } = input;
  const ordinary = deadline({ clock, from, paused }, basis);
  const { due, dueAt, steps } =
    extensionToldBy === 'due-date-without-pauses' ? deadline({ clock, from }, basis) : ordinary;
  if (extendedLength === undefined || due === undefined) {
    throw new CalendarError('extended', `The clock ${clock} cannot be extended.`);
  }
  return { until: due, untilAt: dueAt, steps };
}

/** Until when it can be told that the public interest takes longer to weigh, and how long that is expected to take at most. */
export interface PublicInterestWindow extends ExtensionWindow {
  /** What the Information Commissioner expects of it at the latest: 40 working days in all. */
  readonly expectedBy: IsoDate;
}

/**
 * A freedom of information request whose public interest takes longer to weigh (Freedom of Information Act 2000, sections 10(3)
 * and 17(2)). The law gives no length but "until such time as is reasonable in the circumstances": the authority names the day,
 * and tells the applicant within the ordinary time. The Information Commissioner's guidance expects no more than 20 working
 * days on top.
 * @param input The clock with the pauses known so far.
 * @throws CalendarError as `deadline` does.
 */
export function publicInterestWindow(input: Omit<DeadlineInput, 'extended' | 'clock'>, basis: CountingBasis): PublicInterestWindow {
  const clock = 'freedom-of-information';
  const { due, dueAt, steps } = deadline({ ...input, clock }, basis);
  const settings = { ...clocks, ...basis.settings };
  const longest = { ...settings, [clock]: { ...settings[clock], extendedLength: { workingDays: 40 } } };
  const { due: expectedBy } = deadline({ ...input, clock, extended: true }, { ...basis, settings: longest });
  if (due === undefined || expectedBy === undefined) throw new CalendarError('clock', 'A statutory clock ends on a day.');
  return { until: due, untilAt: dueAt, steps, expectedBy };
}
