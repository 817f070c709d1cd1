/**
 * Counts every clock of the product and shows how. Pure: no I/O, and no clock of its own; what it counts with (bank
 * holidays, settings) is handed in. Civil dates are Europe/London, instants UTC.
 */
export { bankHolidayTroubles, type BankHolidayTrouble } from './bank-holiday-troubles';
export { monthsAfter, parseIsoDate, parseIsoInstant } from './civil-date';
export { closingDay, type ClosingInput } from './closing';
export { consultationDeadline, type ConsultationDeadline, type ConsultationInput } from './consultation';
export { deadline, lackingFaults, type CountingBasis, type Deadline, type DeadlineInput } from './deadline';
export { checkPanel, planDueFor, type DueForInput } from './due-for';
export { CalendarError, CalendarErrors } from './errors';
export { extensionWindow, publicInterestWindow, type ExtensionWindow, type PublicInterestWindow } from './extension';
export { feeLapse, type FeeLapse } from './fee';
export { endOfLondonDay, lastDayBefore, londonDateOf, londonMoments, londonTimeOf, startOfLondonDay, type Occurrence } from './london';
export { icoByLaw } from './ico';
export { monthsOf, type Month, type MonthDay } from './months';
export type { Pause } from './pauses';
export { planClock, planRungs, startDayOf, type PlanInput, type RungsInput } from './plan';
export { deadlineFromQuery, inputFromQuery, type DeadlineQuery } from './query';
export { reviewThreshold, type Complaint, type CountedComplaint, type Threshold } from './threshold';
export { formatDate, formatDue, formatInstant, formatShortDate } from './words';
export { isWorkingDay, workingDayOnOrBefore, workingDaysAfter } from './working-days';
