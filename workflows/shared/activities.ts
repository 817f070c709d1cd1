import { proxyActivities, proxyLocalActivities, TemporalFailure } from '@temporalio/workflow';
import type { CaseActivities, CaseMessage, Heard, WorkOrder, WorkReport } from './contract';

/**
 * Within the workflow's own task: one event in place of six. One try that must end soon, since the task waits for it, and
 * with it whatever the case is told meanwhile.
 */
const atOnce = proxyLocalActivities<CaseActivities>({
  scheduleToCloseTimeout: '7 seconds',
  retry: { maximumAttempts: 1 },
});

/**
 * In a task of their own. The store must come back, so these are tried until it does: a clock workflow never fails because
 * the world is down. The mail server's troubles do not surface here: mail that is not taken comes back as `deferred`.
 */
const untilDone = proxyActivities<CaseActivities>({
  startToCloseTimeout: '2 minutes',
  heartbeatTimeout: '10 seconds',
  retry: { initialInterval: '500 ms', backoffCoefficient: 2, maximumInterval: '30 seconds' },
});

/** @param mayTakeLong where it is known before that there is no use in trying it at once */
export const carryOut = (order: WorkOrder, mayTakeLong: boolean): Promise<WorkReport> =>
  mayTakeLong
    ? untilDone.carryOut(order)
    : atOnceOr(
        () => atOnce.carryOut(order),
        () => untilDone.carryOut(order),
      );

export const storedMessages = (caseRef: string, heard: Heard): Promise<readonly CaseMessage[]> =>
  atOnceOr(
    () => atOnce.storedMessages(caseRef, heard),
    () => untilDone.storedMessages(caseRef, heard),
  );

/** A try that was given up may still be at work: what activities do can be done twice, and beside each other. */
async function atOnceOr<T>(first: () => Promise<T>, then: () => Promise<T>): Promise<T> {
  try {
    return await first();
  } catch (error) {
    // What a local activity throws is not wrapped: a failure of its own, a time limit, a worker that stops.
    if (!(error instanceof TemporalFailure)) throw error;
    return then();
  }
}
