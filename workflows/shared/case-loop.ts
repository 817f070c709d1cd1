/**
 * The loop that every case runs: do what there is to do in one order, then sleep until the next moment at which something
 * is due, or until the case is told something. One loop, and as few timers as can be, whatever the number of tasks and
 * clocks.
 */
import {
  CancellationScope,
  condition,
  defineQuery,
  defineSignal,
  setCurrentDetails,
  setHandler,
  upsertSearchAttributes,
  workflowInfo,
} from '@temporalio/workflow';
import { carryOut, storedMessages } from './activities';
import {
  heardQuery,
  statusQuery,
  tellSignal,
  type CaseInput,
  type CaseMessage,
  type CaseProjection,
  type Heard,
  type RejectionType,
} from './contract';
import { hear, heardBy } from './messages';
import { instantOf, millisecondsOf, now } from './now';
import { mailWaits, mayTakeLong, takeOrder, takeReport } from './order';
import { changedAttributes, partnersWith } from './search-attributes';
import type { CaseState } from './state';
import { Timers } from './timers';
import { instantInWords } from './words';

/** What a process says of its cases; the loop says when. */
export interface Procedure<State extends CaseState> {
  /** Takes a message, or says by which rule it must not. Synchronous: the signal's handler calls it. */
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

/** Left behind at rest only; what the case was told is known by its number in the next run, too. */
const historyIsLong = (): boolean => workflowInfo().continueAsNewSuggested;

/** As of when a case begins: from its start, or from its first one where its workflow was lost and is started again. */
export const beginsAt = ({ beganAt }: CaseInput): number =>
  beganAt === undefined ? workflowInfo().startTime.getTime() : millisecondsOf(beganAt);

/**
 * Runs a case until it has ended and all its mail has gone. A cancellation, as the Temporal UI offers it, ends no clock:
 * a case ends by its own acts only.
 * @param goOn goes on in a new run with the state as it is, when the history has grown long
 */
export function runCase<State extends CaseState>(
  input: CaseInput,
  state: State,
  procedure: Procedure<State>,
  goOn: (state: State) => Promise<never>,
): Promise<void> {
  return CancellationScope.nonCancellable(() => runToTheEnd(input, state, procedure, goOn));
}

async function runToTheEnd<State extends CaseState>(
  { caseRef, beganAt }: CaseInput,
  state: State,
  { take, advance, wakesOf, projectionOf, waitingFor, detailsOf }: Procedure<State>,
  goOn: (state: State) => Promise<never>,
): Promise<void> {
  let known = projectionOf(state);
  const timers = new Timers();
  // By the time at which it was written: this task's own can be another one when it is done again.
  const told = (message: CaseMessage): void => {
    const at = millisecondsOf(message.at);
    // As it was taken then: after the rungs that had come by its moment.
    if (message.takenBefore === true) advance(state, at);
    hear(state, message, () => take(state, message, at));
  };
  const hearWhatIsStored = async (): Promise<void> => {
    for (const message of await storedMessages(caseRef, heardBy(state))) told(message);
  };

  setHandler(defineQuery<CaseProjection>(statusQuery), () => projectionOf(state));
  setHandler(defineQuery<Heard & Pick<CaseProjection, 'seq'>>(heardQuery), () => ({ ...heardBy(state), seq: state.seq }));
  setHandler(defineSignal<CaseMessage[]>(tellSignal), (...messages) => messages.forEach(told));

  const tellManagers = (): void => {
    setCurrentDetails(detailsOf(state));
    const current = projectionOf(state);
    const changed = changedAttributes(known, current);
    if (current.tasks.length > known.tasks.length) {
      changed.push(partnersWith(workflowInfo().typedSearchAttributes, state.tasks));
    }
    if (changed.length > 0) upsertSearchAttributes(changed);
    known = current;
  };

  // Nobody is mailed, and no list shows the case, as if nothing had happened since.
  if (beganAt !== undefined) await hearWhatIsStored();

  for (;;) {
    while (state.dirty || state.notices.length > 0) {
      tellManagers();
      const order = takeOrder(state, caseRef, now(), () => projectionOf(state));
      takeReport(state, await carryOut(order, mayTakeLong(state, order)), now(), told);
    }
    // A signal that comes in the instant of this return is not lost: the server gives the task back with it.
    if (state.outcome !== null && !mailWaits(state)) return;
    tellManagers();

    if (historyIsLong()) await goOn(state);

    const moment = Math.min(...wakesOf(state));
    if (moment > now()) {
      timers.wakeAt(moment, () => `wakes at ${instantInWords(instantOf(moment))}; set while ${waitingFor(state)}`);
      await condition(() => state.dirty || historyIsLong() || timers.hasFired());
      continue;
    }

    // What was stored comes before what the clock says.
    await hearWhatIsStored();
    advance(state, now());
  }
}
