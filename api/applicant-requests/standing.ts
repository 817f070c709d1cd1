/** How a request of an applicant stands, in lists. */
import type { IsoDate } from '../../config/clock';
import type { CaseSummary } from '../../store/cases';

/** By when the applicant has to have the reply; null while the clock stands still, as it is not known then. */
export function replyDueOn({ tasks, projection }: Pick<CaseSummary, 'tasks' | 'projection'>): IsoDate | null {
  const reply = tasks.find(({ kind }) => kind === 'reply');
  const isStill = projection.tasks.some(({ id, pausedAt }) => id === reply?.id && pausedAt !== null);
  return isStill ? null : (reply?.plans.at(-1)?.dueOn ?? null);
}
