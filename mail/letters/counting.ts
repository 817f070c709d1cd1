import type { ClockPlan } from '../../config/policy';

/**
 * How a due date was counted, in one sentence: "Counted from Thu 26 March 2026: day 1 is Fri 27 March 2026, the last is
 * Mon 13 April 2026. Not counted: weekends, Fri 3 April 2026 (Good Friday)." The case page has every day of it.
 */
export function countingInWords(plan: ClockPlan): string {
  const [start] = plan.steps;
  const counted = plan.steps.filter(({ counts }) => counts === 'counted' || counts === 'due');
  const dayOf = (text: string | undefined) => text?.split(':')[0] ?? '';
  const daysOff = plan.steps
    .filter(({ counts }) => counts === 'not-counted')
    .map(({ text }) => /^(?<day>[^:]+): (?<reason>.+), not counted/.exec(text)?.groups)
    .filter((groups) => groups !== undefined);
  const holidays = daysOff.filter(({ reason }) => reason !== 'Saturday' && reason !== 'Sunday');
  const notCounted = [
    ...(holidays.length < daysOff.length ? ['weekends'] : []),
    ...holidays.map(({ day, reason }) => `${day ?? ''} (${reason ?? ''})`),
  ];
  return (
    `Counted from ${dayOf(start?.text)}: day 1 is ${dayOf(counted.at(0)?.text)}, day ${counted.length} is ` +
    `${dayOf(counted.at(-1)?.text)}.${notCounted.length === 0 ? '' : ` Not counted: ${notCounted.join(', ')}.`}`
  );
}
