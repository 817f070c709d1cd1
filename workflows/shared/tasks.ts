/** What people do on a task, whatever the process: each act changes the state, or is refused by the rule that forbids it. */
import type { LadderRole } from '../../config/policy';
import type { CaseMessage, Recipient, RejectionType, TaskId, TaskState } from './contract';
import { dueOf, isAwaited, moveClock, notice, reach, runs } from './ladder';
import { takeAnswer } from './messages';
import { millisecondsOf } from './now';
import type { CaseState } from './state';

type Told<Type extends CaseMessage['type']> = Extract<CaseMessage, { type: Type }>;

/**
 * Another start waits for a second person.
 * @param task whose date it would move; none if there is none
 * @param seconds who can be that person
 */
export function proposeCorrection(
  state: CaseState,
  message: Told<'correction-proposed'>,
  task = state.tasks.find(isAwaited),
  seconds: readonly Recipient[] = ['requester', 'csp-manager'],
): RejectionType | null {
  if (task === undefined) return 'NoLongerAwaited';
  state.events.push({ event: 'correction-proposed', at: message.at, number: message.number });
  const asked = seconds.filter((role) => role !== message.proposedBy);
  state.notices.push(notice(task, `correction-proposed-${message.number}`, asked));
  return null;
}

/** The dates stay as they are, and whoever proposed another day is told so; of the opener's team the opener. */
export function tellProposer(state: CaseState, { type, number, proposedBy }: Told<'correction-declined' | 'correction-confirmed'>): null {
  const [task] = state.tasks;
  const proposer = proposedBy === 'csp-manager' ? 'csp-manager' : 'requester';
  if (task !== undefined) state.notices.push(notice(task, `${type}-${number}`, [proposer]));
  return null;
}

type TaskMessage = Extract<CaseMessage, { readonly task: TaskId }>;

/** @param settled what the process does once the task is answered, or left unanswered by somebody's decision */
export function applyToTask(
  state: CaseState,
  task: TaskState,
  message: TaskMessage,
  now: number,
  settled: (by?: string) => void,
): RejectionType | null {
  switch (message.type) {
    case 'answer':
      takeAnswer(state, task, message);
      settled();
      return null;
    case 'question':
      if (task.status === 'answered') return 'AlreadyAnswered';
      task.question = message.number;
      state.events.push({ event: 'question-asked', at: message.at, task: task.id });
      state.notices.push(notice(task, `question-${message.number}`, ['requester']));
      if (state.questionPausesClock && runs(task)) {
        task.pausedAt = message.at;
        state.events.push({ event: 'clock-paused', at: message.at, task: task.id });
      }
      return null;
    case 'reply':
      if (task.question !== message.number) return 'NoOpenQuestion';
      takeReply(state, task, message, now);
      return null;
    case 'clock-moved':
      return moveClock(state, task, message, now);
    case 'passed-on':
      if (task.status === 'answered') return 'AlreadyAnswered';
      task.name = message.name;
      state.events.push({ event: 'task-passed-on', at: message.at, task: task.id, name: message.name });
      state.notices.push(notice(task, `passed-on-${message.generation}`, ['spoc']));
      return null;
    case 'silence-decided':
      return decideSilence(state, task, message, settled);
    // What is done on a task of one process only, that one takes before.
    case 'call-recorded':
    case 'ico-informed':
    case 'referred':
    case 'clock-stopped':
    case 'clock-started':
    case 'fee-lapse-moved':
    case 'applicant-replied':
      return 'NotOfThisProcess';
  }
}

function takeReply(state: CaseState, task: TaskState, { at, number, clock }: Told<'reply'>, now: number): void {
  task.question = null;
  state.events.push({ event: 'question-answered', at, task: task.id });
  const before = task.clock;
  if (task.pausedAt !== null) {
    task.pausedAt = null;
    if (clock !== undefined && clock.version > before.version) {
      task.clock = clock;
      // What was past before the pause is not mailed again under the new clock.
      task.rungsPassed = clock.rungs.filter((rung) => millisecondsOf(rung.at) <= now).length;
      state.events.push({ event: 'clock-resumed', at, task: task.id, due: dueOf(clock) });
    }
  }
  if (task.status === 'answered') return;
  state.notices.push(notice(task, `reply-${number}`, ['spoc']));
  // The reply tells the SPOC of the date; whoever else has been told the old one gets it by itself.
  if (millisecondsOf(before.dueAt) !== millisecondsOf(task.clock.dueAt)) {
    const others = task.reached.filter((role) => role !== 'spoc');
    state.notices.push(notice(task, 'clock-moved', ['requester', ...others]));
  }
}

/** The CSP manager's word on a partner whose ladder is finished. */
function decideSilence(
  state: CaseState,
  task: TaskState,
  { decision, by, at, seq }: Told<'silence-decided'>,
  settled: (by?: string) => void,
): RejectionType | null {
  // Of what one process only knows, that one takes it before.
  if (decision === 'left-as-it-is') return 'NotOfThisProcess';
  if (task.status === 'answered') return 'AlreadyAnswered';
  // Asking again does no harm before, as when an address was put right; not to wait any more has to wait for the ladder.
  if (task.status !== 'unanswered' && decision === 'left-unanswered') return 'LadderNotFinished';
  state.events.push({ event: 'silence-decided', at, task: task.id, decision, by });
  if (decision === 'asked-again') {
    const everybody: LadderRole[] = ['spoc', 'deputy', 'governance-lead'];
    state.notices.push({ ...notice(task, `asked-again-${seq}`, everybody), chase: true });
    reach(task, everybody);
    return null;
  }
  task.status = 'left-unanswered';
  task.overdue = false;
  state.notices.push(notice(task, `left-unanswered-${seq}`, ['requester']));
  settled(by);
  return null;
}
