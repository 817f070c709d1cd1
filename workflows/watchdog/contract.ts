/** Looks for cases that should have woken and did not. Started by a Schedule; one run is one look. */
export const watchdogType = 'watchdog';
export const watchdogScheduleId = 'watchdog';

export interface WatchdogActivities {
  /** Finds the cases without a sign, alarms for each new one, and notes that it looked. */
  lookForStuckCases(): Promise<{ readonly stuck: readonly string[] }>;
}
