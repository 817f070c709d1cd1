/** The rules of a subject access request: those of every request of an applicant, with its own ends. */
import { advanceRequest, applyToRequest, countSilence, endByReply, openRequest, requestMoments, standingOf, viewsIn, type Replied } from '../shared/applicant-request';
import type { CaseMessage, CaseProjection, RejectionType } from '../shared/contract';
import { takeOnce } from '../shared/messages';
import { projectionWith, retryMail } from '../shared/order';
import type { CaseRules } from '../shared/rules';
import type { SubjectAccessInput, SubjectAccessResult } from './contract';
import { subjectAccessOutcomes, subjectAccessStages, type SubjectAccessStage, type SubjectAccessState } from './state';

const open = (input: SubjectAccessInput, now: number): SubjectAccessState => openRequest(input, now);

function advance(state: SubjectAccessState, now: number): void {
  advanceRequest(state, now);
  retryMail(state, now);
}

/** Takes what people tell the case, once however often it comes. Says why not, if the rules forbid it as things stand. */
const take = (state: SubjectAccessState, message: CaseMessage, now: number): RejectionType | null =>
  takeOnce(state, message, () => {
    const rejection = applyToRequest(state, message, now, replied);
    if (state.outcome === null) countSilence(state, now);
    return rejection;
  });

/** The applicant has the reply: that ends the case. A refusal of the whole request needs no item decided. */
const replied: Replied<SubjectAccessState> = (state, task, message) => {
  if (message.outcome !== 'replied' && message.outcome !== 'refused') return 'NotOfThisProcess';
  if (message.outcome === 'replied' && state.items.some(({ decision }) => decision === null)) return 'ItemsUndecided';
  return endByReply(state, task, message);
};

export const stageOf = (state: Pick<SubjectAccessState, 'outcome' | 'tasks' | 'items' | 'stopped'>): SubjectAccessStage => standingOf(state);

export const wakesOf = (state: SubjectAccessState): number[] => requestMoments(state);

const projectionOf = (state: SubjectAccessState): CaseProjection => projectionWith(state, stageOf(state), wakesOf(state));

export const subjectAccessRules: CaseRules<SubjectAccessState> = {
  stages: subjectAccessStages,
  outcomes: subjectAccessOutcomes,
  open,
  take,
  advance,
  wakesOf,
  projectionOf,
};

export function resultOf(state: SubjectAccessState): SubjectAccessResult {
  const { outcome } = state;
  if (outcome === null) throw new Error('The case has not ended.');
  return { outcome, answers: viewsIn(state) };
}
