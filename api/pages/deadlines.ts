/**
 * The deadline calculator. Its form is sent with GET and leads on to an address with the question as the API takes it:
 * the answer has an address to be passed on, and the API's is the same but for `/api/v1`.
 */
import { z } from 'zod';
import {
  CalendarError,
  CalendarErrors,
  deadlineFromQuery,
  extensionWindow,
  formatDate,
  inputFromQuery,
  lackingFaults,
  londonDateOf,
  londonMoments,
  londonTimeOf,
  parseIsoInstant,
  type CountingBasis,
  type DeadlineInput,
  type DeadlineQuery,
  type Occurrence,
} from '../../calendar';
import type { IsoDate, IsoInstant } from '../../config/clock';
import { clockIds, type ClockId, type ClockLength, type ClockSettings } from '../../config/policy';
import { clockTable } from '../../config/protocol-rules';
import type { WebDependencies } from '../dependencies';
import { civilDate, dateOfParts, dateParts, timeLeftOut } from '../forms/fields';
import { issuesOf, type ShownError } from '../forms/form';
import { typedOf, type Typed } from '../http/held';
import type { Routes } from '../http/routes';

const path = '/deadlines';

/** More pauses than a form has use for; the API takes any number. */
const mostPauses = 20;

const clockNames: Readonly<Record<ClockId, string>> = {
  'information-request': 'Information request to a partner',
  'asb-case-review-request': 'ASB case review: request to a partner',
  'subject-access': 'Subject access request',
  'subject-access-law-enforcement': 'Subject access request, law enforcement',
  'freedom-of-information': 'Freedom of information request',
  'environmental-information': 'Environmental information request',
  withdrawal: 'Withdrawal of a partner',
  'breach-partners': 'Personal data breach: telling the partners',
  'breach-ico': 'Personal data breach: telling the ICO',
  'breach-consultation': 'Personal data breach: views on telling the people concerned',
  'breach-telling': 'Personal data breach: the owner’s decision on telling the people concerned',
  'processor-objection': 'Change of processor: time to object',
  'originator-consultation': 'Consultation of an originator: longest time',
};

type Settings = Readonly<Record<ClockId, ClockSettings>>;

export function deadlineRoutes(routes: Routes, { protocol, holidays }: WebDependencies): void {
  const settings = clockTable(protocol);

  routes.anyone(path, {
    get: ({ request, response }) => {
      const typed = typedOf(request.query);
      const show = (values: Typed, found: { errors?: readonly ShownError[]; result?: object } = {}): void => {
        const { errors = [], result } = found;
        if (errors.length > 0) response.status(422);
        // An input with an error is shown, whether or not the clock that is chosen has it.
        const isFaulty = (name: string): boolean => errors.some(({ input }) => input.startsWith(name));
        const faulty = { extended: isFaulty('extended'), pauses: isFaulty('pause-') };
        response.render('pages/deadlines.njk', { values, ...choices(values, settings), errors, faulty, result });
      };
      if ('from' in typed) {
        const asked = questionOf(request.query);
        const values = valuesOf(asked);
        try {
          show(values, { result: resultOf(asked, { holidays: holidays.current(), settings }) });
        } catch (error) {
          if (!(error instanceof CalendarErrors)) throw error;
          show(values, { errors: error.errors.map((each) => shownError(each, values)) });
        }
      } else if ('from-day' in typed && !('pauses' in typed)) {
        const read = readForm(typed, settings);
        if ('errors' in read) show(typed, read);
        else response.redirect(303, addressOf(path, read));
      } else {
        show(typed);
      }
    },
  });
}

/** Of an address, what is asked; what others have put into it (the mark of a newsletter) does not matter. */
function questionOf(query: Readonly<Record<string, unknown>>): DeadlineQuery {
  const names = ['clock', 'from', 'extended', 'paused'].filter((name) => query[name] !== undefined);
  return Object.fromEntries(names.map((name) => [name, query[name]]));
}

/** An address with a question as the API takes it. */
function addressOf(to: string, { clock, from, extended, paused = [] }: DeadlineInput): string {
  const query = new URLSearchParams({ clock, from, ...(extended ? { extended: 'true' } : {}) });
  for (const pause of paused) query.append('paused', `${pause.from}/${pause.to}`);
  // What separates the days of a pause, and hours from minutes, may stand in a query as it is.
  return `${to}?${query.toString().replaceAll('%2F', '/').replaceAll('%3A', ':')}`;
}

/**
 * What the form has, as a question; or what is wrong with it, at each input. A time is left out where the clock is in days:
 * the date says it all.
 */
function readForm(typed: Typed, settings: Settings): DeadlineInput | { readonly errors: readonly ShownError[] } {
  const clock = clockIds.find((id) => id === typed['clock']);
  const own = clock === undefined ? undefined : settings[clock];
  const inHours = own !== undefined && 'hours' in own.length;
  const extended = typed['extended'] === 'true';
  const filledIn = pauseNames(typed).filter((name) => isFilledIn(typed, name));
  const lacking =
    clock === undefined || own === undefined
      ? []
      : lackingFaults(clock, { extended, paused: filledIn.length > 0 }, own).map((fault) => shownError(fault, typed));
  const pauses = own?.pausable === true ? filledIn : [];
  const ofPause = (name: string, which: 'first' | 'last') =>
    civilDate(`The ${which} day of pause ${numberOf(name)}`, `Enter the ${which} day of pause ${numberOf(name)}`);
  const parsed = z
    .object({
      clock: z.enum(clockIds, 'Choose what the deadline is for'),
      from: civilDate('The start', 'Enter the day on which the clock starts'),
      ...(inHours ? { time: z.string().regex(/^([01]?\d|2[0-3]):[0-5]\d$/, 'Enter the time in hours and minutes, such as 14:05') } : {}),
      ...Object.fromEntries(pauses.flatMap((name) => [[`${name}-from`, ofPause(name, 'first')], [`${name}-to`, ofPause(name, 'last')]])),
    })
    .safeParse({
      clock: typed['clock'],
      from: dateOfParts(typed, 'from'),
      time: (typed['time'] ?? '').trim().replace(/^(\d):/, '0$1:'),
      ...Object.fromEntries(pauses.flatMap((name) => ['from', 'to'].map((end) => [`${name}-${end}`, dateOfParts(typed, `${name}-${end}`)]))),
    });
  if (!parsed.success) {
    const inputOf = (field: string): string => (field === 'clock' || field === 'time' ? field : firstOfDate(typed, field));
    return { errors: [...issuesOf(parsed.error).map(({ field, message }) => ({ input: inputOf(field), message })), ...lacking] };
  }
  const found: Readonly<Record<string, unknown>> = parsed.data;
  const dateOf = (name: string): IsoDate => found[name] as IsoDate;
  const moment = inHours ? momentIn(parsed.data.from, String(found['time']), typed) : parsed.data.from;
  if (typeof moment === 'object') return { errors: [moment, ...lacking] };
  if (lacking.length > 0) return { errors: lacking };
  return {
    clock: parsed.data.clock,
    from: moment,
    extended,
    paused: pauses.map((name) => ({ from: dateOf(`${name}-from`), to: dateOf(`${name}-to`) })),
  };
}

/** The moment of a time in London; of one that comes twice the one that was chosen. Or what is wrong with it. */
function momentIn(on: IsoDate, time: string, { occurrence }: Typed): IsoInstant | ShownError {
  const { first, second } = londonMoments(on, time);
  if (first === undefined) return { input: 'time', message: timeLeftOut(on, time) };
  if (second === undefined) return first;
  const chosen = { first, second }[occurrence ?? ''];
  return chosen ?? { input: 'occurrence', message: `${time} came twice on ${formatDate(on)}, as the clocks went back. Choose which it was` };
}

/** The rows of the form for pauses: those that somebody has filled in or asked for, and one to begin with. */
function pauseNames(typed: Typed): string[] {
  const numbers = Object.keys(typed).map((name) => Number(/^pause-(\d{1,2})-/.exec(name)?.[1] ?? 0));
  const wanted = /^\d{1,2}$/.test(typed['pauses'] ?? '') ? Number(typed['pauses']) : 0;
  const rows = Math.min(mostPauses, Math.max(1, wanted, ...numbers));
  return Array.from({ length: rows }, (_, index) => `pause-${index + 1}`);
}

const numberOf = (name: string): string => name.replace('pause-', '');

const isFilledIn = (typed: Typed, name: string): boolean =>
  ['from', 'to'].some((end) => dateParts.some((part) => (typed[`${name}-${end}-${part}`] ?? '').trim() !== ''));

/** The input of a date that an error leads to: the first blank one, or the day. */
const firstOfDate = (typed: Typed, name: string): string => {
  const blank = dateParts.find((part) => (typed[`${name}-${part}`] ?? '').trim() === '');
  return `${name}-${blank ?? 'day'}`;
};

/** An address in the inputs of the form. */
function valuesOf({ clock, from, extended, paused }: DeadlineQuery): Typed {
  const text = (value: unknown): string => (typeof value === 'string' ? value : '');
  const all: readonly unknown[] = paused === undefined ? [] : Array.isArray(paused) ? paused : [paused];
  const dates = all.slice(0, mostPauses).flatMap((each, index) => {
    const [first = '', last = ''] = text(each).split('/');
    return [...partsOf(`pause-${index + 1}-from`, first), ...partsOf(`pause-${index + 1}-to`, last)];
  });
  const moment = momentOf(text(from));
  return {
    clock: text(clock).trim(),
    extended: text(extended),
    ...Object.fromEntries([...partsOf('from', moment.on), ...dates]),
    time: moment.time,
    occurrence: moment.occurrence,
  };
}

function momentOf(from: string): { on: string; time: string; occurrence: Occurrence | '' } {
  try {
    const at = parseIsoInstant(from.trim());
    const [on, time] = [londonDateOf(at), londonTimeOf(at)];
    const { second } = londonMoments(on, time);
    return { on, time, occurrence: second === undefined ? '' : Date.parse(second) === Math.floor(Date.parse(at) / 60_000) * 60_000 ? 'second' : 'first' };
  } catch (error) {
    if (error instanceof CalendarError) return { on: from, time: '', occurrence: '' };
    throw error;
  }
}

function partsOf(name: string, date: string): [string, string][] {
  const [year = '', month = '', day = ''] = date.trim().split('-');
  return [[`${name}-day`, day], [`${name}-month`, month], [`${name}-year`, year]];
}

/** What the calendar refuses, at the input that it is about. */
function shownError({ field, message }: CalendarError, values: Typed): ShownError {
  if (field === 'from') return { input: 'from-day', message };
  if (field !== 'paused') return { input: field, message };
  const spoken = ['from', 'to'].map((end) => (name: string) => dateOfParts(values, `${name}-${end}`));
  const names = pauseNames(values);
  const faulty =
    names.find((name) => message.startsWith(`The pause ${spoken.map((of) => of(name)).join('/')} `)) ??
    names.find((name) => isFilledIn(values, name));
  return { input: `${faulty ?? 'pause-1'}-from-day`, message };
}

/** What there is to choose from, and the rows for pauses. */
function choices(values: Typed, settings: Settings) {
  const names = pauseNames(values);
  return {
    clocks: clockIds.map((id) => {
      const { length, extendedLength, pausable, source } = settings[id];
      return {
        value: id,
        text: clockNames[id],
        hint: { text: `${lengthInWords(length)}. ${source}` },
        checked: values['clock'] === id,
        attributes: {
          ...('hours' in length && { 'data-hours': 'true' }),
          ...(extendedLength !== undefined && { 'data-extendable': 'true' }),
          ...(pausable && { 'data-pausable': 'true' }),
        },
      };
    }),
    pauses: names.map((name) => ({ name, number: numberOf(name) })),
    morePauses: names.length < mostPauses ? names.length + 1 : undefined,
  };
}

function lengthInWords(length: ClockLength): string {
  const [amount, unit] =
    'workingDays' in length
      ? [length.workingDays, 'working day']
      : 'calendarDays' in length
        ? [length.calendarDays, 'day']
        : 'months' in length
          ? [length.months, 'month']
          : [length.hours, 'hour'];
  return `${amount} ${unit}${amount === 1 ? '' : 's'}`;
}

/** The answer, and whatever else somebody who asks has to know. */
function resultOf(query: DeadlineQuery, basis: CountingBasis & { readonly settings: Settings }) {
  const { clock, from, due, dueAt, steps, warnings } = deadlineFromQuery(query, basis);
  const input = inputFromQuery(query, basis);
  const { length, extendedLength, source } = basis.settings[clock];
  return {
    name: clockNames[clock],
    source,
    length: lengthInWords((input.extended && extendedLength) || length),
    extended: input.extended,
    due,
    dueAt,
    steps,
    warnings,
    tellExtensionUntil: extendedLength === undefined ? undefined : extensionWindow(input, basis).until,
    apiUrl: addressOf('/api/v1/deadlines', { ...input, from }),
  };
}
