/** Takes the official feed of bank holidays once a day, if there is one. Started by a Schedule; one run is one day's. */
export const bankHolidaysType = 'bankHolidays';
export const bankHolidaysScheduleId = 'bank-holidays';

/** Brings bank holidays that a person has accepted to the open cases, at once. */
export const bankHolidaysAcceptedType = 'bankHolidaysAccepted';
/** By the version that is in force: asked for again while it runs, it is the same run. */
export const bankHolidaysAcceptedId = (version: string): string => `bank-holidays-accepted-${version}`;

/**
 * `not-fetched`: no address of a feed is set. `unchanged`, `changed`: it was taken. `refused`: it was had and must not be
 * used. `unreachable`: it was not had.
 */
export interface BankHolidaysRefreshed {
  readonly result: 'not-fetched' | 'unchanged' | 'changed' | 'refused' | 'unreachable';
  /** Of the bank holidays in force after it. */
  readonly version: string;
}

/** Some open cases whose dates were worked out again. */
export interface Recounted {
  readonly looked: number;
  /** How many tasks have another clock now, and cases another day on which they close by themselves. */
  readonly moved: number;
  /** Where the next call goes on; null when all have been looked at. */
  readonly next: string | null;
}

export interface BankHolidaysActivities {
  /** Fetches the feed, checks it, and puts it in force if it differs. A feed that is not taken is a result, no failure. */
  refreshBankHolidays(): Promise<BankHolidaysRefreshed>;
  /** Works out again the dates of some open cases, those after the one that is named. */
  recountOpenCases(after: string | null): Promise<Recounted>;
  /** Mails the operator what is wrong with the bank holidays, each trouble once. */
  tellOfBankHolidayTroubles(): Promise<void>;
}
