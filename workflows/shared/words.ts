/** Words for the Temporal UI: what a case waits for, in London's time. They say dates and never count them. */
import type { IsoDate, IsoInstant } from '../../config/clock';

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
/** `escalate-deputy` as "escalate deputy" */
export const slugInWords = (slug: string): string => slug.replaceAll('-', ' ');
