import type { IsoDate, IsoInstant } from '../config/clock';
import type { WorkingStep } from '../config/policy';
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
