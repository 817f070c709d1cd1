/** Information request (protocol section 7, Request and Response): every path of its workflow, on skipped time. */
import type { IsoDate } from '../../config/clock';
import type { CaseProjection, MoveCause } from '../../workflows/shared/contract';
import { startTimeSkipping, type TimeSkipping } from '../support/time-skipping';
import { at, day, hour, inputFor, movedClock, tell, withCase, type RunningCase, type SentMail, type Untold } from './support';

// A server for each test: one whose time has run ahead by some months stops answering updates (docs/gotchas.md).
let server: TimeSkipping;
beforeEach(async () => {
  server = await startTimeSkipping();
});
afterEach(() => server.close());

/** Lets the case live until so many days after its due moment. */
async function untilAfterDue({ dueAt }: RunningCase, days: number): Promise<void> {
  const wait = dueAt + days * day - (await server.env.currentTimeMs());
  await server.env.sleep(wait);
}

/** Stores an act and brings it to the case. */
const act = async (running: RunningCase, told: Untold): ReturnType<typeof tell> =>
  tell(running, running.world.store(told, await server.env.currentTimeMs()));
const confirm: Untold = { type: 'answers-confirmed', by: 'account-1' };
const leaveUnanswered: Untold = { type: 'silence-decided', task: 'T1', decision: 'left-unanswered', by: 'account-1' };
const status = ({ handle }: RunningCase): Promise<CaseProjection> => handle.query('status');

test('answered in time and confirmed: the partner is asked once, the requester told, nobody chased', async () => {
  await withCase(server, { dueInDays: 14 }, async (running) => {
    const { world, openedAt, handle } = running;
    await server.env.sleep(2 * day);
    await tell(running, world.answer('T1', openedAt + 2 * day, 'shared-in-full'));
    await act(running, confirm);
    await expect(handle.result()).resolves.toEqual({
      outcome: 'answers-confirmed',
      answers: [{ partner: 'essex-police', kind: 'shared-in-full', late: false }],
    });
    expect(world.sent).toEqual(['T1 request spoc', 'T1 answer-received-1 requester']);
    expect(world.events).toEqual(['request-sent', 'answer-received', 'case-closed']);
    expect(world.lastState).toMatchObject({ stage: 'closed', outcome: 'answers-confirmed', openTasks: 0, nextWakeAt: null });
  });
});

test('answered and not contested: closes by itself when the time after the last answer is over', async () => {
  await withCase(server, { dueInDays: 14 }, async (running) => {
    const { world, openedAt, handle } = running;
    await server.env.sleep(day);
    await tell(running, world.answer('T1', openedAt + day));
    await expect(handle.result()).resolves.toMatchObject({ outcome: 'answers-not-contested' });
    expect(await server.env.currentTimeMs()).toBeGreaterThanOrEqual(openedAt + day + world.closeAfterMs);
    expect(world.sent).toEqual(['T1 request spoc', 'T1 answer-received-1 requester']);
  });
});

test('silent: every rung fires once at its time, then the CSP manager decides', async () => {
  await withCase(server, { dueInDays: 14 }, async (running) => {
    await untilAfterDue(running, 30);
    expect(running.world.sent).toEqual([
      'T1 request spoc',
      'T1 reminder spoc',
      'T1 due-today spoc',
      'T1 overdue spoc',
      'T1 escalate-deputy spoc',
      'T1 escalate-deputy deputy',
      'T1 escalate-governance governance-lead',
      'T1 escalate-csp csp-manager',
    ]);
    expect(running.world.sentAt.map((sent) => Math.round((sent - running.dueAt) / (day / 10)) / 10)).toEqual([
      -14, -2.6, -0.6, 0.4, 2.4, 2.4, 4.4, 7.4,
    ]);
    expect(await status(running)).toMatchObject({ stage: 'unanswered', overdue: true, nextWakeAt: null });
    await act(running, leaveUnanswered);
    await expect(running.handle.result()).resolves.toEqual({
      outcome: 'closed-unanswered',
      answers: [{ partner: 'essex-police', kind: null, late: false }],
    });
  });
});

test('overdue is marked at the due moment, not at the next rung', async () => {
  await withCase(server, { dueInDays: 14 }, async (running) => {
    await untilAfterDue(running, -0.01);
    expect(await status(running)).toMatchObject({ overdue: false });
    await untilAfterDue(running, 0.01);
    expect(await status(running)).toMatchObject({ overdue: true, stage: 'awaiting-answers' });
  });
});

test('a ladder that ends before the due date leaves the decision to the CSP manager once the answer is overdue', async () => {
  await withCase(server, { dueInDays: 14, rungs: 2 }, async (running) => {
    await untilAfterDue(running, -0.1);
    expect(await act(running, leaveUnanswered)).toBe('LadderNotFinished');
    await untilAfterDue(running, 0.1);
    expect(await status(running)).toMatchObject({ stage: 'unanswered', overdue: true });
  });
});

test('a late answer, even after the last rung, is taken and marked late', async () => {
  await withCase(server, { dueInDays: 14 }, async (running) => {
    await untilAfterDue(running, 10);
    const now = await server.env.currentTimeMs();
    await tell(running, running.world.answer('T1', now, 'refused'));
    expect(await status(running)).toMatchObject({ stage: 'answered', overdue: false });
    await act(running, confirm);
    await expect(running.handle.result()).resolves.toMatchObject({ answers: [{ kind: 'refused', late: true }] });
  });
});

test.each([
  [3.5, ['T1 request spoc', 'T1 escalate-deputy deputy']],
  [5, ['T1 request spoc', 'T1 escalate-governance governance-lead']],
  [8, ['T1 request spoc', 'T1 escalate-csp csp-manager']],
  [-1, ['T1 request spoc']],
  [0.5, ['T1 request spoc']],
])('received in the past, %d days after due: opens on the rung that applies now, with no burst', async (days, mails) => {
  await withCase(server, { dueInDays: -days }, async (running) => {
    await server.env.sleep(60_000);
    expect(running.world.sent).toEqual(mails);
    expect(running.world.events).toContain('rungs-already-past');
    expect(await status(running)).toMatchObject({ overdue: days > 0, stage: days > 7.4 ? 'unanswered' : 'awaiting-answers' });
  });
});

test('answered twice: the second delivery of the same answer changes nothing', async () => {
  await withCase(server, { dueInDays: 14 }, async (running) => {
    const answer = running.world.answer('T1', running.openedAt + hour);
    await tell(running, answer);
    await tell(running, answer);
    await server.env.sleep(hour);
    expect(running.world.sent.filter((mail) => mail.includes('answer-received'))).toHaveLength(1);
    expect(running.world.events.filter((event) => event === 'answer-received')).toHaveLength(1);
  });
});

test('an answer stored during an outage beats the timer: no rung fires, and it is on time', async () => {
  await withCase(server, { dueInDays: 14 }, async (running) => {
    await untilAfterDue(running, -0.5);
    running.world.answer('T1', running.dueAt - 60_000);
    await untilAfterDue(running, 1);
    expect(running.world.sent).not.toContain('T1 overdue spoc');
    expect(await status(running)).toMatchObject({ stage: 'answered', overdue: false, tasks: [{ answer: { late: false } }] });
    expect(running.world.events).not.toContain('became-overdue');
  });
});

test('an answer at the last instant is on time, one at the due moment is late', async () => {
  for (const [offset, late] of [[-1, false], [0, true]] as const) {
    await withCase(server, { dueInDays: 14 }, async (running) => {
      await untilAfterDue(running, 0.1);
      await tell(running, running.world.answer('T1', running.dueAt + offset));
      expect(await status(running)).toMatchObject({ tasks: [{ answer: { late } }] });
    });
  }
});

test('an answer that races a rung: no chase is sent after it', async () => {
  await withCase(server, { dueInDays: 14 }, async (running) => {
    await untilAfterDue(running, 0.4 - 0.0001);
    const answer = running.world.answer('T1', running.dueAt + 0.3 * day);
    await Promise.all([tell(running, answer), untilAfterDue(running, 0.4)]);
    await untilAfterDue(running, 3);
    expect(running.world.sent.filter((mail) => mail.startsWith('T1 overdue') || mail.includes('escalate'))).toEqual([]);
  });
});

test('mail outage: the clock goes on, mails follow, and no burst comes after it', async () => {
  await withCase(server, { dueInDays: 14 }, async (running) => {
    const { world } = running;
    await untilAfterDue(running, 0.3);
    world.mailDownUntil = running.dueAt + 3 * day;
    await untilAfterDue(running, 2.9);
    expect(await status(running)).toMatchObject({ overdue: true, tasks: [{ rungsPassed: 4 }] });
    expect(world.sent).not.toContain('T1 overdue spoc');
    await untilAfterDue(running, 4);
    expect(world.sent.slice(3)).toEqual(['T1 escalate-deputy spoc', 'T1 escalate-deputy deputy']);
  });
});

test('an answer given during a mail outage: the chase that waited is dropped', async () => {
  await withCase(server, { dueInDays: 14 }, async (running) => {
    const { world } = running;
    await untilAfterDue(running, 0.3);
    world.mailDownUntil = running.dueAt + day;
    await untilAfterDue(running, 0.5);
    await tell(running, world.answer('T1', running.dueAt + 0.5 * day));
    await untilAfterDue(running, 1.5);
    expect(world.sent).not.toContain('T1 overdue spoc');
    expect(world.sent.filter((mail) => mail === 'T1 answer-received-1 requester')).toHaveLength(1);
  });
});

test('a partner without a usable address is escalated, not tried for ever', async () => {
  await withCase(
    server,
    { dueInDays: 14, prepare: (world) => world.withoutAddress.add('spoc') },
    async ({ world }) => {
      await server.env.sleep(5 * day);
      expect(world.sent).toEqual(['T1 not-delivered-request-spoc csp-manager']);
    },
  );
});

test('two partners: each has its own ladder, and an answer ends the mails to that partner only', async () => {
  await withCase(server, { dueInDays: 14, partners: ['essex-police', 'probation'] }, async (running) => {
    const { world, openedAt } = running;
    await tell(running, world.answer('T1', openedAt + hour));
    expect(await act(running, confirm)).toBe('NotYetAnswered');
    await untilAfterDue(running, 1);
    expect(world.sent.filter((mail) => mail.startsWith('T1'))).toEqual(['T1 request spoc', 'T1 answer-received-1 requester']);
    expect(world.sent.filter((mail) => mail.startsWith('T2'))).toEqual([
      'T2 request spoc',
      'T2 reminder spoc',
      'T2 due-today spoc',
      'T2 overdue spoc',
    ]);
  });
});

test('a cancellation, as the Temporal UI offers it, ends no clock', async () => {
  await withCase(server, { dueInDays: 14 }, async (running) => {
    await running.handle.cancel();
    await untilAfterDue(running, 1);
    expect(running.world.sent).toContain('T1 overdue spoc');
    expect(await status(running)).toMatchObject({ stage: 'awaiting-answers', overdue: true });
  });
});

test('acts that the rules forbid are refused, and the case goes on', async () => {
  await withCase(server, { dueInDays: 14 }, async (running) => {
    expect(await act(running, confirm)).toBe('NotYetAnswered');
    expect(await act(running, leaveUnanswered)).toBe('LadderNotFinished');
    expect(await tell(running, running.world.answer('T9', running.openedAt))).toBe('TaskUnknown');
    const reply: Untold = { type: 'reply', task: 'T1', number: 1 };
    expect(await act(running, reply)).toBe('NoOpenQuestion');
    expect(await status(running)).toMatchObject({ stage: 'awaiting-answers' });
    await untilAfterDue(running, -1);
    expect(running.world.sent).toContain('T1 reminder spoc');
  });
});

test('a corrected answer takes the place of the first, leaves its date, and the requester is told again', async () => {
  await withCase(server, { dueInDays: 14 }, async (running) => {
    const { world } = running;
    await tell(running, world.answer('T1', running.openedAt + hour));
    await untilAfterDue(running, -10);
    expect(await status(running)).toMatchObject({ stage: 'answered' });
    await tell(running, world.answer('T1', running.openedAt + 4 * day, 'shared-in-part', 2));
    expect(await status(running)).toMatchObject({ tasks: [{ answer: { kind: 'shared-in-part', version: 2, late: false } }] });
    await expect(running.handle.result()).resolves.toMatchObject({ outcome: 'answers-not-contested' });
    // The time for the requester to object begins again with the correction.
    expect(await server.env.currentTimeMs()).toBeGreaterThanOrEqual(running.openedAt + 4 * day + world.closeAfterMs);
    expect(world.sent).toEqual(['T1 request spoc', 'T1 answer-received-1 requester', 'T1 answer-received-2 requester']);
  });
});

test('an answer that the requester put on record: the partner is told, not the requester', async () => {
  await withCase(server, { dueInDays: 14 }, async (running) => {
    const answer = { version: 1, kind: 'nothing-held', receivedAt: at(running.openedAt + hour) } as const;
    await act(running, { type: 'answer', task: 'T1', answer, recordedBy: 'requester' });
    await server.env.sleep(hour);
    expect(running.world.sent).toEqual(['T1 request spoc', 'T1 answer-recorded-1 spoc']);
  });
});

test('a question back: the requester is told, the clock runs on, the reply is mailed to the partner', async () => {
  await withCase(server, { dueInDays: 14 }, async (running) => {
    await act(running, { type: 'question', task: 'T1', number: 1 });
    expect(await status(running)).toMatchObject({ tasks: [{ question: 1, pausedAt: null }] });
    await untilAfterDue(running, -1);
    await act(running, { type: 'reply', task: 'T1', number: 1 });
    await untilAfterDue(running, 0.5);
    expect(running.world.sent).toEqual([
      'T1 request spoc',
      'T1 question-1 requester',
      'T1 reminder spoc',
      'T1 reply-1 spoc',
      'T1 due-today spoc',
      'T1 overdue spoc',
    ]);
  });
});

test('a question back that stops the clock: nothing fires until the reply brings the new date', async () => {
  const pauses = { dueInDays: 14, input: (input: ReturnType<typeof inputFor>) => ({ ...input, questionPausesClock: true }) };
  await withCase(server, pauses, async (running) => {
    await untilAfterDue(running, -2);
    await act(running, { type: 'question', task: 'T1', number: 1 });
    expect(await status(running)).toMatchObject({ nextWakeAt: null, tasks: [{ pausedAt: expect.stringContaining('T') as string }] });
    await untilAfterDue(running, 8);
    expect(running.world.sent).toEqual(['T1 request spoc', 'T1 reminder spoc', 'T1 question-1 requester']);
    expect(await status(running)).toMatchObject({ overdue: false });

    const clock = inputFor(running.ref, ['essex-police'], running.dueAt + 10 * day).tasks[0]?.clock;
    if (clock === undefined) throw new Error('The case has no clock.');
    const moved = { ...clock, version: 2, dueOn: '2030-01-01' as IsoDate };
    await act(running, { type: 'reply', task: 'T1', number: 1, clock: moved });
    expect(await status(running)).toMatchObject({ dueAt: at(running.dueAt + 10 * day), tasks: [{ pausedAt: null }] });
    await untilAfterDue(running, 11);
    // The reminder of the new clock was due while the clock stood still: it is not sent for both.
    expect(running.world.sent.slice(3)).toEqual(['T1 reply-1 spoc', 'T1 clock-moved requester', 'T1 due-today spoc', 'T1 overdue spoc']);
    expect(running.world.events).toEqual(
      expect.arrayContaining(['question-asked', 'clock-paused', 'question-answered', 'clock-resumed']),
    );
  });
});

test('the reply to a question that stopped the clock tells the new date to everybody who was told the old one', async () => {
  const early = (input: ReturnType<typeof inputFor>) => ({
    ...input,
    questionPausesClock: true,
    tasks: input.tasks.map((task) => ({
      ...task,
      clock: { ...task.clock, rungs: task.clock.rungs.map((rung) => ({ ...rung, to: [...rung.to, 'deputy' as const] })) },
    })),
  });
  await withCase(server, { dueInDays: 14, input: early }, async (running) => {
    await untilAfterDue(running, -2);
    for (const [number, later] of [[1, 3], [2, 3]] as const) {
      await act(running, { type: 'question', task: 'T1', number });
      await act(running, { type: 'reply', task: 'T1', number, clock: movedClock(running.dueAt + later * day, number + 1) });
    }
    await server.env.sleep(hour);
    const told = running.world.sent.filter((line) => /reply|clock-moved/.test(line));
    // The second pause left no working day out: the date stays, and there is no news of it.
    expect(told).toEqual(['T1 reply-1 spoc', 'T1 clock-moved requester', 'T1 clock-moved deputy', 'T1 reply-2 spoc']);
  });
});

test('an answer during a pause is on time, however late it comes', async () => {
  const pauses = { dueInDays: 14, input: (input: ReturnType<typeof inputFor>) => ({ ...input, questionPausesClock: true }) };
  await withCase(server, pauses, async (running) => {
    await act(running, { type: 'question', task: 'T1', number: 1 });
    await untilAfterDue(running, 3);
    await tell(running, running.world.answer('T1', running.dueAt + 3 * day));
    expect(await status(running)).toMatchObject({ stage: 'answered', tasks: [{ answer: { late: false }, pausedAt: null }] });
  });
});

test('passed on: whoever has it now is mailed, and the ladder goes on where it stood', async () => {
  await withCase(server, { dueInDays: 14 }, async (running) => {
    await untilAfterDue(running, -1);
    await act(running, { type: 'passed-on', task: 'T1', name: 'Essex Police, Analysts', generation: 2 });
    await untilAfterDue(running, -0.1);
    expect(running.world.sent).toEqual(['T1 request spoc', 'T1 reminder spoc', 'T1 passed-on-2 spoc', 'T1 due-today spoc']);
    await tell(running, running.world.answer('T1', running.dueAt - hour));
    const late: Untold = { type: 'passed-on', task: 'T1', name: 'Essex Police', generation: 3 };
    expect(await act(running, late)).toBe('AlreadyAnswered');
  });
});

test('withdrawn: whoever has not answered is told, nothing is chased any more, the case is closed', async () => {
  await withCase(server, { dueInDays: 14, partners: ['essex-police', 'probation'] }, async (running) => {
    await tell(running, running.world.answer('T1', running.openedAt + hour));
    await act(running, { type: 'withdrawn', by: 'account-1' });
    await expect(running.handle.result()).resolves.toMatchObject({ outcome: 'withdrawn' });
    expect(running.world.sent).toEqual([
      'T1 request spoc',
      'T2 request spoc',
      'T1 answer-received-1 requester',
      'T2 withdrawn spoc',
    ]);
  });
});

test('withdrawn while the mail server is away: the case is closed at once, the mail follows', async () => {
  await withCase(server, { dueInDays: 14 }, async (running) => {
    await server.env.sleep(hour);
    running.world.mailDownUntil = running.openedAt + day;
    await act(running, { type: 'withdrawn', by: 'account-1' });
    await server.env.sleep(hour);
    expect(running.world.lastState).toMatchObject({ stage: 'closed', nextWakeAt: null });
    expect(running.world.sent).toEqual(['T1 request spoc']);
    await expect(running.handle.result()).resolves.toMatchObject({ outcome: 'withdrawn' });
    expect(running.world.sent).toEqual(['T1 request spoc', 'T1 withdrawn spoc']);
  });
});

test('asked again by the CSP manager: everybody of the partner is mailed, and the decision stays open', async () => {
  await withCase(server, { dueInDays: 14 }, async (running) => {
    await untilAfterDue(running, 10);
    await act(running, { type: 'silence-decided', task: 'T1', decision: 'asked-again', by: 'account-1' });
    await server.env.sleep(hour);
    expect(running.world.sent.slice(-3)).toEqual([
      'T1 asked-again-1 spoc',
      'T1 asked-again-1 deputy',
      'T1 asked-again-1 governance-lead',
    ]);
    expect(await status(running)).toMatchObject({ stage: 'unanswered' });
  });
});

test('asked again before the ladder is finished, as when an address was put right: mailed at once, the ladder goes on', async () => {
  await withCase(server, { dueInDays: 14 }, async (running) => {
    await act(running, { type: 'silence-decided', task: 'T1', decision: 'asked-again', by: 'account-1' });
    await untilAfterDue(running, -1);
    expect(running.world.sent).toEqual([
      'T1 request spoc',
      'T1 asked-again-1 spoc',
      'T1 asked-again-1 deputy',
      'T1 asked-again-1 governance-lead',
      'T1 reminder spoc',
    ]);
  });
});

test('one of two left unanswered: the case waits for the requester, and a late answer is still taken', async () => {
  await withCase(server, { dueInDays: 14, partners: ['essex-police', 'probation'] }, async (running) => {
    await tell(running, running.world.answer('T2', running.openedAt + hour));
    await untilAfterDue(running, 10);
    expect(await status(running)).toMatchObject({ stage: 'unanswered', openTasks: 1 });
    await act(running, leaveUnanswered);
    expect(await status(running)).toMatchObject({ stage: 'answered', openTasks: 0, overdue: false });
    await tell(running, running.world.answer('T1', running.dueAt + 10 * day));
    await act(running, confirm);
    await expect(running.handle.result()).resolves.toMatchObject({
      outcome: 'answers-confirmed',
      answers: [{ kind: 'nothing-held', late: true }, { kind: 'nothing-held', late: false }],
    });
  });
});

test('an answer stored in the instant before the closing is recorded reaches the requester all the same', async () => {
  await withCase(server, { dueInDays: 14 }, async (running) => {
    await untilAfterDue(running, 10);
    const stored = running.world.answer('T1', running.dueAt + 10 * day);
    const hidden = running.world.messages.pop();
    expect(hidden).toBe(stored);
    const closing = running.world.store(leaveUnanswered, running.dueAt + 10 * day);
    running.world.meanwhile = (order) => {
      if (order.projection.outcome !== null) running.world.messages.push({ ...stored, seq: 77 });
    };
    await tell(running, closing);
    await expect(running.handle.result()).resolves.toMatchObject({ outcome: 'closed-unanswered', answers: [{ late: true }] });
    expect(running.world.sent.at(-1)).toBe('T1 answer-received-1 requester');
    expect(running.world.sent).toContain('T1 left-unanswered-1 requester');
  });
});

test('an answer that is delivered while the closing is carried out is taken, and told to the requester', async () => {
  await withCase(server, { dueInDays: 14, partners: ['essex-police', 'probation'] }, async (running) => {
    const { world } = running;
    let delivered: Promise<unknown> | undefined;
    world.meanwhile = (order) => {
      if (order.projection.outcome === null || delivered !== undefined) return;
      const stored = world.answer('T2', running.openedAt + hour, 'refused');
      delivered = tell(running, stored);
      // The dispatcher has told it: the closing does not find it among what waits.
      world.messages.pop();
    };
    await act(running, { type: 'withdrawn', by: 'account-1' });
    await expect(running.handle.result()).resolves.toMatchObject({
      outcome: 'withdrawn',
      answers: [{ kind: null }, { kind: 'refused' }],
    });
    await delivered;
    expect(world.sent.filter((mail) => mail.includes('answer-received'))).toEqual(['T2 answer-received-1 requester']);
  });
});

test('a case that was reopened asks again whoever is to answer, and leaves the others as they stood', async () => {
  const answer = { version: 1, kind: 'nothing-held', receivedAt: '2026-01-05T10:00:00Z', late: false } as const;
  const reopened = (input: ReturnType<typeof inputFor>) => ({
    ...input,
    reopened: { run: 2, seq: 7, after: 5 },
    tasks: input.tasks.map((task) =>
      task.id === 'T1' ? { ...task, settled: { status: 'answered' as const, answer: answer as never } } : task,
    ),
  });
  await withCase(server, { dueInDays: 14, partners: ['essex-police', 'probation'], input: reopened }, async (running) => {
    const { world } = running;
    await server.env.sleep(hour);
    expect(world.sent).toEqual(['T2 request spoc']);
    expect(world.lastState).toMatchObject({ stage: 'awaiting-answers', openTasks: 1 });
    expect(world.events[0]).toBe('case-reopened');
    // What was told before the reopening belongs to the opening before.
    await tell(running, { ...world.answer('T2', running.openedAt), seq: 5 });
    world.messages.pop();
    expect(await status(running)).toMatchObject({ openTasks: 1 });
    await tell(running, { ...world.answer('T2', running.openedAt + hour, 'refused', 2), seq: 9 });
    await act(running, confirm).catch(() => undefined);
    expect(await status(running)).toMatchObject({ stage: 'answered' });
  });
});

describe('the date of a task moves', () => {
  /** So many days from the due moment that the case began with. */
  const moveBy = ({ dueAt }: RunningCase, days: number, version = 2, cause: MoveCause = 'extended'): Untold => ({
    type: 'clock-moved',
    task: 'T1',
    clock: movedClock(dueAt + days * day, version),
    cause,
  });
  const toldOf = ({ world }: RunningCase): SentMail[] => world.sent.filter((mail) => mail.includes('clock-moved'));
  const pauses = (input: ReturnType<typeof inputFor>) => ({ ...input, questionPausesClock: true });

  test('more time before it is due: nothing of the old date comes any more, and each rung of the new one once', async () => {
    await withCase(server, { dueInDays: 14 }, async (running) => {
      const { world } = running;
      await untilAfterDue(running, -2);
      await act(running, moveBy(running, 10));
      expect(await status(running)).toMatchObject({ dueAt: at(running.dueAt + 10 * day), tasks: [{ rungsPassed: 0 }] });
      await untilAfterDue(running, 5);
      const untilNow = ['T1 request spoc', 'T1 reminder spoc', 'T1 clock-moved spoc', 'T1 clock-moved requester'];
      expect(world.sent).toEqual(untilNow);
      expect(await status(running)).toMatchObject({ overdue: false });
      await untilAfterDue(running, 11);
      expect(world.sent).toEqual([...untilNow, 'T1 reminder spoc', 'T1 due-today spoc', 'T1 overdue spoc']);
      expect(world.sentAt.slice(4).map((sent) => Math.round((sent - running.dueAt) / (day / 10)) / 10)).toEqual([
        7.4, 9.4, 10.4,
      ]);
      expect(world.events.filter((event) => event === 'clock-moved')).toHaveLength(1);
      expect(world.events.filter((event) => event === 'became-overdue')).toHaveLength(1);
    });
  });

  test.each([['bank-holidays-changed', 'moved'], ['extended', undefined]] as const)(
    'by %s: the news of changed bank holidays, and no other, goes with that of other cases',
    async (cause, calendarVersion) => {
      await withCase(server, { dueInDays: 14 }, async (running) => {
        const move = moveBy(running, 1, 2, cause);
        await act(running, move.type === 'clock-moved' ? { ...move, clock: { ...move.clock, calendarVersion: 'moved' } } : move);
        const news = running.world.orders.flatMap(({ notices }) => notices.filter(({ step }) => step === 'clock-moved'));
        expect(news.map((notice) => [notice.to, notice.calendarVersion])).toEqual([[['spoc', 'requester'], calendarVersion]]);
      });
    },
  );

  test('told twice, and read from the store as well: it moves once, and is mailed once', async () => {
    await withCase(server, { dueInDays: 14 }, async (running) => {
      const message = running.world.store(moveBy(running, 5), running.openedAt + hour);
      await tell(running, message);
      await tell(running, message);
      await untilAfterDue(running, 4);
      expect(toldOf(running)).toEqual(['T1 clock-moved spoc', 'T1 clock-moved requester']);
    });
  });

  test('later after the ladder was finished: the task is open again, its ladder runs again, all whom it had reached are told', async () => {
    await withCase(server, { dueInDays: 14 }, async (running) => {
      const { world } = running;
      await untilAfterDue(running, 9);
      expect(await status(running)).toMatchObject({ stage: 'unanswered' });
      const before = world.sent.length;
      await act(running, moveBy(running, 20, 2, 'corrected'));
      expect(await status(running)).toMatchObject({
        stage: 'awaiting-answers',
        overdue: false,
        openTasks: 1,
        tasks: [{ status: 'open', rungsPassed: 0 }],
      });
      expect(await act(running, leaveUnanswered)).toBe('LadderNotFinished');
      await untilAfterDue(running, 30);
      expect(world.sent.slice(before)).toEqual([
        'T1 clock-moved spoc',
        'T1 clock-moved requester',
        'T1 clock-moved deputy',
        'T1 clock-moved governance-lead',
        'T1 clock-moved csp-manager',
        'T1 reminder spoc',
        'T1 due-today spoc',
        'T1 overdue spoc',
        'T1 escalate-deputy spoc',
        'T1 escalate-deputy deputy',
        'T1 escalate-governance governance-lead',
        'T1 escalate-csp csp-manager',
      ]);
      expect(world.events.filter((event) => event === 'became-overdue')).toHaveLength(2);
      expect(await status(running)).toMatchObject({ stage: 'unanswered' });
    });
  });

  test('a second time: whom only the first ladder had reached is told again', async () => {
    await withCase(server, { dueInDays: 14 }, async (running) => {
      await untilAfterDue(running, 3);
      await act(running, moveBy(running, 20, 2, 'corrected'));
      await server.env.sleep(hour);
      await act(running, moveBy(running, 21, 3, 'bank-holidays-changed'));
      await server.env.sleep(hour);
      const once: SentMail[] = ['T1 clock-moved spoc', 'T1 clock-moved requester', 'T1 clock-moved deputy'];
      expect(toldOf(running)).toEqual([...once, ...once]);
    });
  });

  test('earlier, so that rungs are past: it stands on the rung that applies, whoever that adds is told, and no burst', async () => {
    await withCase(server, { dueInDays: 14 }, async (running) => {
      const { world } = running;
      await untilAfterDue(running, -6);
      await act(running, moveBy(running, -9, 2, 'corrected'));
      expect(await status(running)).toMatchObject({ overdue: true, stage: 'awaiting-answers', tasks: [{ rungsPassed: 4 }] });
      await untilAfterDue(running, -5);
      expect(world.sent).toEqual([
        'T1 request spoc',
        'T1 clock-moved spoc',
        'T1 clock-moved requester',
        'T1 escalate-deputy deputy',
      ]);
      await untilAfterDue(running, -4);
      expect(world.sent.slice(4)).toEqual(['T1 escalate-governance governance-lead']);
      await untilAfterDue(running, 1);
      expect(world.sent.slice(5)).toEqual(['T1 escalate-csp csp-manager']);
    });
  });

  test('earlier, so that the whole ladder is past: the CSP manager is told, and decides', async () => {
    await withCase(server, { dueInDays: 14 }, async (running) => {
      await untilAfterDue(running, -3);
      await act(running, moveBy(running, -11, 2, 'corrected'));
      await server.env.sleep(hour);
      expect(running.world.sent.slice(-3)).toEqual([
        'T1 clock-moved spoc',
        'T1 clock-moved requester',
        'T1 escalate-csp csp-manager',
      ]);
      expect(await status(running)).toMatchObject({ stage: 'unanswered', nextWakeAt: null });
    });
  });

  test('while the clock stands still: it goes on standing still, and the reply goes on from the moved clock', async () => {
    await withCase(server, { dueInDays: 14, input: pauses }, async (running) => {
      const { world, dueAt } = running;
      await untilAfterDue(running, -2);
      await act(running, { type: 'question', task: 'T1', number: 1 });
      await untilAfterDue(running, 8);
      await act(running, moveBy(running, 5));
      // By the new date the reminder had not come when the clock stopped, and nobody is late while it stands still.
      expect(await status(running)).toMatchObject({
        overdue: false,
        nextWakeAt: null,
        tasks: [{ rungsPassed: 0, pausedAt: at(Date.parse(world.messages[0]?.at ?? '')) }],
      });
      await untilAfterDue(running, 10);
      expect(world.sent.slice(3)).toEqual(['T1 clock-moved spoc', 'T1 clock-moved requester']);
      await act(running, { type: 'reply', task: 'T1', number: 1, clock: movedClock(dueAt + 15 * day, 3) });
      await untilAfterDue(running, 16);
      expect(world.sent.slice(5)).toEqual([
        'T1 reply-1 spoc',
        'T1 clock-moved requester',
        'T1 reminder spoc',
        'T1 due-today spoc',
        'T1 overdue spoc',
      ]);
    });
  });

  test('earlier while the clock stands still: nobody is chased for days that do not count', async () => {
    await withCase(server, { dueInDays: 14, input: pauses }, async (running) => {
      const { world, dueAt } = running;
      await untilAfterDue(running, -8);
      await act(running, { type: 'question', task: 'T1', number: 1 });
      await untilAfterDue(running, 8);
      await act(running, moveBy(running, -5, 2, 'corrected'));
      await server.env.sleep(hour);
      expect(world.sent.slice(2)).toEqual(['T1 clock-moved spoc', 'T1 clock-moved requester']);
      expect(await status(running)).toMatchObject({ overdue: false, tasks: [{ status: 'open' }] });
      await act(running, { type: 'reply', task: 'T1', number: 1, clock: movedClock(dueAt + 11 * day, 3) });
      await untilAfterDue(running, 12);
      expect(world.sent.slice(4)).toEqual([
        'T1 reply-1 spoc',
        'T1 clock-moved requester',
        'T1 reminder spoc',
        'T1 due-today spoc',
        'T1 overdue spoc',
      ]);
    });
  });

  test('while mail waits: what chased by the old date is dropped, what tells of something is not', async () => {
    await withCase(server, { dueInDays: 14 }, async (running) => {
      const { world } = running;
      await untilAfterDue(running, 0.3);
      world.mailDownUntil = running.dueAt + 2 * day;
      await untilAfterDue(running, 0.5);
      await act(running, { type: 'silence-decided', task: 'T1', decision: 'asked-again', by: 'account-1' });
      await untilAfterDue(running, 1);
      await act(running, moveBy(running, 10));
      await untilAfterDue(running, 5);
      expect(world.sent.slice(3)).toEqual([
        'T1 asked-again-1 spoc',
        'T1 asked-again-1 deputy',
        'T1 asked-again-1 governance-lead',
        'T1 clock-moved spoc',
        'T1 clock-moved requester',
        'T1 clock-moved deputy',
        'T1 clock-moved governance-lead',
      ]);
    });
  });

  test('while a chase of the old date is under way and the mail server does not take it: it is not tried again', async () => {
    await withCase(server, { dueInDays: 14 }, async (running) => {
      const { world } = running;
      await untilAfterDue(running, 0.3);
      world.mailDownUntil = running.dueAt + day;
      let telling: Promise<unknown> | undefined;
      world.meanwhile = (order) => {
        if (order.notices.some(({ step }) => step === 'overdue')) telling ??= act(running, moveBy(running, 10));
      };
      await untilAfterDue(running, 3);
      await telling;
      expect(world.sent.slice(3)).toEqual(['T1 clock-moved spoc', 'T1 clock-moved requester']);
      expect(await status(running)).toMatchObject({ overdue: false, tasks: [{ rungsPassed: 0 }] });
    });
  });

  test('a clock that was worked out before the one in force, and told late, changes nothing', async () => {
    await withCase(server, { dueInDays: 14 }, async (running) => {
      await act(running, moveBy(running, 10, 3));
      await act(running, moveBy(running, 5, 2, 'corrected'));
      await act(running, moveBy(running, 7, 3, 'corrected'));
      expect(await status(running)).toMatchObject({ dueAt: at(running.dueAt + 10 * day) });
      await server.env.sleep(hour);
      expect(toldOf(running)).toEqual(['T1 clock-moved spoc', 'T1 clock-moved requester']);
    });
  });

  test('of a task that waits for no answer it is refused', async () => {
    await withCase(server, { dueInDays: 14, partners: ['essex-police', 'probation'] }, async (running) => {
      await untilAfterDue(running, 9);
      await act(running, leaveUnanswered);
      expect(await act(running, moveBy(running, 20))).toBe('NoLongerAwaited');
      await tell(running, running.world.answer('T1', running.dueAt + 9 * day));
      expect(await act(running, moveBy(running, 20))).toBe('AlreadyAnswered');
      expect(await act(running, { ...moveBy(running, 20), task: 'T9' } as Untold)).toBe('TaskUnknown');
      expect(toldOf(running)).toEqual([]);
      expect(await status(running)).toMatchObject({ tasks: [{ status: 'answered' }, { status: 'unanswered' }] });
    });
  });

  test('of a closed case it is refused, while its last mail still waits', async () => {
    await withCase(server, { dueInDays: 14 }, async (running) => {
      running.world.mailDownUntil = running.openedAt + day;
      await act(running, { type: 'withdrawn', by: 'account-1' });
      expect(await act(running, moveBy(running, 5))).toBe('CaseEnded');
    });
  });

  test('the same date with other rungs: nobody is told, what was mailed is not mailed again, what is past fires', async () => {
    await withCase(server, { dueInDays: 14 }, async (running) => {
      const { world, dueAt } = running;
      const shifted = (version: number, days: number): Untold => {
        const clock = movedClock(dueAt, version);
        const rungs = clock.rungs.map((rung) => ({ ...rung, at: at(Date.parse(rung.at) + days * day) }));
        return { type: 'clock-moved', task: 'T1', clock: { ...clock, rungs }, cause: 'bank-holidays-changed' };
      };
      await untilAfterDue(running, -2);
      await act(running, shifted(2, 1));
      await untilAfterDue(running, 1.3);
      expect(world.sent).toEqual(['T1 request spoc', 'T1 reminder spoc', 'T1 due-today spoc']);
      await act(running, shifted(3, 0));
      await untilAfterDue(running, 1.35);
      expect(world.sent.slice(3)).toEqual(['T1 overdue spoc']);
      expect(world.events).not.toContain('clock-moved');
    });
  });

  test('in the instant of a rung: the rung is not mailed after the news of the new date', async () => {
    await withCase(server, { dueInDays: 14 }, async (running) => {
      await untilAfterDue(running, 0.4 - 0.0001);
      const moved = running.world.store(moveBy(running, 10), await server.env.currentTimeMs());
      await Promise.all([tell(running, moved), untilAfterDue(running, 0.4 + 0.0001)]);
      await untilAfterDue(running, 6);
      expect(running.world.sent.slice(3)).toEqual(['T1 clock-moved spoc', 'T1 clock-moved requester']);
    });
  });

  test('stored during an outage it beats the timer: no rung of the old date fires', async () => {
    await withCase(server, { dueInDays: 14 }, async (running) => {
      await untilAfterDue(running, -0.5);
      running.world.store(moveBy(running, 10), running.dueAt - hour);
      await untilAfterDue(running, 3);
      expect(running.world.sent.slice(3)).toEqual(['T1 clock-moved spoc', 'T1 clock-moved requester']);
      expect(running.world.events).not.toContain('became-overdue');
    });
  });

  test.each([
    ['before', 'AlreadyAnswered'],
    ['after', 'accepted'],
  ])('an answer that comes in the instant %s it: both are judged in their order', async (when, outcome) => {
    await withCase(server, { dueInDays: 14 }, async (running) => {
      const { world, dueAt } = running;
      await untilAfterDue(running, 1);
      const answer = () => world.answer('T1', dueAt + day);
      const move = () => world.store(moveBy(running, 10, 2, 'corrected'), dueAt + day);
      const [first, second] = when === 'before' ? [answer(), move()] : [move(), answer()];
      // One after the other, as they are brought over; no time passes between.
      const words: string[] = [];
      for (const message of [first, second]) {
        const word = await tell(running, message);
        if (message.type === 'clock-moved') words.push(word ?? 'accepted');
      }
      expect(words).toEqual([outcome]);
      const late = when === 'before';
      expect(await status(running)).toMatchObject({ stage: 'answered', overdue: false, tasks: [{ answer: { late } }] });
      expect(world.sent.filter((mail) => mail.includes('answer-received'))).toHaveLength(1);
    });
  });

  test.each([
    ['requester', ['csp-manager'], 'requester'],
    ['csp-manager', ['requester'], 'csp-manager'],
    ['colleague', ['requester', 'csp-manager'], 'requester'],
  ] as const)('a correction proposed by the %s is told to %s, who can be the second person, and if declined to the %s', async (proposedBy, seconds, proposer) => {
    await withCase(server, { dueInDays: 14 }, async (running) => {
      await act(running, { type: 'correction-proposed', number: 1, proposedBy });
      await server.env.sleep(hour);
      const before = running.world.sent.length;
      expect(running.world.sent.slice(-seconds.length)).toEqual(seconds.map((role) => `T1 correction-proposed-1 ${role}`));
      await act(running, { type: 'correction-declined', number: 1, proposedBy });
      await server.env.sleep(hour);
      expect(running.world.sent.slice(before)).toEqual([`T1 correction-declined-1 ${proposer}`]);
      expect(await status(running)).toMatchObject({ dueAt: at(running.dueAt) });
    });
  });

  test('a correction is proposed while an answer is awaited only', async () => {
    await withCase(server, { dueInDays: 14, partners: ['essex-police', 'probation'] }, async (running) => {
      await tell(running, running.world.answer('T1', running.openedAt + hour));
      await act(running, { type: 'correction-proposed', number: 1, proposedBy: 'colleague' });
      await server.env.sleep(hour);
      expect(running.world.sent.at(-1)).toMatch(/^T2 correction-proposed-1/);
      await tell(running, running.world.answer('T2', running.openedAt + hour));
      const late = act(running, { type: 'correction-proposed', number: 2, proposedBy: 'colleague' });
      expect(await late).toBe('NoLongerAwaited');
    });
  });
});
