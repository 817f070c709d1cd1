import type { AnswerKind, TaskKind } from '../../config/processes';
import type { CaseInput } from '../shared/contract';
import type { BreachOutcome, BreachState } from './state';

/** Registered name, input and result of a personal data breach (protocol section 10). */
export const breachType = 'breach';

export interface BreachInput extends CaseInput {
  /** Set in a run that goes on for one whose history had grown long: the state it stopped with. */
  readonly carriedOver?: BreachState;
  /** Set since nobody ends a breach before those have decided whose decision it is (ADR 36): one that was opened before ends as it could. */
  readonly ownDecisions?: true;
}

export interface BreachResult {
  readonly outcome: BreachOutcome;
  /** What each partner said to each thing that it was asked; null for what it left unanswered. */
  readonly answers: readonly {
    readonly partner: string;
    readonly asked: TaskKind;
    readonly kind: AnswerKind | null;
    readonly late: boolean;
  }[];
}
