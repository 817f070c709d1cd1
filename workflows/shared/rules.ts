import type { CaseInput, CaseMessage, CaseProjection, RejectionType } from './contract';
import type { CaseState } from './state';

/**
 * A process as plain functions on plain state, without Temporal: its workflow runs them, and the web works out with them
 * what a case looks like that is opened, or opened again.
 */
export interface CaseRules<State extends CaseState = CaseState> {
  readonly stages: readonly string[];
  readonly outcomes: readonly string[];
  /** The state of a case as it begins, or begins again. */
  open(input: CaseInput, now: number): State;
  /**
   * Takes a message, once however often it comes; or says by which rule it must not.
   * @param now when the message was written
   */
  take(state: State, message: CaseMessage, now: number): RejectionType | null;
  /** Fires what is due by now. */
  advance(state: State, now: number): void;
  /** The moments at which the case wants to wake by itself; none when only a message can move it. */
  wakesOf(state: State): number[];
  projectionOf(state: State): CaseProjection;
}
