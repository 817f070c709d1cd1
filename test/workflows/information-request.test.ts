/** Information request (protocol section 7, Request and Response): every path of its workflow, on skipped time. */
import { WorkflowUpdateFailedError } from '@temporalio/client';
import { updates } from '../../workflows/information-request/contract';
import type { CaseProjection } from '../../workflows/shared/contract';
import { startTimeSkipping, type TimeSkipping } from '../support/time-skipping';
import { day, hour, withCase, type RunningCase } from './support';

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

const deliver = ({ handle }: RunningCase, answer: { id: string }): Promise<unknown> =>
  handle.executeUpdate(updates.answerTask, { updateId: answer.id, args: [{ answer }] as never });
const act = ({ handle }: RunningCase, name: string): Promise<unknown> =>
  handle.executeUpdate(name, { args: [{ by: 'account-1' }] as never });
const status = ({ handle }: RunningCase): Promise<CaseProjection> => handle.query('status');

async function rejectionOf(attempt: Promise<unknown>): Promise<string> {
  const error: unknown = await attempt.then(() => 'accepted', (failure: unknown) => failure);
  if (!(error instanceof WorkflowUpdateFailedError)) throw new Error(`expected a rejection, got ${String(error)}`);
  return (error.cause as { type?: string }).type ?? 'no type';
}

test('answered in time and confirmed: the partner is asked once, the requester told, nobody chased', async () => {
  await withCase(server, { dueInDays: 14 }, async (running) => {
    const { world, ref, openedAt, handle } = running;
    await server.env.sleep(2 * day);
    await deliver(running, world.store(ref, 'T1', openedAt + 2 * day, 'shared-in-full'));
    await act(running, updates.confirmAnswers);
    await expect(handle.result()).resolves.toEqual({
      outcome: 'answers-confirmed',
      answers: [{ partner: 'essex-police', kind: 'shared-in-full', late: false }],
    });
    expect(world.sent).toEqual(['T1 request spoc', 'T1 answer-received requester']);
    expect(world.events).toEqual(['request-sent', 'answer-received', 'case-closed']);
    expect(world.lastState).toMatchObject({ stage: 'closed', outcome: 'answers-confirmed', openTasks: 0, nextWakeAt: null });
  });
});

test('answered and not contested: closes by itself when the time after the last answer is over', async () => {
  await withCase(server, { dueInDays: 14 }, async (running) => {
    const { world, ref, openedAt, handle } = running;
    await server.env.sleep(day);
    await deliver(running, world.store(ref, 'T1', openedAt + day));
    await expect(handle.result()).resolves.toMatchObject({ outcome: 'answers-not-contested' });
    expect(await server.env.currentTimeMs()).toBeGreaterThanOrEqual(openedAt + day + world.closeAfterMs);
    expect(world.sent).toEqual(['T1 request spoc', 'T1 answer-received requester']);
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
    await act(running, updates.closeUnanswered);
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
    expect(await rejectionOf(act(running, updates.closeUnanswered))).toBe('LadderNotFinished');
    await untilAfterDue(running, 0.1);
    expect(await status(running)).toMatchObject({ stage: 'unanswered', overdue: true });
  });
});

test('a late answer, even after the last rung, is taken and marked late', async () => {
  await withCase(server, { dueInDays: 14 }, async (running) => {
    await untilAfterDue(running, 10);
    const now = await server.env.currentTimeMs();
    await deliver(running, running.world.store(running.ref, 'T1', now, 'refused'));
    expect(await status(running)).toMatchObject({ stage: 'answered', overdue: false });
    await act(running, updates.confirmAnswers);
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
    const answer = running.world.store(running.ref, 'T1', running.openedAt + hour);
    await deliver(running, answer);
    await running.handle.executeUpdate(updates.answerTask, { args: [{ answer }] as never });
    await server.env.sleep(hour);
    expect(running.world.sent.filter((mail) => mail.includes('answer-received'))).toHaveLength(1);
    expect(running.world.events.filter((event) => event === 'answer-received')).toHaveLength(1);
  });
});

test('an answer stored during an outage beats the timer: no rung fires, and it is on time', async () => {
  await withCase(server, { dueInDays: 14 }, async (running) => {
    await untilAfterDue(running, -0.5);
    running.world.store(running.ref, 'T1', running.dueAt - 60_000);
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
      await deliver(running, running.world.store(running.ref, 'T1', running.dueAt + offset));
      expect(await status(running)).toMatchObject({ tasks: [{ answer: { late } }] });
    });
  }
});

test('an answer that races a rung: no chase is sent after it', async () => {
  await withCase(server, { dueInDays: 14 }, async (running) => {
    await untilAfterDue(running, 0.4 - 0.0001);
    const answer = running.world.store(running.ref, 'T1', running.dueAt + 0.3 * day);
    await Promise.all([deliver(running, answer), untilAfterDue(running, 0.4)]);
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
    await deliver(running, world.store(running.ref, 'T1', running.dueAt + 0.5 * day));
    await untilAfterDue(running, 1.5);
    expect(world.sent).not.toContain('T1 overdue spoc');
    expect(world.sent.filter((mail) => mail === 'T1 answer-received requester')).toHaveLength(1);
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
    const { world, ref, openedAt } = running;
    await deliver(running, world.store(ref, 'T1', openedAt + hour));
    expect(await rejectionOf(act(running, updates.confirmAnswers))).toBe('NotYetAnswered');
    await untilAfterDue(running, 1);
    expect(world.sent.filter((mail) => mail.startsWith('T1'))).toEqual(['T1 request spoc', 'T1 answer-received requester']);
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
    expect(await rejectionOf(act(running, updates.confirmAnswers))).toBe('NotYetAnswered');
    expect(await rejectionOf(act(running, updates.closeUnanswered))).toBe('LadderNotFinished');
    const unknown = { id: 'x/T9', task: 'T9', kind: 'refused', receivedAt: '2026-01-01T00:00:00Z' };
    expect(await rejectionOf(deliver(running, unknown))).toBe('TaskUnknown');
    expect(await status(running)).toMatchObject({ stage: 'awaiting-answers' });
    await untilAfterDue(running, -1);
    expect(running.world.sent).toContain('T1 reminder spoc');
  });
});
