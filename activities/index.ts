import { toStoredAnswer } from '../store/answers';
import type { CaseActivities } from '../workflows/shared/contract';
import type { WatchdogActivities } from '../workflows/watchdog/contract';
import { carryOut } from './carry-out';
import type { Dependencies } from './dependencies';
import { lookForStuckCases } from './watchdog';

export type { Dependencies } from './dependencies';

/** The activities that the worker registers, bound to what they work with. */
export function createActivities(deps: Dependencies): CaseActivities & WatchdogActivities {
  return {
    carryOut: (order) => carryOut(order, deps),
    storedAnswers: async (caseRef) => (await deps.store.answers.of(caseRef)).map(toStoredAnswer),
    lookForStuckCases: () => lookForStuckCases(deps),
  };
}
