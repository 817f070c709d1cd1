import type { IsoInstant } from '../../config/clock';
import type { AnswerKind } from '../../config/processes';
import type { CaseInput } from '../shared/contract';
import type { WithdrawalOutcome, WithdrawalState } from './state';

/** Registered name, input and result of the withdrawal of a partner (protocol section 13). */
export const withdrawalType = 'withdrawal';

export interface WithdrawalInput extends CaseInput {
  /** The first moment at which it is a former partner: the end, in London, of the last of the 28 days. */
  readonly endsAt: IsoInstant;
  /** Set in every case since it was first asked of at an end: what came on record with the last answer is heard before the case ends. */
  readonly hearsBeforeItEnds?: true;
  /** Set in a run that goes on for one whose history had grown long: the state it stopped with. */
  readonly carriedOver?: WithdrawalState;
}

export interface WithdrawalResult {
  readonly outcome: WithdrawalOutcome;
  /** What became of the information that each holds. */
  readonly answers: readonly {
    readonly partner: string;
    readonly kind: AnswerKind | null;
    readonly late: boolean;
  }[];
}
