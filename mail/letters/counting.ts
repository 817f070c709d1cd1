import type { ClockPlan, WorkingStep } from '../../config/policy';

/**
 * Why a due date is what it is, in a few sentences: how many days were counted, from which to which, and each day that
 * was not, by name but for weekends. The case page has every day of it.
 *
 * "10 working days were counted, from Fri 27 March 2026 (day 1) to Mon 13 April 2026 (day 10), after the start on Thu 26
 * March 2026. Not counted: weekends, Fri 3 April 2026 (Good Friday). Left out, since the clock stood still: ..."
 *
 * A date that is counted back from a panel says so. A clock that counts no single days (months, hours) gives its steps as they are.
 */
export function countingInWords({ steps }: Pick<ClockPlan, 'steps'>): string {
  const counted = steps.filter(({ text }) => /^[^:]+: day \d+/.test(text));
  if (counted.length === 0) return steps.map(({ text }) => sentence(text)).join(' ');
  if (/ before the panel/.test(counted[0]?.text ?? '')) return countedBackInWords(steps, counted);
  const notCounted = notCountedInWords(steps);
  const days = counted.length === 1 ? '1 working day was' : `${counted.length} working days were`;
  return [
    `${days} counted, from ${dayOf(counted.at(0))} (day 1) to ${dayOf(counted.at(-1))} (day ${counted.length}), `,
    `after the start on ${dayOf(steps[0])}.`,
    notCounted === '' ? '' : ` Not counted: ${notCounted}.`,
    pausedInWords(steps),
    ...steps.filter(({ counts }) => counts === 'remark').map(({ text }) => ` ${text}`),
  ].join('');
}

/**
 * "5 working days were counted back from Fri 10 April 2026 (the panel meets): from Thu 9 April 2026 (day 1) to Thu 2 April 2026
 * (day 5)." Where that comes too early, it says which day was taken.
 */
function countedBackInWords(steps: readonly WorkingStep[], counted: readonly WorkingStep[]): string {
  const panel = steps.find(({ text }) => text.endsWith(': the panel meets'));
  const notCounted = notCountedInWords(steps);
  const taken = steps.find((each) => each.counts === 'due' && !counted.includes(each));
  const days = counted.length === 1 ? '1 working day was' : `${counted.length} working days were`;
  return [
    `${days} counted back from ${dayOf(panel)}, when the panel meets: from ${dayOf(counted.at(-1))} (day 1) to ${dayOf(counted[0])} (day ${counted.length}).`,
    notCounted === '' ? '' : ` Not counted: ${notCounted}.`,
    taken === undefined ? '' : ` ${sentence(taken.text)}`,
    ...steps.filter((each) => each.counts === 'remark' && each !== panel).map(({ text }) => ` ${sentence(text)}`),
  ].join('');
}

function notCountedInWords(steps: readonly WorkingStep[]): string {
  const daysOff = steps
    .filter(({ counts }) => counts === 'not-counted')
    .map((step) => ({ day: dayOf(step), reason: step.text.slice(dayOf(step).length + 2).replace(/, not counted$/, '') }));
  const holidays = daysOff.filter(({ reason }) => reason !== 'Saturday' && reason !== 'Sunday');
  return [
    ...(holidays.length < daysOff.length ? ['weekends'] : []),
    ...holidays.map(({ day, reason }) => `${day} (${reason})`),
  ].join(', ');
}

/** Each time the clock stood still, from its first day to its last; the days off in between are part of it. */
function pausedInWords(steps: readonly WorkingStep[]): string {
  const pauses: WorkingStep[][] = [];
  let isRunning = true;
  for (const step of steps) {
    if (step.counts === 'paused') {
      if (isRunning) pauses.push([]);
      pauses.at(-1)?.push(step);
      isRunning = false;
    } else if (step.counts === 'counted') isRunning = true;
  }
  if (pauses.length === 0) return '';
  const inWords = pauses.map((days) =>
    days.length === 1 ? dayOf(days[0]) : `${dayOf(days.at(0))} to ${dayOf(days.at(-1))}`,
  );
  return ` Left out, since the clock stood still: ${inWords.join(', ')}.`;
}

/** The date that a step begins with. */
const dayOf = (step: WorkingStep | undefined): string => step?.text.split(':')[0] ?? '';

const sentence = (text: string): string => (text.endsWith('.') ? text : `${text}.`);
