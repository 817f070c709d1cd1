/** What is to be done in a case by a day, besides answering, as it stands. */
import { endOfLondonDay } from '../calendar';
import type { IsoInstant } from '../config/clock';
import { numberOf, type CaseDuty, type CaseSummary } from '../store/cases';

/** A duty that waits. It is due at the end of its day, as a task is. */
export interface WaitingDuty extends CaseDuty {
  readonly dueAt: IsoInstant;
  readonly isOverdue: boolean;
}

/** What waits to be done, the first due first. */
export const dutiesThatWait = ({ duties = [], projection, ended }: Pick<CaseSummary, 'duties' | 'projection' | 'ended'>, now: IsoInstant): readonly WaitingDuty[] =>
  duties
    .filter(({ id }) => !ended && projection.duties?.includes(id))
    .map((duty) => {
      const dueAt = endOfLondonDay(duty.dueOn);
      return { ...duty, dueAt, isOverdue: Date.parse(dueAt) <= Date.parse(now) };
    })
    .sort((a, b) => Date.parse(a.dueAt) - Date.parse(b.dueAt));

/** What is to be done by its kind and the number that people see: "action 1". */
export const dutyName = ({ duties = [] }: Pick<CaseSummary, 'duties'>, duty: string): string =>
  `${duty.replace(/-\d+$/, '').replaceAll('-', ' ')} ${numberOf(duties.find(({ id }) => id === duty) ?? { id: duty })}`;
