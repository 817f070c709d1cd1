/** Withdrawal of a partner (protocol section 13): every path of its workflow, on skipped time. */
import type { IsoDate, IsoInstant } from '../../config/clock';
import type { CaseProjection, TaskId } from '../../workflows/shared/contract';
import type { WithdrawalResult } from '../../workflows/withdrawal/contract';
import { startTimeSkipping, type TimeSkipping } from '../support/time-skipping';
import { day, hour, inputFor, tell, withCase, type RunningCase, type Untold } from './support';

let server: TimeSkipping;
beforeEach(async () => {
  server = await startTimeSkipping();
});
afterEach(() => server.close());

type Running = RunningCase<WithdrawalResult>;

/** Essex Police leaves after 28 days: T1 and T2 are asked of others, T3 and T4 of Essex Police. */
const withNotice = (
  during: (running: Running) => Promise<void>,
  { leavesInDays = 28, ...input }: { leavesInDays?: number; hearsBeforeItEnds?: true } = {},
): Promise<void> =>
  withCase<WithdrawalResult>(
    server,
    {
      process: 'withdrawal',
      dueInDays: leavesInDays,
      partners: ['probation', 'ecfrs', 'essex-police', 'essex-police'],
      input: (common) => ({ ...common, ...input, endsAt: common.tasks[0]?.clock.dueAt }) as typeof common,
    },
    during,
  );

const untilAfterDue = async ({ dueAt }: Running, days: number): Promise<void> =>
  server.env.sleep(dueAt + days * day - (await server.env.currentTimeMs()));
const status = ({ handle }: Running): Promise<CaseProjection> => handle.query('status');
const act = async (running: Running, told: Untold): ReturnType<typeof tell> =>
  tell(running, running.world.store(told, await server.env.currentTimeMs()));
const answer = async (running: Running, task: TaskId, kind: 'returned' | 'destroyed' | 'kept' | 'nothing-held', version = 1): Promise<unknown> =>
  tell(running, running.world.answer(task, await server.env.currentTimeMs(), kind, version));
const takeBack: Untold = { type: 'withdrawn', by: 'account-1' };
const mailsOf = ({ world }: Running, step: string) => world.sent.filter((mail) => mail.includes(` ${step}`));
const eventsOf = ({ world }: Running, event: string) => world.orders.flatMap(({ events }) => events.filter((each) => each.event === event));

test('settled before the last day: it waits for that day, tells each partner once, and ends', async () => {
  await withNotice(async (running) => {
    await server.env.sleep(day);
    for (const [task, kind] of [['T1', 'returned'], ['T2', 'nothing-held'], ['T3', 'destroyed'], ['T4', 'kept']] as const) {
      await answer(running, task, kind);
    }
    await untilAfterDue(running, -0.01);
    expect(await status(running)).toMatchObject({ stage: 'notice-running', openTasks: 0, nextWakeAt: new Date(running.dueAt).toISOString() });
    await expect(running.handle.result()).resolves.toEqual({
      outcome: 'settled',
      answers: [
        { partner: 'probation', kind: 'returned', late: false },
        { partner: 'ecfrs', kind: 'nothing-held', late: false },
        { partner: 'essex-police', kind: 'destroyed', late: false },
        { partner: 'essex-police', kind: 'kept', late: false },
      ],
    });
    expect(await server.env.currentTimeMs()).toBeGreaterThanOrEqual(running.dueAt);
    expect(mailsOf(running, 'membership-ended')).toEqual(['T1 membership-ended spoc', 'T2 membership-ended spoc', 'T3 membership-ended spoc']);
    expect(mailsOf(running, 'settled')).toEqual(['T1 settled requester']);
    expect(eventsOf(running, 'membership-ended')).toEqual([{ event: 'membership-ended', at: new Date(running.dueAt).toISOString() }]);
  });
});

test('what is not settled climbs every rung after the last day, cannot be left open, and is still taken', async () => {
  await withNotice(async (running) => {
    for (const task of ['T1', 'T2', 'T3'] as const) await answer(running, task, 'returned');
    await untilAfterDue(running, 8);
    expect(await status(running)).toMatchObject({ stage: 'to-be-settled', openTasks: 1, overdue: true });
    expect(mailsOf(running, 'escalate-csp')).toEqual(['T4 escalate-csp csp-manager']);
    expect(await act(running, { type: 'silence-decided', task: 'T4', decision: 'left-unanswered', by: 'account-1' })).toBe('MustBeSettled');
    await act(running, { type: 'silence-decided', task: 'T4', decision: 'asked-again', by: 'account-1' });
    await untilAfterDue(running, 60);
    expect(await status(running)).toMatchObject({ stage: 'to-be-settled', openTasks: 1 });
    await answer(running, 'T4', 'kept');
    await expect(running.handle.result()).resolves.toMatchObject({ outcome: 'settled', answers: [{}, {}, {}, { kind: 'kept', late: true }] });
    expect(mailsOf(running, 'asked-again')).toHaveLength(3);
  });
});

test('taken back before the last day: each partner is told once, and nothing more is sent', async () => {
  await withNotice(async (running) => {
    await answer(running, 'T1', 'returned');
    await untilAfterDue(running, -1);
    expect(await act(running, takeBack)).toBeNull();
    await expect(running.handle.result()).resolves.toMatchObject({ outcome: 'withdrawn' });
    expect(mailsOf(running, 'withdrawn')).toEqual(['T1 withdrawn spoc', 'T2 withdrawn spoc', 'T3 withdrawn spoc']);
    expect(mailsOf(running, 'membership-ended')).toEqual([]);
  });
});

test('taken back after the last day: refused, the partner has left', async () => {
  await withNotice(async (running) => {
    await untilAfterDue(running, 0.1);
    expect(await act(running, takeBack)).toBe('HasLeft');
    expect(await status(running)).toMatchObject({ stage: 'to-be-settled' });
  });
});

test('taken back in the last second while the worker is away: the notice counts as taken back', async () => {
  await withNotice(async (running) => {
    const lastSecond = running.dueAt - 1_000;
    running.world.store(takeBack, lastSecond);
    await expect(running.handle.result()).resolves.toMatchObject({ outcome: 'withdrawn' });
    expect(mailsOf(running, 'membership-ended')).toEqual([]);
  });
});

test('recorded when the four weeks are over: it begins as a former partner, on the rung that applies now', async () => {
  await withNotice(
    async (running) => {
      await server.env.sleep(hour);
      expect(await status(running)).toMatchObject({ stage: 'to-be-settled', openTasks: 4, overdue: true });
      expect(mailsOf(running, 'membership-ended')).toHaveLength(3);
      expect(mailsOf(running, 'escalate-deputy')).toHaveLength(4);
      expect(mailsOf(running, 'reminder')).toEqual([]);
      expect(await act(running, takeBack)).toBe('HasLeft');
    },
    { leavesInDays: -3 },
  );
});

const others = ['T1', 'T2', 'T3', 'T4'] as const;

/** The 28 days end on another day, by which each part that is awaited is to be settled. */
async function moveEnd(running: Running, byDays: number, tasks: readonly TaskId[]): ReturnType<typeof tell> {
  const endsAt = running.dueAt + byDays * day;
  const word = await act(running, { type: 'end-moved', endsAt: new Date(endsAt).toISOString() as IsoInstant });
  for (const task of tasks) {
    const moved = inputFor('WD-2026-0001', ['probation'], endsAt).tasks[0]?.clock;
    if (moved !== undefined) await act(running, { type: 'clock-moved', task, cause: 'corrected', clock: { ...moved, version: 2 } });
  }
  return word;
}

test('its day put right to a later one: it is a partner until then, nobody is told twice, and no reminder is sent twice', async () => {
  await withNotice(async (running) => {
    await answer(running, 'T1', 'returned');
    await untilAfterDue(running, -1);
    expect(mailsOf(running, 'reminder')).toHaveLength(3);
    expect(await moveEnd(running, 7, ['T2', 'T3', 'T4'])).toBeNull();
    await server.env.sleep(hour);
    const end = running.dueAt + 7 * day;
    expect(mailsOf(running, 'end-moved')).toEqual([expect.stringMatching(/^T1 end-moved-\d+ spoc$/), expect.stringMatching(/^T1 end-moved-\d+ requester$/)]);
    expect(mailsOf(running, 'clock-moved')).toEqual(['T2 clock-moved spoc', 'T3 clock-moved spoc', 'T4 clock-moved spoc']);
    await untilAfterDue(running, 1);
    expect(await status(running)).toMatchObject({ stage: 'notice-running', overdue: false });
    expect(mailsOf(running, 'membership-ended')).toEqual([]);
    for (const task of ['T2', 'T3', 'T4'] as const) await answer(running, task, 'returned');
    await expect(running.handle.result()).resolves.toMatchObject({ outcome: 'settled' });
    expect(await server.env.currentTimeMs()).toBeGreaterThanOrEqual(end);
    expect(eventsOf(running, 'membership-ended')).toEqual([{ event: 'membership-ended', at: new Date(end).toISOString() }]);
    expect(eventsOf(running, 'end-moved')).toMatchObject([{ endsAt: new Date(end).toISOString(), before: new Date(running.dueAt).toISOString() }]);
  });
});

test('its day put right to an earlier one that is over: it has left at once, and climbs from there', async () => {
  await withNotice(async (running) => {
    await untilAfterDue(running, -5);
    expect(await moveEnd(running, -8, others)).toBeNull();
    await server.env.sleep(hour);
    expect(await status(running)).toMatchObject({ stage: 'to-be-settled', openTasks: 4, overdue: true });
    expect(mailsOf(running, 'membership-ended')).toHaveLength(3);
    expect(mailsOf(running, 'escalate-deputy')).toHaveLength(4);
    expect(mailsOf(running, 'reminder')).toEqual([]);
  });
});

test('its day put right once it has left: refused, and no part of it moves', async () => {
  await withNotice(async (running) => {
    await untilAfterDue(running, 0.1);
    expect(await moveEnd(running, 7, ['T1'])).toBe('HasLeft');
    expect(await status(running)).toMatchObject({ stage: 'to-be-settled', overdue: true });
    expect(mailsOf(running, 'clock-moved')).toEqual([]);
    expect(mailsOf(running, 'end-moved')).toEqual([]);
  });
});

test('another day is said to be right: whoever can be the second person is asked, and not whoever said it', async () => {
  await withNotice(async (running) => {
    await act(running, { type: 'correction-proposed', number: 1, proposedBy: 'requester' });
    await act(running, { type: 'correction-declined', number: 1, proposedBy: 'requester' });
    await server.env.sleep(hour);
    expect(mailsOf(running, 'correction')).toEqual(['T1 correction-proposed-1 csp-manager', 'T1 correction-proposed-1 decider', 'T1 correction-declined-1 requester']);
  });
});

/** What is disclosed after the notice: asked of T5, by the clock of the notice. */
const askedMore = (running: Running): Untold => {
  const [first] = inputFor('WD-2026-0001', ['probation'], running.dueAt).tasks;
  return { type: 'tasks-added', tasks: first === undefined ? [] : [{ ...first, id: 'T5', name: 'probation, part 2' }] };
};

test('what is disclosed after the notice is asked as well, and the case waits for it', async () => {
  await withNotice(async (running) => {
    for (const task of others) await answer(running, task, 'returned');
    expect(await act(running, askedMore(running))).toBeNull();
    await untilAfterDue(running, 1);
    expect(mailsOf(running, 'request')).toContain('T5 request spoc');
    expect(await status(running)).toMatchObject({ stage: 'to-be-settled', openTasks: 1, overdue: true });
    // Each partner once, whatever it is asked.
    expect(mailsOf(running, 'membership-ended')).toEqual(['T1 membership-ended spoc', 'T2 membership-ended spoc', 'T3 membership-ended spoc']);
    await answer(running, 'T5', 'kept');
    await expect(running.handle.result()).resolves.toMatchObject({ outcome: 'settled', answers: [{}, {}, {}, {}, { kind: 'kept', late: true }] });
  });
});

test('asked with the last answer, after the last day: it is heard before the case ends', async () => {
  await withNotice(
    async (running) => {
      for (const task of others.slice(1)) await answer(running, task, 'returned');
      await untilAfterDue(running, 3);
      const now = await server.env.currentTimeMs();
      const last = running.world.answer('T1', now, 'nothing-held');
      running.world.store(askedMore(running), now);
      await tell(running, last);
      await server.env.sleep(hour);
      expect(await status(running)).toMatchObject({ stage: 'to-be-settled', openTasks: 1 });
      await answer(running, 'T5', 'kept');
      await expect(running.handle.result()).resolves.toMatchObject({ outcome: 'settled', answers: [{}, {}, {}, {}, { kind: 'kept' }] });
      expect(mailsOf(running, 'settled')).toHaveLength(1);
    },
    { hearsBeforeItEnds: true },
  );
});

test('disclosed after the last day, it is asked on the rung that applies now; once all is settled it comes too late', async () => {
  await withNotice(async (running) => {
    for (const task of others.slice(1)) await answer(running, task, 'returned');
    await untilAfterDue(running, 3);
    expect(await act(running, askedMore(running))).toBeNull();
    // Its word comes before its mails: a question is answered after both.
    await status(running);
    expect(mailsOf(running, 'escalate-deputy').filter((mail) => mail.startsWith('T5'))).toEqual(['T5 escalate-deputy deputy']);
    await answer(running, 'T1', 'returned');
    expect(await status(running)).toMatchObject({ stage: 'to-be-settled', openTasks: 1 });
    await answer(running, 'T5', 'kept');
    await expect(running.handle.result()).resolves.toMatchObject({ outcome: 'settled' });
  });
});

test('opened again for what was disclosed since it was settled: it waits for whoever is asked, and gives nothing back', async () => {
  const asItStood = { status: 'answered', answer: { version: 1, kind: 'returned', receivedAt: '2026-01-05T10:00:00.000Z' as IsoInstant, late: false } } as const;
  const leftLongAgo = (common: Parameters<NonNullable<Parameters<typeof withCase>[1]['input']>>[0]) => ({
    ...common,
    tasks: common.tasks.map((task) => ({ ...task, settled: asItStood })),
    reopened: { run: 2, seq: 7, after: 9 },
    endsAt: '2026-01-10T00:00:00.000Z',
    hearsBeforeItEnds: true,
  });
  const asked = { process: 'withdrawal', dueInDays: 28, partners: ['probation', 'ecfrs'], input: leftLongAgo as never } as const;
  await withCase<WithdrawalResult>(server, asked, async (running) => {
    running.world.messages.length = 9;
    await server.env.sleep(hour);
    expect(await status(running)).toMatchObject({ run: 2, stage: 'to-be-settled', openTasks: 0 });
    expect(running.world.sent).toEqual(['T1 opened-again-2 requester']);
    const [first] = inputFor('WD-2026-0001', ['probation'], running.dueAt).tasks;
    const more: Untold = { type: 'tasks-added', tasks: first === undefined ? [] : [{ ...first, id: 'T3', name: 'probation, part 2' }] };
    expect(await act(running, more)).toBeNull();
    expect(await act(running, takeBack)).toBe('HasLeft');
    await untilAfterDue(running, 1);
    expect(await status(running)).toMatchObject({ stage: 'to-be-settled', openTasks: 1, overdue: true });
    await answer(running, 'T3', 'destroyed');
    await expect(running.handle.result()).resolves.toMatchObject({ outcome: 'settled', answers: [{ kind: 'returned' }, {}, { kind: 'destroyed' }] });
    expect(running.world.sent.filter((mail) => !mail.startsWith('T3'))).toEqual(['T1 opened-again-2 requester', 'T1 settled-2 requester']);
    expect(eventsOf(running, 'membership-ended')).toEqual([]);
  });
});

test('a mail outage over the last day loses no news of it', async () => {
  await withNotice(async (running) => {
    for (const task of ['T1', 'T2', 'T3'] as const) await answer(running, task, 'returned');
    await untilAfterDue(running, -0.5);
    running.world.mailDownUntil = running.dueAt + hour;
    await untilAfterDue(running, 1);
    expect(mailsOf(running, 'membership-ended').sort()).toEqual(['T1 membership-ended spoc', 'T2 membership-ended spoc', 'T3 membership-ended spoc']);
  });
});

test('an answer that was stored while the worker was away comes before the rung', async () => {
  await withNotice(async (running) => {
    running.world.answer('T1', running.dueAt - 20 * day, 'returned');
    await untilAfterDue(running, 0.5);
    expect(running.world.sent.filter((mail) => mail.startsWith('T1 overdue') || mail.startsWith('T1 reminder'))).toEqual([]);
    expect((await status(running)).tasks[0]).toMatchObject({ status: 'answered' });
  });
});

test('what belongs to another process is refused', async () => {
  await withNotice(async (running) => {
    expect(await act(running, { type: 'answers-confirmed', by: 'account-1' })).toBe('NotOfThisProcess');
    expect(await act(running, { type: 'rescheduled', panelOn: '2026-06-01' as IsoDate })).toBe('NotOfThisProcess');
    const { currentDetails } = await running.handle.query<{ currentDetails: string }>('__temporal_workflow_metadata');
    expect(currentDetails).toContain('notice was given, and the partner leaves at');
  });
});
