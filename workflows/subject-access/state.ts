import type { ApplicantRequestState } from '../shared/applicant-request';

/** `clock-stopped`: something is awaited of the applicant. `consulting`: an originator is awaited whose time has not run out. */
export const subjectAccessStages = ['clock-stopped', 'consulting', 'to-decide', 'to-reply', 'closed'] as const;
export type SubjectAccessStage = (typeof subjectAccessStages)[number];

export const subjectAccessOutcomes = ['replied', 'refused', 'withdrawn'] as const;
export type SubjectAccessOutcome = (typeof subjectAccessOutcomes)[number];

/** Everything that the workflow of a subject access request knows. */
export type SubjectAccessState = ApplicantRequestState<SubjectAccessOutcome>;
