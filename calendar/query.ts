import type { IsoDate, IsoInstant } from '../config/clock';
import type { ClockId } from '../config/policy';
import { civilDate, parseIsoDate, shown } from './civil-date';
import { deadline, type CountingBasis, type Deadline, type DeadlineInput } from './deadline';
import { CalendarError } from './errors';
import type { Pause } from './pauses';

/** Arguments as they are typed: on the command line, in a query string, in the calculator's form. */
export type DeadlineQuery = Readonly<Record<string, unknown>>;

const names = ['clock', 'from', 'extended', 'paused'];

/** Pauses add a step for each day: more in one question is a typing error or mischief. */
const mostPausedDays = 1000;

/**
 * Answers a question asked in strings: `clock`, `from`, `extended` (`true`, `false`, or a boolean), `paused`
 * (`2026-02-10/2026-02-14`, or a list of such).
 * @throws CalendarError for the first argument that is unknown, missing, given twice or wrong, with its name.
 */
export function deadlineFromQuery(query: DeadlineQuery, basis: CountingBasis): Deadline {
  return deadline(inputFromQuery(query), basis);
}

/** What such a question asks, before it is counted. @throws CalendarError as `deadlineFromQuery`, but for what only counting shows */
export function inputFromQuery(query: DeadlineQuery): DeadlineInput {
  const unknown = Object.keys(query).find((name) => !names.includes(name));
  if (unknown !== undefined) {
    throw new CalendarError(unknown, `"${shown(unknown)}" is not known here: use ${names.join(', ')}.`);
  }
  return {
    clock: required(query, 'clock') as ClockId,
    from: required(query, 'from') as IsoDate | IsoInstant,
    extended: readExtended(query.extended),
    paused: readPauses(query.paused),
  };
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
