/** The behaviours whose histories are kept: how each is brought about on the time-skipping server. */
import type { IsoDate, IsoInstant } from '../../config/clock';
import type { ProcessSlug } from '../../config/processes';
import type { TimeSkipping } from '../support/time-skipping';
import type { InformationRequestInput } from '../../workflows/information-request/contract';
import type { AnswerKind, Duty, MoveCause, TaskId } from '../../workflows/shared/contract';
import { breachInput, breachTask, byLawFrom } from '../workflows/breach-input';
import { consultation, applicantRequestInput, lookedAtAgain } from '../workflows/applicant-request-input';
import { at, day, hour, inputFor, movedClock, tell, withCase, type RunningCase, type Untold, type World } from '../workflows/support';

export interface Scenario {
  readonly name: string;
  /** Of which process; an information request if not given. */
  readonly process?: ProcessSlug;
  readonly dueInDays: number;
  readonly partners?: readonly string[];
  readonly input?: (input: InformationRequestInput) => InformationRequestInput;
  readonly prepare?: (world: World) => void;
  readonly play: (running: RunningCase, server: TimeSkipping) => Promise<void>;
}

const act = async (running: RunningCase, { env }: TimeSkipping, told: Untold): Promise<unknown> =>
  tell(running, running.world.store(told, await env.currentTimeMs()));
const confirm: Untold = { type: 'answers-confirmed', by: 'account-1' };
const leaveUnanswered = (task: TaskId): Untold => ({
  type: 'silence-decided',
  task,
  decision: 'left-unanswered',
  by: 'account-1',
});
/** The date of a task moves to so many days from the one that the case began with. */
const move = ({ dueAt }: RunningCase, task: TaskId, days: number, version: number, cause: MoveCause): Untold => ({
  type: 'clock-moved',
  task,
  clock: movedClock(dueAt + days * day, version),
  cause,
});
const goOn: Untold = { type: 'case-decided', decision: 'go-on', by: 'account-1' };
/** Something that is to be done by a moment: whoever has it is reminded before, and mailed after. */
const toBeDone = (id: string, due: number): Duty => ({
  id,
  dueAt: at(due),
  rungs: [
    { step: 'reminder', at: at(due - day / 2), to: ['requester'] },
    { step: 'overdue', at: at(due + day / 2), to: ['requester', 'csp-manager'] },
  ],
});
const toldOutcome: Untold = { type: 'applicant-told', of: 'outcome' };
/** With a panel on that day. */
const meetsOn = (panelOn: string) => (input: InformationRequestInput): InformationRequestInput & { readonly panelOn: IsoDate } => ({
  ...input,
  panelOn: panelOn as IsoDate,
});
/** Without the rungs that come after the due moment. */
const beforeDueOnly = (input: InformationRequestInput): InformationRequestInput => ({
  ...input,
  tasks: input.tasks.map((task) => ({ ...task, clock: { ...task.clock, rungs: task.clock.rungs.slice(0, 2) } })),
});
/** A partner of the case is asked once more, by the same clock. */
const askedAgain = (id: TaskId, name: string, { dueAt }: RunningCase) =>
  inputFor('WD-2026-0001', ['probation'], dueAt).tasks.map((task) => ({ ...task, id, name }));
/** The partner leaves when its tasks are due. */
const leavesWhenDue = (input: InformationRequestInput): InformationRequestInput =>
  ({ ...input, endsAt: input.tasks[0]?.clock.dueAt }) as InformationRequestInput;
const leavesAndIsHeard = (input: InformationRequestInput): InformationRequestInput =>
  ({ ...leavesWhenDue(input), hearsBeforeItEnds: true }) as InformationRequestInput;
/** The first partner replies to the applicant, the others are consulted. */
const accessRequest = (input: InformationRequestInput): InformationRequestInput => applicantRequestInput(input);
const repliedRequest = (input: InformationRequestInput): InformationRequestInput => lookedAtAgain(input);
const decided = (item: string): Untold => ({ type: 'item-decided', item, decision: 'disclose', exceptional: false });
/** A breach, detected so long before it is reported. */
const detectedHoursAgo =
  (hours: number) =>
  (input: InformationRequestInput): InformationRequestInput => {
    const dueAt = Date.parse(input.tasks[0]?.clock.dueAt ?? '');
    return breachInput(dueAt - day - hours * hour)(input);
  };
/** As a breach began before each decision needed the word of whose it is (ADR 36): such ones are ended by others. */
const withoutOwnDecisions = (input: InformationRequestInput): InformationRequestInput =>
  ({ ...input, ownDecisions: undefined }) as InformationRequestInput;
const past = async ({ dueAt }: RunningCase, { env }: TimeSkipping, days: number): Promise<void> =>
  env.sleep(dueAt + days * day - (await env.currentTimeMs()));

export const scenarios: readonly Scenario[] = [
  {
    name: 'information-request-answered-and-confirmed',
    dueInDays: 14,
    play: async (running, server) => {
      const { env } = server;
      await env.sleep(2 * day);
      await tell(running, running.world.answer('T1', running.openedAt + 2 * day, 'shared-in-full'));
      await act(running, server, confirm);
      await running.handle.result();
    },
  },
  {
    name: 'information-request-answered-and-not-contested',
    dueInDays: 14,
    play: async (running, server) => {
      const { env } = server;
      await env.sleep(day);
      await tell(running, running.world.answer('T1', running.openedAt + day));
      await running.handle.result();
    },
  },
  {
    name: 'information-request-silent-through-every-rung',
    dueInDays: 14,
    play: async (running, server) => {
      await past(running, server, 9);
      await act(running, server, leaveUnanswered('T1'));
      await running.handle.result();
    },
  },
  {
    name: 'information-request-received-in-the-past',
    dueInDays: -5,
    play: async (running, server) => {
      await server.env.sleep(hour);
      await tell(running, running.world.answer('T1', running.openedAt + hour, 'refused'));
      await act(running, server, confirm);
      await running.handle.result();
    },
  },
  {
    name: 'information-request-stored-answer-beats-the-timer',
    dueInDays: 14,
    play: async (running, server) => {
      await past(running, server, -0.5);
      running.world.answer('T1', running.dueAt - 60_000);
      await running.handle.result();
    },
  },
  {
    name: 'information-request-mail-outage',
    dueInDays: 14,
    play: async (running, server) => {
      await past(running, server, 0.3);
      running.world.mailDownUntil = running.dueAt + 0.6 * day;
      await past(running, server, 3);
      await tell(running, running.world.answer('T1', running.dueAt + 3 * day));
      await act(running, server, confirm);
      await running.handle.result();
    },
  },
  {
    name: 'information-request-two-partners-one-without-address',
    dueInDays: 14,
    partners: ['essex-police', 'probation'],
    prepare: (world) => world.withoutAddress.add('deputy'),
    play: async (running, server) => {
      await tell(running, running.world.answer('T1', running.openedAt + hour));
      await act(running, server, confirm).catch(() => undefined); // refused: one has not answered
      await past(running, server, 9);
      await act(running, server, leaveUnanswered('T2'));
      await running.handle.result();
    },
  },
  {
    name: 'information-request-question-that-pauses-and-correction',
    dueInDays: 14,
    input: (input) => ({ ...input, questionPausesClock: true }),
    play: async (running, server) => {
      await act(running, server, { type: 'question', task: 'T1', number: 1 });
      await past(running, server, 1);
      const clock = inputFor(running.ref, ['essex-police'], running.dueAt + 5 * day).tasks[0]?.clock;
      if (clock === undefined) throw new Error('The case has no clock.');
      await act(running, server, { type: 'reply', task: 'T1', number: 1, clock: { ...clock, version: 2 } });
      await act(running, server, { type: 'passed-on', task: 'T1', name: 'Essex Police, Analysts', generation: 2 });
      await tell(running, running.world.answer('T1', running.dueAt + day, 'shared-in-part'));
      await tell(running, running.world.answer('T1', running.dueAt + 1.1 * day, 'shared-in-full', 2));
      await act(running, server, confirm);
      await running.handle.result();
    },
  },
  {
    name: 'information-request-asked-again-and-withdrawn',
    dueInDays: 14,
    partners: ['essex-police', 'probation'],
    play: async (running, server) => {
      await past(running, server, 9);
      await act(running, server, { type: 'silence-decided', task: 'T1', decision: 'asked-again', by: 'account-1' });
      running.world.mailDownUntil = running.dueAt + 10 * day;
      await act(running, server, { type: 'withdrawn', by: 'account-1' });
      await running.handle.result();
    },
  },
  {
    name: 'information-request-reopened',
    dueInDays: 14,
    partners: ['essex-police', 'probation'],
    input: (input) => ({
      ...input,
      reopened: { run: 2, seq: 7, after: 0 },
      tasks: input.tasks.map((task) =>
        task.id === 'T1' ? { ...task, settled: { status: 'left-unanswered' as const, answer: null } } : task,
      ),
    }),
    play: async (running, server) => {
      await tell(running, running.world.answer('T2', running.openedAt + hour));
      await act(running, server, confirm);
      await running.handle.result();
    },
  },
  {
    name: 'information-request-extended',
    dueInDays: 14,
    partners: ['essex-police', 'probation'],
    play: async (running, server) => {
      await past(running, server, -2);
      await act(running, server, move(running, 'T1', 10, 2, 'extended'));
      await past(running, server, 0.5);
      await tell(running, running.world.answer('T2', running.dueAt + 0.5 * day));
      await act(running, server, move(running, 'T2', 10, 2, 'extended')).catch(() => undefined); // refused: answered
      await past(running, server, 11);
      await tell(running, running.world.answer('T1', running.dueAt + 11 * day, 'shared-in-full'));
      await act(running, server, confirm);
      await running.handle.result();
    },
  },
  {
    name: 'information-request-day-of-receipt-corrected',
    dueInDays: 14,
    partners: ['essex-police', 'probation'],
    input: (input) => ({ ...input, questionPausesClock: true }),
    play: async (running, server) => {
      await past(running, server, -5);
      await act(running, server, { type: 'question', task: 'T2', number: 1 });
      await act(running, server, { type: 'correction-proposed', number: 1, proposedBy: 'colleague' });
      // Earlier: rungs are past, of the one whose clock stands still none is mailed.
      await act(running, server, move(running, 'T1', -8, 2, 'corrected'));
      await act(running, server, move(running, 'T2', -8, 2, 'corrected'));
      await past(running, server, 3);
      await act(running, server, { type: 'reply', task: 'T2', number: 1, clock: movedClock(running.dueAt + 5 * day, 3) });
      await act(running, server, { type: 'correction-proposed', number: 2, proposedBy: 'colleague' });
      // Later, after the ladder was finished.
      await act(running, server, move(running, 'T1', 6, 3, 'corrected'));
      await past(running, server, 7);
      await tell(running, running.world.answer('T1', running.dueAt + 7 * day));
      await tell(running, running.world.answer('T2', running.dueAt + 7 * day, 'refused'));
      await act(running, server, confirm);
      await running.handle.result();
    },
  },
  {
    name: 'information-request-bank-holidays-changed',
    dueInDays: 14,
    play: async (running, server) => {
      await past(running, server, 0.3);
      running.world.mailDownUntil = running.dueAt + 2 * day;
      await past(running, server, 1);
      // What chased by the old date and was not taken by the mail server is dropped.
      await act(running, server, move(running, 'T1', 3, 2, 'bank-holidays-changed'));
      await past(running, server, 3.5);
      // The same date with other rungs.
      const { rungs, ...clock } = movedClock(running.dueAt + 3 * day, 3);
      const later = rungs.map((rung) => ({ ...rung, at: new Date(Date.parse(rung.at) + day).toISOString() as typeof rung.at }));
      await act(running, server, {
        type: 'clock-moved',
        task: 'T1',
        clock: { ...clock, rungs: later },
        cause: 'bank-holidays-changed',
      });
      await past(running, server, 12.5);
      await act(running, server, leaveUnanswered('T1'));
      await running.handle.result();
    },
  },
  {
    name: 'information-request-closing-moved',
    dueInDays: 14,
    play: async (running, server) => {
      const { env } = server;
      const moveClosing = (after: number, days: number, from: number): Untold => ({
        type: 'closing-moved',
        after: at(after),
        closeAt: at(after + days * day),
        before: at(after + from * day),
        cause: 'bank-holidays-changed',
        calendarVersion: 'changed',
      });
      await env.sleep(day);
      const [answeredAt, correctedAt] = [running.openedAt + day, running.openedAt + 1.5 * day];
      await tell(running, running.world.answer('T1', answeredAt));
      await act(running, server, moveClosing(answeredAt, 7, 5));
      await env.sleep(0.5 * day);
      await tell(running, running.world.answer('T1', correctedAt, 'shared-in-part', 2));
      await act(running, server, moveClosing(answeredAt, 8, 7)).catch(() => undefined); // refused: counted anew
      await env.sleep(day);
      // Stored and not told: taken in before the case would have closed.
      running.world.store(moveClosing(correctedAt, 6, 5), correctedAt + day);
      await running.handle.result();
    },
  },
  {
    name: 'processor-objection-silence',
    process: 'processor-objection',
    dueInDays: 14,
    partners: ['essex-police', 'probation'],
    // Nothing is sent after the time to object.
    input: beforeDueOnly,
    play: async (running) => {
      await running.handle.result();
    },
  },
  {
    name: 'processor-objection-gone-on',
    process: 'processor-objection',
    dueInDays: 14,
    partners: ['essex-police', 'probation'],
    input: beforeDueOnly,
    play: async (running, server) => {
      await past(running, server, -2);
      await tell(running, running.world.answer('T1', await server.env.currentTimeMs(), 'objection'));
      await act(running, server, goOn).catch(() => undefined); // refused: another can still object
      await past(running, server, 1);
      await act(running, server, goOn);
      await running.handle.result();
    },
  },
  {
    name: 'processor-objection-decided-anew',
    process: 'processor-objection',
    dueInDays: 14,
    partners: ['essex-police', 'probation'],
    input: beforeDueOnly,
    play: async (running, server) => {
      const decide: Untold = { ...goOn, onThoseOfThen: true };
      await tell(running, running.world.answer('T1', await server.env.currentTimeMs(), 'objection'));
      await tell(running, running.world.answer('T2', await server.env.currentTimeMs(), 'no-objection'));
      await act(running, server, decide);
      await server.env.sleep(hour);
      await tell(running, running.world.answer('T2', await server.env.currentTimeMs(), 'objection', 2));
      await server.env.sleep(hour);
      await act(running, server, decide);
      await running.handle.result();
    },
  },
  {
    name: 'processor-objection-withdrawn',
    process: 'processor-objection',
    dueInDays: 14,
    input: beforeDueOnly,
    play: async (running, server) => {
      await tell(running, running.world.answer('T1', running.openedAt + hour, 'objection'));
      await act(running, server, { type: 'withdrawn', by: 'account-1' });
      await running.handle.result();
    },
  },
  {
    name: 'withdrawal-settled',
    process: 'withdrawal',
    dueInDays: 28,
    partners: ['probation', 'essex-police'],
    input: leavesWhenDue,
    play: async (running, server) => {
      await tell(running, running.world.answer('T1', running.openedAt + hour, 'destroyed'));
      await past(running, server, 8);
      await act(running, server, leaveUnanswered('T2')).catch(() => undefined); // refused: it has to be settled
      await act(running, server, { type: 'silence-decided', task: 'T2', decision: 'asked-again', by: 'account-1' });
      await tell(running, running.world.answer('T2', await server.env.currentTimeMs(), 'kept'));
      await running.handle.result();
    },
  },
  {
    name: 'withdrawal-asked-more',
    process: 'withdrawal',
    dueInDays: 28,
    partners: ['probation', 'essex-police'],
    input: leavesWhenDue,
    play: async (running, server) => {
      for (const task of ['T1', 'T2'] as const) await tell(running, running.world.answer(task, running.openedAt + hour, 'nothing-held'));
      await act(running, server, { type: 'tasks-added', tasks: askedAgain('T3', 'probation, part 2', running) });
      await past(running, server, 1);
      await tell(running, running.world.answer('T3', await server.env.currentTimeMs(), 'kept'));
      await running.handle.result();
    },
  },
  {
    name: 'withdrawal-asked-with-the-last-answer',
    process: 'withdrawal',
    dueInDays: 28,
    partners: ['probation', 'essex-police'],
    input: leavesAndIsHeard,
    play: async (running, server) => {
      await tell(running, running.world.answer('T1', running.openedAt + hour, 'nothing-held'));
      await past(running, server, 1);
      const now = await server.env.currentTimeMs();
      const last = running.world.answer('T2', now, 'returned');
      running.world.store({ type: 'tasks-added', tasks: askedAgain('T3', 'probation, part 2', running) }, now);
      await tell(running, last);
      await past(running, server, 2);
      await tell(running, running.world.answer('T3', await server.env.currentTimeMs(), 'kept'));
      await running.handle.result();
    },
  },
  {
    name: 'withdrawal-day-of-receipt-corrected',
    process: 'withdrawal',
    dueInDays: 28,
    partners: ['probation', 'essex-police'],
    input: leavesAndIsHeard,
    play: async (running, server) => {
      await tell(running, running.world.answer('T1', running.openedAt + hour, 'destroyed'));
      await past(running, server, -1);
      await act(running, server, { type: 'correction-proposed', number: 1, proposedBy: 'requester' });
      // Later, and then to an end that is over.
      for (const [days, version] of [[6, 2], [-2, 3]] as const) {
        await act(running, server, { type: 'end-moved', endsAt: at(running.dueAt + days * day) });
        await act(running, server, move(running, 'T2', days, version, 'corrected'));
      }
      await past(running, server, 1);
      await tell(running, running.world.answer('T2', await server.env.currentTimeMs(), 'kept'));
      await running.handle.result();
    },
  },
  {
    name: 'withdrawal-taken-back',
    process: 'withdrawal',
    dueInDays: 28,
    partners: ['probation', 'essex-police'],
    input: leavesWhenDue,
    play: async (running, server) => {
      await past(running, server, -1);
      await act(running, server, { type: 'withdrawn', by: 'account-1' });
      await running.handle.result();
    },
  },
  {
    name: 'subject-access-replied',
    process: 'subject-access',
    dueInDays: 14,
    partners: ['thurrock', 'essex-police', 'probation'],
    input: accessRequest,
    play: async (running, server) => {
      await tell(running, running.world.answer('T2', running.openedAt + hour, 'representations'));
      await act(running, server, { type: 'referred', task: 'T3' });
      await act(running, server, {
        type: 'items-changed',
        tasks: [consultation('T4', 'ecfrs', running.dueAt)],
        items: [{ id: 'I2', task: 'T4' }],
        dropped: ['T3'],
      });
      await past(running, server, 2);
      await act(running, server, decided('I1'));
      await act(running, server, decided('I2'));
      await act(running, server, decided('I3'));
      const repliedAt = at(await server.env.currentTimeMs());
      await act(running, server, { type: 'applicant-replied', task: 'T1', outcome: 'replied', repliedAt, by: 'account-1' });
      await running.handle.result();
    },
  },
  {
    name: 'subject-access-stopped-and-extended',
    process: 'subject-access',
    dueInDays: 14,
    partners: ['thurrock', 'essex-police'],
    input: accessRequest,
    play: async (running, server) => {
      await act(running, server, { type: 'clock-stopped', task: 'T1', number: 1 });
      await past(running, server, 1);
      await act(running, server, { type: 'clock-started', task: 'T1', number: 1, clock: movedClock(running.dueAt + 20 * day, 2) });
      await act(running, server, move(running, 'T1', 60, 3, 'extended'));
      await act(running, server, move(running, 'T2', 9, 2, 'statutory-date-moved'));
      await past(running, server, 10);
      await act(running, server, { type: 'withdrawn', by: 'account-1' });
      await running.handle.result();
    },
  },
  {
    name: 'information-access-replied',
    process: 'information-access',
    dueInDays: 14,
    partners: ['thurrock', 'essex-police', 'probation'],
    input: accessRequest,
    play: async (running, server) => {
      await tell(running, running.world.answer('T2', running.openedAt + hour, 'representations'));
      await act(running, server, { type: 'clock-stopped', task: 'T1', number: 1 });
      await past(running, server, 1);
      await act(running, server, { type: 'clock-started', task: 'T1', number: 1, clock: movedClock(running.dueAt + 40 * day, 2) });
      await act(running, server, move(running, 'T1', 60, 3, 'extended'));
      await act(running, server, { type: 'item-decided', item: 'I1', decision: 'withhold', exceptional: false });
      await act(running, server, { type: 'item-decided', item: 'I2', decision: 'disclose', exceptional: true });
      await act(running, server, { type: 'item-decided', item: 'I3', decision: 'not-held', exceptional: false });
      const repliedAt = at(await server.env.currentTimeMs());
      await act(running, server, { type: 'applicant-replied', task: 'T1', outcome: 'disclosed-in-part', repliedAt, by: 'account-1' });
      await running.handle.result();
    },
  },
  {
    name: 'information-access-fee-unpaid',
    process: 'information-access',
    dueInDays: 14,
    partners: ['thurrock', 'essex-police'],
    input: accessRequest,
    play: async (running, server) => {
      const lapse = { lapsesAt: at(running.dueAt + 20 * day), closesAt: at(running.dueAt + 30 * day) };
      await act(running, server, { type: 'clock-stopped', task: 'T1', number: 1, lapse });
      await past(running, server, 31);
      await running.handle.result();
    },
  },
  {
    name: 'information-access-fee-reminded',
    process: 'information-access',
    dueInDays: 14,
    partners: ['thurrock', 'essex-police'],
    input: accessRequest,
    play: async (running, server) => {
      await tell(running, running.world.answer('T2', running.openedAt + hour, 'representations'));
      const lapse = { remindAt: at(running.dueAt + 13 * day), lapsesAt: at(running.dueAt + 20 * day), closesAt: at(running.dueAt + 30 * day) };
      await act(running, server, { type: 'clock-stopped', task: 'T1', number: 1, lapse });
      await past(running, server, 31);
      await running.handle.result();
    },
  },
  {
    name: 'information-access-fee-lapse-moved',
    process: 'information-access',
    dueInDays: 14,
    partners: ['thurrock', 'essex-police'],
    input: accessRequest,
    play: async (running, server) => {
      const before = { remindAt: at(running.dueAt + 13 * day), lapsesAt: at(running.dueAt + 20 * day), closesAt: at(running.dueAt + 30 * day) };
      await act(running, server, { type: 'clock-stopped', task: 'T1', number: 1, lapse: before });
      await past(running, server, 21);
      const lapse = { remindAt: at(running.dueAt + 14 * day), lapsesAt: at(running.dueAt + 22 * day), closesAt: at(running.dueAt + 32 * day) };
      await act(running, server, { type: 'fee-lapse-moved', task: 'T1', number: 1, lapse, before });
      await past(running, server, 33);
      await running.handle.result();
    },
  },
  {
    name: 'information-access-answered-during-review',
    process: 'information-access',
    dueInDays: 14,
    partners: ['thurrock', 'essex-police'],
    input: repliedRequest,
    play: async (running, server) => {
      await tell(running, running.world.answer('T2', running.openedAt + hour, 'representations'));
      await past(running, server, 4);
      await act(running, server, { type: 'looked-at-again', number: 1, result: 'stands' });
      await running.handle.result();
    },
  },
  {
    name: 'information-access-looked-at-again',
    process: 'information-access',
    dueInDays: 14,
    partners: ['thurrock', 'essex-police'],
    input: repliedRequest,
    play: async (running, server) => {
      await past(running, server, 8);
      await act(running, server, { type: 'looked-at-again', number: 1, result: 'changed' });
      await running.handle.result();
    },
  },
  {
    name: 'asb-case-review-reviewed',
    process: 'asb-case-review',
    dueInDays: 14,
    partners: ['essex-police', 'probation', 'ecfrs'],
    input: meetsOn('2099-06-01'),
    play: async (running, server) => {
      const { env } = server;
      await env.sleep(day);
      await tell(running, running.world.answer('T1', await env.currentTimeMs(), 'holds-part-withheld'));
      // The panel moves: those who are awaited get another date.
      await act(running, server, { type: 'rescheduled', panelOn: '2099-07-01' as IsoDate });
      await act(running, server, move(running, 'T2', 7, 2, 'rescheduled'));
      await act(running, server, move(running, 'T3', 7, 2, 'rescheduled'));
      await past(running, server, 9);
      await tell(running, running.world.answer('T2', await env.currentTimeMs(), 'nil-return'));
      await past(running, server, 16);
      await act(running, server, leaveUnanswered('T3'));
      const soon = new Date((await env.currentTimeMs()) + day).toISOString() as IsoInstant;
      await act(running, server, { type: 'outcome-recorded', duties: [{ id: 'action-1', rungs: [{ step: 'reminder', at: soon, to: ['spoc'] }] }] });
      await tell(running, running.world.answer('T3', await env.currentTimeMs(), 'refused'));
      await act(running, server, toldOutcome);
      await env.sleep(2 * day);
      await act(running, server, { type: 'action-settled', duty: 'action-1' });
      await running.handle.result();
    },
  },
  {
    name: 'asb-case-review-not-satisfied',
    process: 'asb-case-review',
    dueInDays: 14,
    play: async (running, server) => {
      const { env } = server;
      await tell(running, running.world.answer('T1', running.openedAt + hour, 'holds'));
      await act(running, server, { type: 'review-closed', by: 'account-1' }); // refused: not told
      await act(running, server, { type: 'outcome-recorded', duties: [] });
      await act(running, server, toldOutcome);
      const due = (await env.currentTimeMs()) + 10 * day;
      const moment = (days: number) => new Date(due + days * day).toISOString() as IsoInstant;
      await act(running, server, {
        type: 'not-satisfied',
        number: 1,
        duty: {
          id: 'looking-again-1',
          rungs: [
            { step: 'reminder', at: moment(-2), to: ['spoc'] },
            { step: 'overdue', at: moment(1), to: ['spoc', 'csp-manager'] },
          ],
        },
        told: ['spoc', 'requester', 'csp-manager'],
      });
      await env.sleep(12 * day);
      await act(running, server, { type: 'looked-at-again', number: 1 });
      await act(running, server, { type: 'outcome-recorded', duties: [] });
      await act(running, server, toldOutcome);
      await act(running, server, { type: 'review-closed', by: 'account-1' });
      await running.handle.result();
    },
  },
  {
    name: 'asb-case-review-changed-and-recorded-anew',
    process: 'asb-case-review',
    dueInDays: 14,
    input: (input) => ({ ...input, panelOn: '2099-06-01' as IsoDate, duties: [toBeDone('recording-1', Date.parse(input.tasks[0]?.clock.dueAt ?? '') - 4 * day)] }),
    play: async (running, server) => {
      const { env } = server;
      const from = async (days: number) => (await env.currentTimeMs()) + days * day;
      await env.sleep(11 * day);
      await act(running, server, { type: 'rescheduled', panelOn: '2099-06-08' as IsoDate, recording: toBeDone('recording-2', await from(1)) });
      // The panel meets, and nobody puts it on record in time: the partner is silent.
      await env.sleep(3 * day);
      const plan = [toBeDone('action-1', await from(4)), toBeDone('action-2', await from(4))];
      await act(running, server, { type: 'outcome-recorded', duties: [toBeDone('telling-outcome-1', await from(5)), ...plan], keeps: [], changes: [] });
      await act(running, server, { type: 'rescheduled', panelOn: '2099-06-15' as IsoDate, recording: toBeDone('recording-3', await from(9)) }); // refused: it has met
      await act(running, server, { ...toldOutcome, toldOn: '2099-06-09' as IsoDate });
      await act(running, server, { type: 'not-satisfied', number: 1, duty: toBeDone('looking-again-1', await from(5)), told: ['requester'] });
      await act(running, server, { type: 'looked-at-again', number: 1, anew: toBeDone('anew-1', await from(2)), toldOn: '2099-06-10' as IsoDate });
      await act(running, server, { type: 'review-closed', by: 'account-1' }); // refused: to be recorded anew
      await env.sleep(3.5 * day);
      await act(running, server, { type: 'outcome-recorded', duties: [toBeDone('telling-outcome-2', await from(5))], keeps: ['action-1'], changes: [] });
      await env.sleep(2 * day);
      await act(running, server, { type: 'action-settled', duty: 'action-1' });
      await act(running, server, { ...toldOutcome, toldOn: '2099-06-12' as IsoDate });
      await running.handle.result();
    },
  },
  {
    name: 'asb-case-review-reopened-while-looked-at-again',
    process: 'asb-case-review',
    dueInDays: 14,
    partners: ['essex-police', 'probation'],
    input: (input) => {
      const moment = (days: number) => at(Date.parse(input.tasks[0]?.clock.dueAt ?? '') + days * day);
      return {
        ...input,
        reopened: { run: 2, seq: 9, after: 0 },
        tasks: input.tasks.map((task) => (task.id === 'T1' ? { ...task, settled: { status: 'left-unanswered' as const, answer: null } } : task)),
        panel: ['account-7', 'account-8'],
        panelOn: '2099-06-01' as IsoDate,
        tellsPanel: true,
        isApplicantTold: true,
        lookingAgain: 1,
        duties: [{ id: 'looking-again-1', rungs: [{ step: 'reminder', at: moment(-4), to: ['spoc'] }, { step: 'overdue', at: moment(-2), to: ['spoc', 'csp-manager'] }] }],
      };
    },
    play: async (running, server) => {
      await tell(running, running.world.answer('T2', running.openedAt + hour, 'holds'));
      await act(running, server, { type: 'review-closed', by: 'account-1' }); // refused: looked at again
      await past(running, server, -1);
      await act(running, server, { type: 'looked-at-again', number: 1 });
      await act(running, server, { type: 'panel-named', panel: ['account-8'] });
      await act(running, server, { type: 'outcome-recorded', duties: [] });
      await act(running, server, toldOutcome);
      await act(running, server, { type: 'review-closed', by: 'account-1' });
      await running.handle.result();
    },
  },
  {
    name: 'asb-case-review-bank-holidays-changed',
    process: 'asb-case-review',
    dueInDays: 14,
    play: async (running, server) => {
      const { env } = server;
      await tell(running, running.world.answer('T1', running.openedAt + hour, 'holds'));
      const began = await env.currentTimeMs();
      const rungs = (due: number) => [
        { step: 'reminder', at: at(began + (due - 2) * day), to: ['requester' as const] },
        { step: 'overdue', at: at(began + (due + 1) * day), to: ['requester' as const, 'csp-manager' as const] },
      ];
      const moveTo = (version: number, due: number, from: number): Untold => ({
        type: 'duty-moved',
        duty: 'telling-outcome-1',
        version,
        dueOn: at(began + due * day).slice(0, 10) as IsoDate,
        before: at(began + from * day).slice(0, 10) as IsoDate,
        rungs: rungs(due),
        cause: 'bank-holidays-changed',
        calendarVersion: 'changed',
      });
      await act(running, server, { type: 'outcome-recorded', duties: [{ id: 'telling-outcome-1', rungs: rungs(5) }] });
      await env.sleep(3.5 * day);
      await act(running, server, moveTo(2, 6, 5));
      await env.sleep(1.5 * day);
      // A day less than at first: it is overdue at once.
      await act(running, server, moveTo(3, 3, 6));
      await act(running, server, toldOutcome);
      await act(running, server, moveTo(4, 5, 3)).catch(() => undefined); // refused: done
      await act(running, server, { type: 'review-closed', by: 'account-1' });
      await running.handle.result();
    },
  },
  {
    name: 'asb-case-review-threshold-not-met',
    process: 'asb-case-review',
    dueInDays: 14,
    partners: [],
    play: async (running, server) => {
      await server.env.sleep(day);
      await act(running, server, { type: 'applicant-told', of: 'decision' });
      await running.handle.result();
    },
  },
  {
    name: 'asb-case-review-granted-after-all',
    process: 'asb-case-review',
    dueInDays: 14,
    partners: [],
    play: async (running, server) => {
      const { env } = server;
      const duty = (id: string, days: number) => ({ id, rungs: [{ step: 'reminder', at: at(running.openedAt + days * day), to: ['requester' as const] }] });
      await act(running, server, { type: 'panel-named', panel: ['account-7'] }); // refused: not granted
      await act(running, server, { type: 'applicant-told', of: 'decision' });
      await act(running, server, { type: 'not-satisfied', number: 1, duty: duty('looking-again-1', 5), told: ['requester'] });
      await act(running, server, { type: 'looked-at-again', number: 1, granted: duty('asking-1', 3) });
      await env.sleep(4 * day);
      await act(running, server, { type: 'panel-named', panel: ['account-7', 'account-8'] });
      const dueAt = running.openedAt + 20 * day;
      await act(running, server, { type: 'tasks-added', tasks: inputFor('', ['essex-police', 'probation'], dueAt).tasks, panelOn: '2099-06-01' as IsoDate });
      await tell(running, running.world.answer('T1', await env.currentTimeMs(), 'holds'));
      await act(running, server, { type: 'panel-named', panel: ['account-8'] });
      await act(running, server, { type: 'rescheduled', panelOn: '2099-07-01' as IsoDate });
      await act(running, server, { type: 'outcome-recorded', duties: [] });
      await act(running, server, toldOutcome);
      await act(running, server, { type: 'review-closed', by: 'account-1' });
      await running.handle.result();
    },
  },
  {
    name: 'asb-case-review-panel-before-all-answered-and-withdrawn',
    process: 'asb-case-review',
    dueInDays: 14,
    partners: ['essex-police', 'probation'],
    prepare: (world) => world.withoutAddress.add('requester'),
    play: async (running, server) => {
      await past(running, server, 1);
      await tell(running, running.world.answer('T1', await server.env.currentTimeMs(), 'holds'));
      await act(running, server, { type: 'outcome-recorded', duties: [] });
      running.world.mailDownUntil = running.dueAt + 1.05 * day;
      await past(running, server, 1.02);
      await act(running, server, { type: 'withdrawn', by: 'account-1' });
      await running.handle.result();
    },
  },
  {
    name: 'asb-case-review-withdrawn-before-its-panel',
    process: 'asb-case-review',
    dueInDays: 14,
    partners: ['essex-police', 'probation'],
    play: async (running, server) => {
      await server.env.sleep(day);
      await act(running, server, { type: 'panel-named', panel: ['account-7', 'account-8'] });
      running.world.mailDownUntil = running.openedAt + 2 * day;
      await act(running, server, { type: 'withdrawn', by: 'account-1' });
      await running.handle.result();
    },
  },
  {
    name: 'breach-dealt-with',
    process: 'breach',
    dueInDays: 1,
    input: detectedHoursAgo(1),
    play: async (running, server) => {
      const { env } = server;
      const answers = async (...given: readonly (readonly [TaskId, AnswerKind])[]): Promise<void> => {
        for (const [id, kind] of given) await tell(running, running.world.answer(id, await env.currentTimeMs(), kind));
      };
      await env.sleep(6 * hour);
      await act(running, server, { type: 'call-recorded', task: 'T1', calledAt: at(running.openedAt + 5 * hour) });
      await answers(['T1', 'acknowledged'], ['T2', 'acknowledged']);
      await act(running, server, { type: 'tasks-added', tasks: [breachTask('T6', 'acknowledge', 'mse-icb', running.openedAt - hour)] });
      await env.sleep(50 * hour);
      await answers(['T5', 'tell'], ['T4', 'tell'], ['T3', 'told-ico'], ['T6', 'acknowledged']);
      await act(running, server, { type: 'ico-informed', task: 'T3', informedAt: at(running.openedAt + 56 * hour), isLast: true });
      await act(running, server, { type: 'breach-closed', outcome: 'dealt-with', by: 'account-1' });
      await running.handle.result();
    },
  },
  {
    name: 'breach-late-corrected-and-left',
    process: 'breach',
    dueInDays: 1,
    input: detectedHoursAgo(50),
    play: async (running, server) => {
      const { env } = server;
      await env.sleep(hour);
      // It was detected later than was thought: the hours of the partners run again.
      const later = breachTask('T1', 'acknowledge', 'essex-police', running.openedAt - 10 * hour, 2);
      await act(running, server, { type: 'correction-proposed', number: 1, proposedBy: 'colleague' });
      await act(running, server, { type: 'clock-moved', task: 'T1', clock: later.clock, cause: 'corrected' });
      await env.sleep(60 * hour);
      for (const id of ['T1', 'T2', 'T3', 'T4'] as const) {
        await act(running, server, { type: 'silence-decided', task: id, decision: 'left-unanswered', by: 'account-1' });
      }
      await act(running, server, { type: 'breach-closed', outcome: 'dealt-with', by: 'account-1' });
      await running.handle.result();
    },
  },
  {
    name: 'breach-awareness-corrected',
    process: 'breach',
    dueInDays: 1,
    input: (input) => withoutOwnDecisions(detectedHoursAgo(1)(input)),
    play: async (running, server) => {
      const { env } = server;
      await env.sleep(30 * hour);
      await act(running, server, { type: 'awareness-corrected', byLaw: { T3: byLawFrom(running.openedAt + hour) } });
      await env.sleep(hour);
      await act(running, server, { type: 'breach-closed', outcome: 'no-breach', by: 'account-1' });
      await running.handle.result();
    },
  },
  {
    name: 'breach-told-in-phases-and-left-undecided',
    process: 'breach',
    dueInDays: 1,
    input: detectedHoursAgo(1),
    play: async (running, server) => {
      const { env } = server;
      const toldMore = (isLast: boolean): Untold => ({ type: 'ico-informed', task: 'T3', informedAt: at(running.openedAt + 3 * hour), isLast });
      await env.sleep(2 * hour);
      for (const id of ['T1', 'T2'] as const) await tell(running, running.world.answer(id, await env.currentTimeMs(), 'acknowledged'));
      const toldAt = at(running.openedAt + 2 * hour);
      await act(running, server, { type: 'answer', task: 'T3', answer: { version: 1, kind: 'told-ico', receivedAt: toldAt, icoMore: 'to-follow' } });
      // Neither as none nor as a mistake before those have decided whose decision it is.
      await act(running, server, { type: 'breach-closed', outcome: 'no-breach', by: 'account-1' });
      await act(running, server, { type: 'withdrawn', by: 'account-1' });
      await act(running, server, toldMore(false));
      await env.sleep(62 * hour);
      await act(running, server, leaveUnanswered('T4'));
      await act(running, server, { type: 'breach-closed', outcome: 'dealt-with', by: 'account-1' });
      await act(running, server, toldMore(true));
      await act(running, server, { type: 'breach-closed', outcome: 'dealt-with', by: 'account-1' });
      await running.handle.result();
    },
  },
  {
    name: 'breach-left-as-it-is-and-opened-again',
    process: 'breach',
    dueInDays: 1,
    input: (input) => ({ ...detectedHoursAgo(1)(input), reopened: { run: 2, seq: 0, after: 0 } }),
    play: async (running, server) => {
      const { env } = server;
      const told = { version: 1, kind: 'told-ico', receivedAt: at(running.openedAt + 2 * hour), icoMore: 'to-follow' } as const;
      const leave: Untold = { type: 'silence-decided', task: 'T3', decision: 'left-as-it-is', by: 'account-1' };
      await env.sleep(2 * hour);
      await act(running, server, leave);
      for (const [id, kind] of [['T1', 'acknowledged'], ['T2', 'acknowledged'], ['T4', 'do-not-tell']] as const) {
        await tell(running, running.world.answer(id, await env.currentTimeMs(), kind));
      }
      await act(running, server, { type: 'answer', task: 'T3', answer: told });
      await act(running, server, leave);
      await env.sleep(hour);
      await act(running, server, { type: 'ico-informed', task: 'T3', informedAt: at(running.openedAt + 3 * hour), isLast: false });
      await act(running, server, leave);
      await act(running, server, { type: 'breach-closed', outcome: 'dealt-with', by: 'account-1' });
      await running.handle.result();
    },
  },
  // Its history was recorded by the build of before: the ICO was told that more follows, and nobody waits for it.
  {
    name: 'breach-told-in-phases-before-own-decisions',
    process: 'breach',
    dueInDays: 1,
    input: (input) => withoutOwnDecisions(detectedHoursAgo(1)(input)),
    play: async (running, server) => {
      const { env } = server;
      const toldMore: Untold = { type: 'ico-informed', task: 'T3', informedAt: at(running.openedAt + 3 * hour), isLast: false };
      await env.sleep(2 * hour);
      for (const [id, kind] of [['T1', 'acknowledged'], ['T2', 'acknowledged'], ['T3', 'told-ico'], ['T4', 'do-not-tell']] as const) {
        await tell(running, running.world.answer(id, await env.currentTimeMs(), kind));
      }
      await env.sleep(2 * hour);
      await act(running, server, toldMore);
      await act(running, server, { type: 'breach-closed', outcome: 'dealt-with', by: 'account-1' });
      await running.handle.result();
    },
  },
  {
    name: 'breach-decided-early-and-withdrawn',
    process: 'breach',
    dueInDays: 1,
    input: (input) => withoutOwnDecisions(detectedHoursAgo(1)(input)),
    play: async (running, server) => {
      await tell(running, running.world.answer('T4', running.openedAt + hour, 'tell'));
      await tell(running, running.world.answer('T4', running.openedAt + 2 * hour, 'do-not-tell', 2));
      await act(running, server, { type: 'withdrawn', by: 'account-1' });
      await running.handle.result();
    },
  },
];

/** Plays a scenario to its end. */
export async function play(scenario: Scenario, server: TimeSkipping, after: (running: RunningCase) => Promise<void>): Promise<void> {
  await withCase(server, scenario, async (running) => {
    await scenario.play(running, server);
    await after(running);
  });
}
