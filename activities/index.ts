import type { BankHolidaysActivities } from '../workflows/bank-holidays/contract';
import type { CaseActivities } from '../workflows/shared/contract';
import type { AuditSealActivities } from '../workflows/audit-seal/contract';
import type { WatchdogActivities } from '../workflows/watchdog/contract';
import { sealRecord } from './audit-seal';
import { refreshBankHolidays, tellOfBankHolidayTroubles } from './bank-holidays';
import { carryOut, storedMessages } from './carry-out';
import type { Dependencies } from './dependencies';
import { recountOpenCases } from './recount';
import { lookForStuckCases } from './watchdog';

export { tellOfLateAnswer } from './carry-out';
export { tellOfMovedDates } from './moved-dates';
export type { Dependencies } from './dependencies';

/** The activities that the worker registers, bound to what they work with. */
export function createActivities(
  deps: Dependencies,
): CaseActivities & AuditSealActivities & BankHolidaysActivities & WatchdogActivities {
  return {
    carryOut: (order) => carryOut(order, deps),
    storedMessages: (caseRef, heard) => storedMessages(caseRef, heard, deps),
    sealRecord: () => sealRecord(deps),
    refreshBankHolidays: () => refreshBankHolidays(deps),
    recountOpenCases: (after) => recountOpenCases(after, deps),
    tellOfBankHolidayTroubles: () => tellOfBankHolidayTroubles(deps),
    lookForStuckCases: () => lookForStuckCases(deps),
  };
}
