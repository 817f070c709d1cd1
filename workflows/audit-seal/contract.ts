/** Seals the record of acts once a day, so that what was in it can be proved later. Started by a Schedule. */
export const auditSealType = 'auditSeal';
export const auditSealScheduleId = 'audit-seal';

export interface AuditSealActivities {
  /** Writes the day's seal, unless there is one, and logs its hash. */
  sealRecord(): Promise<{ readonly day: string; readonly hash: string; readonly chains: number }>;
}
