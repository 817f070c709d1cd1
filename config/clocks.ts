import type { ClockId, ClockLength, ClockSettings } from './policy';

const workingDaysAfterReceipt = {
  countedFrom: 'first-working-day-after-start',
  dueOnNonWorkingDay: 'cannot-happen',
} as const;

const elapsedHours = {
  calendar: 'none',
  countedFrom: 'moment',
  dueOnNonWorkingDay: 'stays',
  pausable: false,
} as const;

/**
 * How each clock counts, by statute or by the protocol. A protocol file may set what its table leaves to a
 * partnership; a case keeps the settings it started with.
 */
export const clocks: Readonly<Record<ClockId, ClockSettings>> = {
  // A question back to the requester does not stop it, unless a protocol file makes it pausable.
  'information-request': {
    ...workingDaysAfterReceipt,
    length: { workingDays: 10 },
    calendar: 'england-and-wales',
    pausable: false,
    source: 'Information sharing protocol, section 7 (Request and Response)',
  },
  // The protocol sets no time; a partnership sets its own.
  'asb-case-review-request': {
    ...workingDaysAfterReceipt,
    length: { workingDays: 10 },
    calendar: 'england-and-wales',
    pausable: false,
    source:
      'Information sharing protocol, section 7; Anti-social Behaviour, Crime and Policing Act 2014, section 104',
  },
  // Starts on the later of the day the request, the identity asked for, or the fee came in; clarification is the pause.
  'subject-access': {
    length: { months: 1 },
    extendedLength: { months: 3 },
    calendar: 'england-and-wales',
    countedFrom: 'day-of-start',
    dueOnNonWorkingDay: 'next-working-day',
    pausable: true,
    source: 'UK GDPR, Article 12(3); ICO, right of access guidance',
  },
  // "The day after" rests on the ICO's older guidance, which is why `countedFrom` is a setting.
  'subject-access-law-enforcement': {
    length: { months: 1 },
    extendedLength: { months: 3 },
    calendar: 'england-and-wales',
    countedFrom: 'day-after-start',
    dueOnNonWorkingDay: 'next-working-day',
    pausable: true,
    source: 'Data Protection Act 2018, section 54',
  },
  // The pause is a fees notice, section 10(2). Clarification is none: it starts a new clock, section 1(3).
  // An extension for the public interest, section 10(3), has no length in law: a day is chosen.
  'freedom-of-information': {
    ...workingDaysAfterReceipt,
    length: { workingDays: 20 },
    extendedTo: 'chosen-day',
    calendar: 'united-kingdom',
    pausable: true,
    source: 'Freedom of Information Act 2000, section 10(1), (2) and (6)',
  },
  // The pause is an advance payment asked for, regulation 8, which leaves the time of regulation 7(3), in which the
  // extension is told, as it is. Clarification starts a new clock, regulation 9.
  'environmental-information': {
    ...workingDaysAfterReceipt,
    length: { workingDays: 20 },
    extendedLength: { workingDays: 40 },
    extensionToldBy: 'due-date-without-pauses',
    calendar: 'united-kingdom',
    pausable: true,
    source: 'Environmental Information Regulations 2004, regulations 5, 7 and 8',
  },
  withdrawal: {
    length: { calendarDays: 28 },
    calendar: 'none',
    countedFrom: 'day-of-start',
    dueOnNonWorkingDay: 'stays',
    pausable: false,
    source: 'Information sharing protocol, section 13',
  },
  'breach-partners': {
    ...elapsedHours,
    length: { hours: 24 },
    source: 'Information sharing protocol, section 10',
  },
  // Section 4 names no time; a partnership sets its own.
  'processor-objection': {
    ...workingDaysAfterReceipt,
    length: { workingDays: 10 },
    calendar: 'england-and-wales',
    pausable: false,
    source: 'Information sharing protocol, section 4 (Responsibilities); UK GDPR, Article 28(2)',
  },
  'breach-ico': {
    ...elapsedHours,
    length: { hours: 72 },
    source: 'Information sharing protocol, section 10; UK GDPR, Article 33',
  },
  // Of an originator, before its information is disclosed: `consultationDeadline` has the whole rule, as it depends on the
  // statutory date of the request too.
  'originator-consultation': {
    ...workingDaysAfterReceipt,
    length: { workingDays: 10 },
    calendar: 'england-and-wales',
    pausable: false,
    source: 'Information sharing protocol, section 5',
  },
  // Section 10 names no time; a partnership sets its own (`breachCutOff`).
  'breach-consultation': {
    ...elapsedHours,
    length: { hours: 48 },
    source: 'Information sharing protocol, section 10',
  },
  // The cut-off, and the time that the owner has from then on (`breachOwnerDecides`).
  'breach-telling': {
    ...elapsedHours,
    length: { hours: 54 },
    source: 'Information sharing protocol, section 10',
  },
};

const longest = { workingDays: 500, calendarDays: 730, months: 24, hours: 8760 };

/** Each contradiction in the settings of a clock, in words that follow "cannot be counted:". */
export function clockSettingsFaults(settings: ClockSettings): string[] {
  const { length, extendedLength, calendar, countedFrom, dueOnNonWorkingDay, pausable } = settings;
  const [unit, amount] = unitAndAmount(length);
  const [extendedUnit, extendedAmount] = extendedLength ? unitAndAmount(extendedLength) : [unit, amount + 1];
  const rules: Record<string, boolean> = {
    [`its length must be a whole number from 1 to ${longest[unit]} (${unit})`]: isLength(unit, amount),
    'its extended length must be in the unit of its length, longer, and within reason':
      extendedUnit === unit && extendedAmount > amount && (!extendedLength || isLength(unit, extendedAmount)),
    'hours are counted from a moment, and nothing else is': (unit === 'hours') === (countedFrom === 'moment'),
    'a clock in hours has no calendar, pause or move to a working day':
      unit !== 'hours' || (calendar === 'none' && !pausable && dueOnNonWorkingDay === 'stays'),
    'working days need a calendar': unit !== 'workingDays' || calendar !== 'none',
    'a due date counted in working days is one ("cannot-happen"), and no other is sure to be':
      (unit === 'workingDays') === (dueOnNonWorkingDay === 'cannot-happen'),
    'only working days are counted from the first working day after the start':
      unit === 'workingDays' || countedFrom !== 'first-working-day-after-start',
    'a due date that moves to a working day needs a calendar':
      dueOnNonWorkingDay !== 'next-working-day' || calendar !== 'none',
  };
  return Object.keys(rules).filter((rule) => !rules[rule]);
}

function unitAndAmount(length: ClockLength): [keyof typeof longest, number] {
  if ('workingDays' in length) return ['workingDays', length.workingDays];
  if ('calendarDays' in length) return ['calendarDays', length.calendarDays];
  return 'months' in length ? ['months', length.months] : ['hours', length.hours];
}

function isLength(unit: keyof typeof longest, amount: number): boolean {
  return Number.isInteger(amount) && amount >= 1 && amount <= longest[unit];
}
