import { icoByLaw } from '../calendar';
import type { BankHolidays } from '../config/bank-holidays';
import type { IsoInstant } from '../config/clock';
import type { CaseDocument, CaseTask, TaskPlan } from '../store/cases';
import type { ByLaw } from '../workflows/shared/contract';
import { planTask, policyFor } from './clock';

export interface BreachHours {
  /** Until all partners have to know. */
  readonly partners: TaskPlan;
  /** Until views on telling the people concerned are awaited. */
  readonly cutOff: TaskPlan;
  /** Until when the owner decides on telling the people concerned. */
  readonly telling: TaskPlan;
  /** Until each controller decides on the ICO, as the protocol says: from the detection (section 10). */
  readonly ico: TaskPlan;
}

/** The clocks of a personal data breach by the protocol, each with its working, by its detection as it stands now. */
export function breachHours(document: Pick<CaseDocument, '_id' | 'terms' | 'policy'>, holidays: BankHolidays): BreachHours {
  const { detectedAt } = document.terms as { detectedAt: IsoInstant };
  const plan = (kind: NonNullable<CaseTask['kind']>): TaskPlan =>
    planTask({ caseRef: document._id, from: detectedAt, version: 1, reason: 'opened' }, policyFor(document.policy, { kind }), { holidays });
  return {
    partners: plan('acknowledge'),
    cutOff: plan('give-view'),
    telling: plan('decide-telling'),
    ico: plan('decide-ico'),
  };
}

/** The hours of a controller by the law: its own, from when it became aware. */
export const byLawFrom = (awareAt: IsoInstant): ByLaw => ({ from: awareAt, dueAt: icoByLaw(awareAt).dueAt });
