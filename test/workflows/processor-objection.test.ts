/** Change of processor (protocol section 4, Responsibilities): every path of its workflow, on skipped time. */
import type { LadderRole } from '../../config/policy';
import type { CaseProjection } from '../../workflows/shared/contract';
import type { ProcessorObjectionResult } from '../../workflows/processor-objection/contract';
import { startTimeSkipping, type TimeSkipping } from '../support/time-skipping';
import { at, day, hour, tell, withCase, type RunningCase, type Untold } from './support';

let server: TimeSkipping;
beforeEach(async () => {
  server = await startTimeSkipping();
});
afterEach(() => server.close());

type Running = RunningCase<ProcessorObjectionResult>;

/** The ladder of the shipped protocol, in days from the due moment: nothing after it. */
const ladder: readonly { step: string; afterDueDays: number; to: readonly LadderRole[] }[] = [
  { step: 'reminder', afterDueDays: -7.6, to: ['spoc'] },
  { step: 'reminder-deputy', afterDueDays: -2.6, to: ['spoc', 'deputy'] },
  { step: 'last-day', afterDueDays: -0.6, to: ['spoc', 'deputy', 'governance-lead'] },
];

const withNotice = (
  during: (running: Running) => Promise<void>,
  { rungs = ladder, prepare }: { rungs?: typeof ladder; prepare?: (running: Running['world']) => void } = {},
): Promise<void> =>
  withCase<ProcessorObjectionResult>(
    server,
    {
      process: 'processor-objection',
      dueInDays: 14,
      partners: ['essex-police', 'probation'],
      input: (input) => ({
        ...input,
        tasks: input.tasks.map((task) => {
          const due = Date.parse(task.clock.dueAt);
          const planned = rungs.map(({ step, afterDueDays, to }) => ({ step, to, at: at(due + afterDueDays * day) }));
          return { ...task, clock: { ...task.clock, rungs: planned } };
        }),
      }),
      ...(prepare === undefined ? {} : { prepare }),
    },
    during,
  );

const untilAfterDue = async ({ dueAt }: Running, days: number): Promise<void> =>
  server.env.sleep(dueAt + days * day - (await server.env.currentTimeMs()));
const status = ({ handle }: Running): Promise<CaseProjection> => handle.query('status');
const act = async (running: Running, told: Untold): ReturnType<typeof tell> =>
  tell(running, running.world.store(told, await server.env.currentTimeMs()));
const goOn: Untold = { type: 'case-decided', decision: 'go-on', by: 'account-1', onThoseOfThen: true };
const answer = async (running: Running, task: 'T1' | 'T2', kind: 'objection' | 'no-objection', version = 1): Promise<unknown> =>
  tell(running, running.world.answer(task, await server.env.currentTimeMs(), kind, version));

test('nobody objects: it ends with the last answer, and whoever opened it is told', async () => {
  await withNotice(async (running) => {
    await server.env.sleep(day);
    await answer(running, 'T1', 'no-objection');
    expect(await status(running)).toMatchObject({ stage: 'awaiting-answers', openTasks: 1 });
    await answer(running, 'T2', 'no-objection');
    await expect(running.handle.result()).resolves.toEqual({
      outcome: 'no-objection',
      answers: [
        { partner: 'essex-police', kind: 'no-objection', late: false },
        { partner: 'probation', kind: 'no-objection', late: false },
      ],
    });
    expect(running.world.sent).toEqual([
      'T1 request spoc',
      'T2 request spoc',
      'T1 answer-received-1 requester',
      'T2 answer-received-1 requester',
      'T1 no-objection requester',
    ]);
  });
});

test('silence through every reminder counts as none when the time is over, and nobody is mailed after it', async () => {
  await withNotice(async (running) => {
    await untilAfterDue(running, -0.01);
    expect(await status(running)).toMatchObject({ stage: 'awaiting-answers', overdue: false });
    await expect(running.handle.result()).resolves.toEqual({
      outcome: 'no-objection',
      answers: [
        { partner: 'essex-police', kind: null, late: false },
        { partner: 'probation', kind: null, late: false },
      ],
    });
    expect(running.world.sent.filter((mail) => mail.startsWith('T1'))).toEqual([
      'T1 request spoc',
      'T1 reminder spoc',
      'T1 reminder-deputy spoc',
      'T1 reminder-deputy deputy',
      'T1 last-day spoc',
      'T1 last-day deputy',
      'T1 last-day governance-lead',
      'T1 no-objection requester',
    ]);
    expect(Math.abs((running.world.sentAt.at(-1) ?? 0) - running.dueAt)).toBeLessThan(hour);
    expect(running.world.events.filter((event) => event === 'silence-counted')).toHaveLength(2);
    expect(running.world.lastState?.tasks.map((task) => task.status)).toEqual(['left-unanswered', 'left-unanswered']);
  });
});

test('a ladder that goes on after the time is followed to its end before silence counts', async () => {
  const rungs = [...ladder, { step: 'escalate-csp', afterDueDays: 2.4, to: ['csp-manager'] as const }];
  await withNotice(
    async (running) => {
      await untilAfterDue(running, 2.3);
      expect(await status(running)).toMatchObject({ stage: 'awaiting-answers', overdue: true });
      await expect(running.handle.result()).resolves.toMatchObject({ outcome: 'no-objection' });
      expect(running.world.sent).toContain('T1 escalate-csp csp-manager');
    },
    { rungs },
  );
});

describe('an objection', () => {
  test('goes at once to whoever opened the case and to the CSP manager; nobody decides while another can object', async () => {
    await withNotice(async (running) => {
      await server.env.sleep(hour);
      await answer(running, 'T1', 'objection');
      await server.env.sleep(1_000);
      expect(running.world.sent.slice(2)).toEqual(['T1 answer-received-1 requester', 'T1 objection-1 csp-manager']);
      expect(await status(running)).toMatchObject({ stage: 'awaiting-answers' });
      expect(await act(running, goOn)).toBe('NothingToDecide');
      await untilAfterDue(running, 0.1);
      expect(await status(running)).toMatchObject({ stage: 'objected', outcome: null, nextWakeAt: null });
      expect(running.world.sent).toContain('T1 to-decide requester');
      expect(running.world.sent).toContain('T1 to-decide csp-manager');
      // Who objects has no more reminders, who is silent has all.
      expect(running.world.sent.filter((mail) => mail.includes('last-day')).map((mail) => mail.slice(0, 2))).toEqual(['T2', 'T2', 'T2']);
    });
  });

  test('gone on: who objected is told, and the case closes by itself some days later', async () => {
    await withNotice(async (running) => {
      await answer(running, 'T1', 'objection');
      await answer(running, 'T2', 'no-objection');
      expect(await status(running)).toMatchObject({ stage: 'objected' });
      await act(running, goOn);
      const decidedAt = await server.env.currentTimeMs();
      await server.env.sleep(1_000);
      expect(await status(running)).toMatchObject({ stage: 'going-on', closeAt: expect.stringContaining('T') as string });
      expect(await act(running, goOn)).toBe('NothingToDecide');
      await expect(running.handle.result()).resolves.toMatchObject({ outcome: 'gone-on' });
      expect(await server.env.currentTimeMs()).toBeGreaterThanOrEqual(decidedAt + running.world.closeAfterMs);
      expect(running.world.sent.filter((mail) => mail.includes('gone-on'))).toEqual(['T1 gone-on spoc']);
      expect(running.world.events).toContain('case-decided');
    });
  });

  test('whoever was mailed of the task of an objector is told as well that it goes on', async () => {
    await withNotice(async (running) => {
      await untilAfterDue(running, -0.3);
      await answer(running, 'T1', 'objection');
      await untilAfterDue(running, 0.1);
      await act(running, goOn);
      await server.env.sleep(1_000);
      const told = running.world.sent.filter((mail) => mail.includes('gone-on'));
      expect(told).toEqual(['T1 gone-on spoc', 'T1 gone-on deputy', 'T1 gone-on governance-lead']);
    });
  });

  test('of another, once it was decided to go on: decided anew, and the case does not close before', async () => {
    await withNotice(async (running) => {
      await answer(running, 'T1', 'objection');
      await answer(running, 'T2', 'no-objection');
      await act(running, goOn);
      await server.env.sleep(hour);
      // What was said of the objection of then still holds.
      await answer(running, 'T1', 'objection', 2);
      expect(await status(running)).toMatchObject({ stage: 'going-on', closeAt: expect.stringContaining('T') as string });
      await answer(running, 'T2', 'objection', 2);
      await server.env.sleep(running.world.closeAfterMs + day);
      expect(await status(running)).toMatchObject({ stage: 'objected', outcome: null, closeAt: null });
      const decides = running.world.sent.filter((mail) => mail.includes('to-decide')).map((mail) => mail.replace(/-\d+ /, ' '));
      expect(decides).toEqual(['T1 to-decide requester', 'T1 to-decide csp-manager', 'T2 to-decide requester', 'T2 to-decide csp-manager']);
      expect(await act(running, goOn)).toBeNull();
      await expect(running.handle.result()).resolves.toMatchObject({ outcome: 'gone-on' });
      const told = running.world.sent.filter((mail) => mail.includes('gone-on')).map((mail) => mail.replace(/-\d+ /, '-N '));
      expect(told).toEqual(['T1 gone-on spoc', 'T1 gone-on-N spoc', 'T2 gone-on-N spoc']);
    });
  });

  test('of another, after a decision of a build of before: that stands', async () => {
    await withNotice(async (running) => {
      await answer(running, 'T1', 'objection');
      await answer(running, 'T2', 'no-objection');
      await act(running, { type: 'case-decided', decision: 'go-on', by: 'account-1' });
      await answer(running, 'T2', 'objection', 2);
      expect(await status(running)).toMatchObject({ stage: 'going-on' });
      await expect(running.handle.result()).resolves.toMatchObject({ outcome: 'gone-on' });
    });
  });

  test('corrected to none before it is decided: the case ends as nobody objects', async () => {
    await withNotice(async (running) => {
      await answer(running, 'T1', 'objection');
      await answer(running, 'T2', 'no-objection');
      await answer(running, 'T1', 'no-objection', 2);
      await expect(running.handle.result()).resolves.toMatchObject({ outcome: 'no-objection' });
      // Whom the objection was told to hears that it is none any more.
      expect(running.world.sent.filter((mail) => mail.includes('objection-'))).toEqual(expect.arrayContaining(['T1 objection-1 csp-manager', 'T1 objection-lifted-2 csp-manager']));
    });
  });

  test('after the time it is taken and marked late, while another keeps the case open', async () => {
    await withNotice(async (running) => {
      await answer(running, 'T1', 'objection');
      await untilAfterDue(running, 1);
      expect(await status(running)).toMatchObject({ stage: 'objected' });
      await answer(running, 'T2', 'objection');
      await act(running, goOn);
      await expect(running.handle.result()).resolves.toEqual({
        outcome: 'gone-on',
        answers: [
          { partner: 'essex-police', kind: 'objection', late: false },
          { partner: 'probation', kind: 'objection', late: true },
        ],
      });
    });
  });

  test('stored while the worker was away, it is no silence when the time is over', async () => {
    await withNotice(async (running) => {
      await untilAfterDue(running, -0.2);
      running.world.answer('T1', running.dueAt - 60_000, 'objection');
      await untilAfterDue(running, 0.1);
      expect(await status(running)).toMatchObject({ stage: 'objected', tasks: [{ status: 'answered' }, { status: 'left-unanswered' }] });
    });
  });
});

test('withdrawn: every controller is told, whatever it has said', async () => {
  await withNotice(async (running) => {
    await answer(running, 'T1', 'objection');
    await act(running, { type: 'withdrawn', by: 'account-1' });
    await expect(running.handle.result()).resolves.toMatchObject({ outcome: 'withdrawn' });
    expect(running.world.sent.filter((mail) => mail.includes('withdrawn'))).toEqual(['T1 withdrawn spoc', 'T2 withdrawn spoc']);
  });
});

test('what belongs to another process is refused, and an open question stops no clock', async () => {
  await withNotice(async (running) => {
    expect(await act(running, { type: 'answers-confirmed', by: 'account-1' })).toBe('NotOfThisProcess');
    const correction: Untold = { type: 'correction-proposed', number: 1, proposedBy: 'requester' };
    expect(await act(running, correction)).toBe('NotOfThisProcess');
    await act(running, { type: 'question', task: 'T1', number: 1 });
    expect(await status(running)).toMatchObject({ tasks: [{ question: 1, pausedAt: null }, {}] });
    await expect(running.handle.result()).resolves.toMatchObject({ outcome: 'no-objection' });
  });
});

test('while the mail server is away nothing is lost: what still applies goes out when it is back', async () => {
  await withNotice(
    async (running) => {
      await answer(running, 'T1', 'objection');
      await server.env.sleep(3 * hour);
      expect(running.world.sent).toEqual([]);
      await server.env.sleep(2 * day);
      expect(running.world.sent).toEqual(
        expect.arrayContaining(['T2 request spoc', 'T1 answer-received-1 requester', 'T1 objection-1 csp-manager']),
      );
    },
    {
      prepare: (world) => {
        world.mailDownUntil = Number.MAX_SAFE_INTEGER;
        void server.env.currentTimeMs().then((now) => {
          world.mailDownUntil = now + day;
        });
      },
    },
  );
});
