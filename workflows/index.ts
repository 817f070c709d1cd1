// Everything the worker registers: named re-exports only, one per process.
export { asbCaseReview } from './asb-case-review/workflow';
export { auditSeal } from './audit-seal/workflow';
export { bankHolidays, bankHolidaysAccepted } from './bank-holidays/workflow';
export { breach } from './breach/workflow';
export { informationAccess } from './information-access/workflow';
export { informationRequest } from './information-request/workflow';
export { processorObjection } from './processor-objection/workflow';
export { subjectAccess } from './subject-access/workflow';
export { watchdog } from './watchdog/workflow';
export { withdrawal } from './withdrawal/workflow';
