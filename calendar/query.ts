import type { IsoDate, IsoInstant } from '../config/clock';
import type { ClockId, ClockSettings } from '../config/policy';
import { civilDate, parseIsoDate, parseIsoInstant, shown } from './civil-date';
import { deadline, lackingFaults, settingsOf, type CountingBasis, type Deadline, type DeadlineInput } from './deadline';
import { CalendarError, CalendarErrors } from './errors';
import type { Pause } from './pauses';

/** Arguments as they are typed: on the command line, in a query string, in the calculator's form. */
export type DeadlineQuery = Readonly<Record<string, unknown>>;

const names = ['clock', 'from', 'extended', 'paused'];

/** Pauses add a step for each day: more in one question is a typing error or mischief. */
const mostPausedDays = 1000;

/**
 * Answers a question asked in strings: `clock`, `from`, `extended` (`true`, `false`, or a boolean), `paused`
 * (`2026-02-10/2026-02-14`, or a list of such).
 * @throws CalendarErrors with each argument that is unknown, missing, given twice or wrong, by its name.
 */
export function deadlineFromQuery(query: DeadlineQuery, basis: CountingBasis): Deadline {
  const input = inputFromQuery(query, basis);
  try {
    return deadline(input, basis);
  } catch (error) {
    throw error instanceof CalendarError ? new CalendarErrors([error]) : error;
  }
}

/** What such a question asks, before it is counted. @throws CalendarErrors as `deadlineFromQuery`, but for what only counting shows */
export function inputFromQuery(query: DeadlineQuery, basis: CountingBasis): DeadlineInput {
  const faults: CalendarError[] = [];
  const orFault = <T>(read: () => T): T | undefined => {
    try {
      return read();
    } catch (error) {
      if (!(error instanceof CalendarError)) throw error;
      faults.push(error);
      return undefined;
    }
  };
  for (const unknown of Object.keys(query).filter((name) => !names.includes(name))) {
    faults.push(new CalendarError(unknown, `"${shown(unknown)}" is not known here: use ${names.join(', ')}.`));
  }
  const clock = orFault(() => readClock(query, basis));
  const settings = clock === undefined ? undefined : settingsOf(clock, basis);
  const from = orFault(() => readFrom(query, settings));
  const extended = orFault(() => readExtended(query.extended));
  const paused = orFault(() => readPauses(query.paused));
  if (clock !== undefined && settings !== undefined) {
    faults.push(...lackingFaults(clock, { extended: extended ?? false, paused: (paused ?? []).length > 0 }, settings));
  }
  if (clock === undefined || from === undefined || faults.length > 0) throw new CalendarErrors(faults);
  return { clock, from, extended: extended ?? false, paused: paused ?? [] };
}

function readClock(query: DeadlineQuery, basis: CountingBasis): ClockId {
  const clock = required(query, 'clock') as ClockId;
  settingsOf(clock, basis);
  return clock;
}

/** A date, or an instant for a clock in hours; as it stands where it is not known which clock it is for. */
function readFrom(query: DeadlineQuery, settings: ClockSettings | undefined): IsoDate | IsoInstant {
  const from = required(query, 'from');
  // In an address a plus stands for a blank, so that of a time zone arrives as one.
  const [, instant, zone] = /^(\d{4}-\d{2}-\d{2}T[\d:.]+) (\d{2}:\d{2})$/.exec(from) ?? [];
  if (instant !== undefined && zone !== undefined) {
    throw new CalendarError('from', `"${shown(from)}" has a blank for a plus: in an address write it as %2B, such as ${instant}%2B${zone}.`);
  }
  if (settings === undefined) return from as IsoDate;
  return 'hours' in settings.length ? parseIsoInstant(from, 'from') : parseIsoDate(from, 'from');
}

function required(query: DeadlineQuery, name: 'clock' | 'from'): string {
  const value = single(query[name], name);
  if (typeof value === 'string' && value.trim() !== '') return value.trim();
  const example = name === 'clock' ? 'subject-access' : '2026-01-31';
  throw new CalendarError(name, `${name} is missing: give it, such as ${example}.`);
}

function readExtended(value: unknown): boolean {
  const given = single(value, 'extended') ?? false;
  if (given === true || given === 'true') return true;
  if (given === false || given === 'false') return false;
  throw new CalendarError('extended', 'extended must be true or false.');
}

function readPauses(value: unknown): Pause[] {
  const given: readonly unknown[] = value === undefined ? [] : Array.isArray(value) ? value : [value];
  const pauses = given.map(readPause);
  const pausedDays = pauses.reduce((sum, { from, to }) => sum + civilDate(from).until(civilDate(to)).days + 1, 0);
  if (pausedDays > mostPausedDays) {
    throw new CalendarError('paused', `More than ${mostPausedDays} days paused: check the dates.`);
  }
  return pauses;
}

function readPause(value: unknown): Pause {
  const [from, to, more] = typeof value === 'string' ? value.trim().split('/') : [];
  if (from === undefined || to === undefined || more !== undefined) {
    const what = typeof value === 'string' ? `"${shown(value)}"` : 'This';
    throw new CalendarError('paused', `${what} is not a pause: write two dates, such as 2026-02-10/2026-02-14.`);
  }
  return { from: parseIsoDate(from, 'paused'), to: parseIsoDate(to, 'paused') };
}

function single(value: unknown, name: string): unknown {
  if (!Array.isArray(value)) return value;
  if (value.length > 1) throw new CalendarError(name, `${name} is given ${value.length} times: give it once.`);
  return value[0];
}
