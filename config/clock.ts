/**
 * The one place that reads the machine's clock. Everything that needs the present is handed a `Clock`,
 * so that a test can fix it; a lint rule forbids `Date.now()` and `new Date()` elsewhere.
 */
export interface Clock {
  /** The present, as an instant in UTC: `2026-04-13T23:00:00.000Z`. */
  now(): IsoInstant;
}

declare const brand: unique symbol;
/** A civil date in Europe/London, `2026-04-13`. Never an instant: it has no hour and no zone. */
export type IsoDate = string & { readonly [brand]: 'IsoDate' };
/** An instant in UTC, `2026-04-13T23:00:00Z`. Never a civil date. */
export type IsoInstant = string & { readonly [brand]: 'IsoInstant' };

export const systemClock: Clock = { now: () => new Date().toISOString() as IsoInstant };

/** A clock that stands still, for tests. */
export function fixedClock(at: string): Clock {
  return { now: () => at as IsoInstant };
}
