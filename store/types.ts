// The shapes of a case's state are the workflow's to define; the store keeps copies of them.
export type { CaseEvent, CaseProjection, StoredAnswer } from '../workflows/shared/contract';
