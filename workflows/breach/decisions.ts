/** What one partner alone decides in a breach, and what a controller still owes the ICO: alike for the workflow and the record. */
import type { TaskKind } from '../../config/processes';
import type { IcoMore, TaskAnswer } from '../shared/contract';

/** A controller decides on the ICO, the owner on telling the people concerned: nobody does so in its place. */
export const isOwnDecision = ({ kind }: { readonly kind?: TaskKind | null | undefined }): boolean =>
  kind === 'decide-ico' || kind === 'decide-telling';

type Answered = Pick<TaskAnswer, 'kind' | 'icoMore'>;

/** Whether the ICO was told that more is to follow, and has not been told the last of it. */
export const owesIcoMore = (answer: Pick<Answered, 'icoMore'> | null): boolean => answer?.icoMore === 'to-follow';

/**
 * Once the ICO was told the last, no correction of what it was told first has more follow again; and what is left as it is stays
 * so where that says still that more follows.
 */
export function icoMoreWith(before: Answered | null, answer: Answered): Pick<Answered, 'icoMore'> {
  if (answer.kind !== 'told-ico') return {};
  if (before?.icoMore === 'told') return { icoMore: 'told' };
  return before?.icoMore === 'left' && owesIcoMore(answer) ? { icoMore: 'left' } : {};
}

/** What is still to follow once the ICO was told more. */
export const icoMoreAfter = (isLast: boolean): IcoMore => (isLast ? 'told' : 'to-follow');
