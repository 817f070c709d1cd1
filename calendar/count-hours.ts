import { Temporal } from 'temporal-polyfill';
import type { IsoInstant } from '../config/clock';
import type { WorkingStep } from '../config/policy';
import { isoInstant } from './civil-date';
import { inLondon } from './london';
import { counted, formatInstant } from './words';

/** Counts elapsed hours, across nights, weekends, bank holidays and clock changes. */
export function countHours(from: IsoInstant, hours: number): { dueAt: IsoInstant; steps: WorkingStep[] } {
  const dueAt = isoInstant(Temporal.Instant.from(from).add({ hours }));
  const shift = inLondon(dueAt).offsetNanoseconds - inLondon(from).offsetNanoseconds;
  const zone = shift === 0 ? 'where-it-matters' : 'always';
  const steps: WorkingStep[] = [
    { counts: 'start', text: `${formatInstant(from, zone)}: the start` },
    { counts: 'due', text: `${formatInstant(dueAt, zone)}: ${counted(hours, 'hour')} later, the due moment` },
  ];
  if (shift !== 0) {
    const text = `The clocks go ${shift > 0 ? 'forward' : 'back'} in between: the hours are those that pass.`;
    steps.splice(1, 0, { counts: 'remark', text });
  }
  return { dueAt, steps };
}
