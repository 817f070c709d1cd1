/** What people tell a case: taken once, however often it comes. */
import type { CaseMessage, Heard, Recipient, RejectionType, TaskState, Word } from './contract';
import { isLate, notice } from './ladder';
import type { CaseState } from './state';

/** The word that a message had when it came before; nothing for a new one. */
const wordBefore = ({ after, taken, refused }: CaseState, { seq }: CaseMessage): Word | undefined =>
  seq <= after || taken.includes(seq) ? { seq, rejection: null } : refused.find((word) => word.seq === seq);

/** What the case has heard in this opening. */
export const heardBy = ({ run, after, taken, refused }: CaseState): Heard => ({
  run,
  after,
  numbers: [...taken, ...refused.map(({ seq }) => seq)],
});

/**
 * Takes a message and notes what is to be said to it, as often as it comes: whoever tells it again waits for a word. On
 * what was taken before, the word is on record.
 */
export function hear(
  state: CaseState,
  message: CaseMessage,
  take: () => RejectionType | null,
): void {
  const rejection = take();
  if (message.takenBefore !== true) state.words.push({ seq: message.seq, rejection });
  state.dirty = true;
}

/**
 * Takes a message as the procedure applies it. A case that has ended takes none but an answer that was received while it
 * was closing: "received" was said, so the requester is told of it although the case is closed.
 * @param apply changes the state, or says why the rules forbid it as things stand
 */
export function takeOnce(
  state: CaseState,
  message: CaseMessage,
  apply: () => RejectionType | null,
): RejectionType | null {
  const before = wordBefore(state, message);
  if (before !== undefined) return before.rejection;
  const { seq } = message;
  const rejection = state.outcome === null ? apply() : takeWhileClosing(state, message);
  if (rejection === null) state.taken.push(seq);
  else state.refused.push({ seq, rejection });
  return rejection;
}

function takeWhileClosing(state: CaseState, message: CaseMessage): RejectionType | null {
  const task = message.type === 'answer' ? state.tasks.find(({ id }) => id === message.task) : undefined;
  if (message.type !== 'answer' || task === undefined) return 'CaseEnded';
  takeAnswer(state, task, message);
  return null;
}

type Answer = Extract<CaseMessage, { type: 'answer' }>;

/**
 * A first answer ends the ladder of its task; a correction takes its place and leaves the date of the first.
 * @param readers who is told of it, but for whoever put it on record
 */
export function takeAnswer(state: CaseState, task: TaskState, message: Answer, readers: readonly Recipient[] = ['requester']): void {
  const { answer, recordedBy } = message;
  if (task.answer !== null && task.status === 'answered' && task.answer.version >= answer.version) return;
  const isFirst = task.status !== 'answered';
  const late = isFirst ? isLate(task, answer.receivedAt) : (task.answer?.late ?? false);
  task.answer = { ...answer, late };
  task.status = 'answered';
  task.overdue = false;
  task.question = null;
  task.pausedAt = null;
  const { kind, version, receivedAt } = answer;
  state.events.push({ event: 'answer-received', at: receivedAt, task: task.id, kind, version, late });
  // Whoever put it on record knows of it; the other side is told.
  if (recordedBy === 'requester') state.notices.push(notice(task, `answer-recorded-${version}`, ['spoc']));
  const told = whoReads(message, readers);
  if (told.length > 0) state.notices.push(notice(task, `answer-received-${version}`, told));
}

/** Who is told of an answer: whoever put it on record knows of it. */
export const whoReads = ({ recordedBy }: Answer, readers: readonly Recipient[]): readonly Recipient[] =>
  recordedBy === 'requester' ? readers.filter((reader) => reader !== 'requester') : readers;
