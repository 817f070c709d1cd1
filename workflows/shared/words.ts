/** Words for the Temporal UI: what a case waits for, in London's time. They say dates and never count them. */
import type { IsoDate, IsoInstant } from '../../config/clock';
import type { Due } from './contract';

const day = new Intl.DateTimeFormat('en-GB', {
  timeZone: 'UTC',
  weekday: 'short',
  day: 'numeric',
  month: 'long',
  year: 'numeric',
});
const moment = new Intl.DateTimeFormat('en-GB', {
  timeZone: 'Europe/London',
  weekday: 'short',
  day: 'numeric',
  month: 'long',
  year: 'numeric',
  hour: '2-digit',
  minute: '2-digit',
});

/** "Mon 13 April 2026" */
export const dateInWords = (on: IsoDate): string => day.format(new Date(`${on}T00:00:00Z`)).replace(',', '');
/** "Thu 9 April 2026 at 09:04" in London */
export const instantInWords = (at: IsoInstant): string => moment.format(new Date(at)).replace(',', '');
/** "Mon 13 April 2026"; the moment, of a clock in hours */
export const dueInWords = ({ dueOn, dueAt }: Due): string =>
  dueOn === undefined ? instantInWords(dueAt) : dateInWords(dueOn);
const kinds: Readonly<Record<string, string>> = {
  'decide-ico': 'decision on telling the ICO',
  'give-view': 'view on telling the people concerned',
  'decide-telling': 'decision on telling the people concerned',
};
/** What a task asks for, of a process that asks for several things; those not listed are said as they are called. */
export const kindInWords = (kind: string): string => kinds[kind] ?? slugInWords(kind);
/** `escalate-deputy` as "escalate deputy" */
export const slugInWords = (slug: string): string => slug.replaceAll('-', ' ');

const steps: Readonly<Record<string, string>> = {
  reminder: 'reminder',
  'due-today': 'reminder that it is due today',
  overdue: 'overdue notice',
  'escalate-deputy': 'overdue notice, also to the deputy',
  'escalate-governance': 'escalation to the information governance lead',
  'escalate-csp': 'escalation to the CSP manager',
};
/** A rung of a ladder; one that a protocol file names otherwise is said as it is named. */
export const stepInWords = (step: string): string => steps[step] ?? slugInWords(step);
