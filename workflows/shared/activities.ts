import { proxyActivities } from '@temporalio/workflow';
import type { CaseActivities } from './contract';

/**
 * The store must come back, so these are tried until it does: a clock workflow never fails because the world is down.
 * The mail server's troubles do not surface here: mail that is not taken comes back as `deferred`.
 */
const storeActivities = proxyActivities<CaseActivities>({
  startToCloseTimeout: '2 minutes',
  heartbeatTimeout: '10 seconds',
  retry: { initialInterval: '500 ms', backoffCoefficient: 2, maximumInterval: '30 seconds' },
});

export const { carryOut, storedMessages } = storeActivities;
