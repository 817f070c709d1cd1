import { proxyActivities } from '@temporalio/workflow';
import type { AuditSealActivities } from './contract';

const { sealRecord } = proxyActivities<AuditSealActivities>({
  startToCloseTimeout: '10 minutes',
  retry: { initialInterval: '5 seconds', maximumInterval: '5 minutes' },
});

/** One seal. The store may be away for a while: it is tried until the day's seal is there. */
export async function auditSeal(): ReturnType<AuditSealActivities['sealRecord']> {
  return sealRecord();
}
