import type { IsoDate, IsoInstant } from '../../config/clock';
import type { CaseEvent, Notice, TaskState, Word } from './contract';

/** What every case knows of itself. A plain value, so that it can be carried into a new run. */
export interface CaseState<Outcome extends string = string> {
  /** Which opening of the case it is. */
  readonly run: number;
  seq: number;
  tasks: TaskState[];
  /** Messages up to this number belong to an earlier opening of the case. */
  readonly after: number;
  /** The numbers of the messages that were taken: one that is delivered again changes nothing. */
  taken: number[];
  /** What the rules forbade when it came: told again later it has the same word, whatever the rules say then. */
  refused: Word[];
  /** The words on what was heard since the state was last recorded. */
  words: Word[];
  /** Whether the clock stands still from a question back to its reply: a case keeps the policy it was opened under. */
  readonly questionPausesClock: boolean;
  /** What has happened since the state was last recorded. */
  events: CaseEvent[];
  /** What is to be sent with the next order. */
  notices: Notice[];
  /** What the mail server would not take, and when to try again. */
  outbox: { notices: Notice[]; retryAt: number; tries: number } | null;
  /** Set by the last answer; the date is worked out by the next order. */
  closeAfter: IsoInstant | null;
  /** The day that the date is counted from, where that was before; missing where it is that of `closeAfter`. */
  closeFrom?: IsoDate | undefined;
  closeAt: IsoInstant | null;
  /** The moment that `closeAt` is counted from; null while something is waited for. */
  closesFrom: IsoInstant | null;
  /** The `closesFrom` of a date that was moved: what an order on its way still says of that date is older. */
  closingMovedFrom: IsoInstant | null;
  outcome: Outcome | null;
  /** Whether an order has recorded the outcome. */
  closingRecorded: boolean;
  /** Something changed that has not been recorded yet. */
  dirty: boolean;
}
