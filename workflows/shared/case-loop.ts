/**
 * The loop that every case runs: do what there is to do in one order, then sleep until the next moment at which something
 * is due, or until a message comes. One loop, one timer, whatever the number of tasks and clocks.
 */
import {
  allHandlersFinished,
  ApplicationFailure,
  CancellationScope,
  condition,
  defineQuery,
  defineUpdate,
  setCurrentDetails,
  setHandler,
  upsertSearchAttributes,
  workflowInfo,
} from '@temporalio/workflow';
import { carryOut, storedMessages } from './activities';
import { tellUpdate, type CaseMessage, type CaseProjection, type RejectionType, type TellUpdate } from './contract';
import { instantOf, now } from './now';
import { mailWaits, takeOrder, takeReport } from './order';
import { changedAttributes } from './search-attributes';
import type { CaseState } from './state';
import { instantInWords } from './words';

/** What a process says of its cases; the loop says when. */
export interface Procedure<State extends CaseState> {
  /** Takes a message, or says by which rule it must not. Synchronous: an update handler calls it. */
  readonly take: (state: State, message: CaseMessage, now: number) => RejectionType | null;
  /** Fires what is due by now. */
  readonly advance: (state: State, now: number) => void;
  /** The moments at which the case wants to wake by itself. */
  readonly wakesOf: (state: State) => readonly number[];
  readonly projectionOf: (state: State) => CaseProjection;
  /** One line for the Temporal UI: what the case waits for, and of whom. */
  readonly waitingFor: (state: State) => string;
  /** Markdown for the details pane of the Temporal UI. */
  readonly detailsOf: (state: State) => string;
}

/** Left behind at rest only, with no message in hand: update ids are forgotten then, messages are known by their number. */
const historyIsLong = (): boolean => workflowInfo().continueAsNewSuggested && allHandlersFinished();

/**
 * Runs a case until it has ended and all its mail has gone. A cancellation, as the Temporal UI offers it, ends no clock:
 * a case ends by its own acts only.
 * @param goOn goes on in a new run with the state as it is, when the history has grown long
 */
export function runCase<State extends CaseState>(
  caseRef: string,
  state: State,
  procedure: Procedure<State>,
  goOn: (state: State) => Promise<never>,
): Promise<void> {
  return CancellationScope.nonCancellable(() => runToTheEnd(caseRef, state, procedure, goOn));
}

async function runToTheEnd<State extends CaseState>(
  caseRef: string,
  state: State,
  { take, advance, wakesOf, projectionOf, waitingFor, detailsOf }: Procedure<State>,
  goOn: (state: State) => Promise<never>,
): Promise<void> {
  let known = projectionOf(state);
  const hasChanged = (): boolean => state.dirty;

  setHandler(defineQuery<CaseProjection>('status'), () => projectionOf(state));
  setHandler(defineUpdate<undefined, [TellUpdate]>(tellUpdate), ({ message }) => {
    const rejection = take(state, message, now());
    if (rejection !== null) throw ApplicationFailure.create({ type: rejection, message: rejection, nonRetryable: true });
    return undefined;
  });

  const tellManagers = (): void => {
    setCurrentDetails(detailsOf(state));
    const current = projectionOf(state);
    const changed = changedAttributes(known, current);
    if (changed.length > 0) upsertSearchAttributes(changed);
    known = current;
  };

  for (;;) {
    while (state.dirty || state.notices.length > 0) {
      tellManagers();
      const order = takeOrder(state, caseRef, () => projectionOf(state));
      takeReport(state, await carryOut(order), now(), (message) => take(state, message, now()));
    }
    if (state.outcome !== null && !mailWaits(state)) {
      await condition(allHandlersFinished);
      // An answer that came while the last order was carried out is told before the case rests.
      if (!hasChanged()) return;
      continue;
    }
    tellManagers();

    if (historyIsLong()) await goOn(state);

    const wakes = wakesOf(state);
    if (wakes.length === 0) {
      await condition(() => hasChanged() || historyIsLong());
      continue;
    }
    const moment = Math.min(...wakes);
    const summary = `${waitingFor(state)}; next at ${instantInWords(instantOf(moment))}`;
    const message = moment > now() && (await condition(() => hasChanged() || historyIsLong(), moment - now(), { summary }));
    if (message) continue;

    // What was stored comes before what the clock says; a message that the rules forbid is answered to its sender.
    for (const stored of await storedMessages(caseRef)) take(state, stored, now());
    advance(state, now());
  }
}
