import type { AnswerKind } from '../../config/processes';
import type { CaseInput } from '../shared/contract';
import type { ObjectionState, ProcessorObjectionOutcome } from './state';

/** Registered name, input and result of the change of processor (protocol section 4, Responsibilities). */
export const processorObjectionType = 'processorObjection';

export interface ProcessorObjectionInput extends CaseInput {
  /** Set in a run that goes on for one whose history had grown long: the state it stopped with. */
  readonly carriedOver?: ObjectionState;
}

export interface ProcessorObjectionResult {
  readonly outcome: ProcessorObjectionOutcome;
  /** What each controller said; null for one that did not object in time. */
  readonly answers: readonly {
    readonly partner: string;
    readonly kind: AnswerKind | null;
    readonly late: boolean;
  }[];
}
