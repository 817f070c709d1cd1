import type { IsoInstant } from '../../config/clock';

/**
 * The workflow's own present. Inside the sandbox `Date` is Temporal's: it stands still within a task and is the same
 * in every replay, so this is not the machine's clock. But for one case: before the first activity of a run has ended, see
 * docs/gotchas.md.
 */
// eslint-disable-next-line no-restricted-syntax
export const now = (): number => Date.now();

export const instantOf = (milliseconds: number): IsoInstant => new Date(milliseconds).toISOString() as IsoInstant;
export const millisecondsOf = (instant: IsoInstant): number => Date.parse(instant);
