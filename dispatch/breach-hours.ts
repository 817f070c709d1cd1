import { icoByLaw } from '../calendar';
import type { BankHolidays } from '../config/bank-holidays';
import type { IsoInstant } from '../config/clock';
import type { CaseDocument, CaseTask, TaskPlan } from '../store/cases';
import { planTask, policyFor } from './clock';

export interface BreachHours {
  /** Until all partners have to know. */
  readonly partners: TaskPlan;
  /** Until views on telling the people concerned are awaited. */
  readonly cutOff: TaskPlan;
  /** Until each controller decides on the ICO, as the protocol says: from the detection (section 10). */
  readonly ico: TaskPlan;
  /** As the law counts, whatever a protocol sets: from awareness (UK GDPR, Article 33; Data Protection Act 2018, section 67). */
  readonly icoByLaw: TaskPlan;
}

/** The clocks of a personal data breach, each with its working, by its times as they stand now. */
export function breachHours(document: Pick<CaseDocument, '_id' | 'terms' | 'policy'>, holidays: BankHolidays): BreachHours {
  const { detectedAt, awareAt } = document.terms as { detectedAt: IsoInstant; awareAt: IsoInstant };
  const plan = (kind: NonNullable<CaseTask['kind']>, from: IsoInstant): TaskPlan =>
    planTask({ caseRef: document._id, from, version: 1, reason: 'opened' }, policyFor(document.policy, { kind }), { holidays });
  return {
    partners: plan('acknowledge', detectedAt),
    cutOff: plan('decide-telling', detectedAt),
    ico: plan('decide-ico', detectedAt),
    icoByLaw: { ...plan('decide-ico', awareAt), ...icoByLaw(awareAt) },
  };
}
