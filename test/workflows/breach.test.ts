/** Personal data breach (protocol section 10): every path of its workflow, on skipped time. */
import type { BreachResult } from '../../workflows/breach/contract';
import type { CaseProjection, TaskId } from '../../workflows/shared/contract';
import { startTimeSkipping, type TimeSkipping } from '../support/time-skipping';
import { instantInWords } from '../../workflows/shared/words';
import { breachInput, breachTask as task, byLawFrom } from './breach-input';
import { at, hour, tell, withCase, type RunningCase, type Untold } from './support';

let server: TimeSkipping;
beforeEach(async () => {
  server = await startTimeSkipping();
});
afterEach(() => server.close());

type Running = RunningCase<BreachResult>;
/** @param detectedHoursAgo before the breach was reported */
async function withBreach(
  during: (running: Running & { detectedAt: number }) => Promise<void>,
  {
    detectedHoursAgo = 1,
    mailDownHours = 0,
    prepare = () => undefined,
  }: { detectedHoursAgo?: number; mailDownHours?: number; prepare?: (world: Running['world']) => void } = {},
): Promise<void> {
  const detectedAt = (await server.env.currentTimeMs()) - detectedHoursAgo * hour;
  await withCase<BreachResult>(
    server,
    {
      process: 'breach',
      dueInDays: 1,
      input: (input) => ({ ...input, ...breachInput(detectedAt)(input) }),
      prepare: (world) => {
        if (mailDownHours > 0) world.mailDownUntil = detectedAt + mailDownHours * hour;
        prepare(world);
      },
    },
    (running) => during({ ...running, detectedAt }),
  );
}

const now = (): Promise<number> => server.env.currentTimeMs();
/** Until a while after the detection. */
const untilHours = async ({ detectedAt }: { detectedAt: number }, hours: number): Promise<void> =>
  server.env.sleep(detectedAt + hours * hour - (await now()));
const status = ({ handle }: Running): Promise<CaseProjection> => handle.query('status');
const act = async (running: Running, told: Untold): ReturnType<typeof tell> => tell(running, running.world.store(told, await now()));
const answer = async (running: Running, id: TaskId, kind: Parameters<Running['world']['answer']>[2], version = 1): Promise<unknown> =>
  tell(running, running.world.answer(id, await now(), kind, version));
const mailsOf = ({ world }: Running, id: TaskId): string[] =>
  world.sent.filter((mail) => mail.startsWith(`${id} `)).map((mail) => mail.slice(id.length + 1));
const close = (outcome: 'dealt-with' | 'no-breach'): Untold => ({ type: 'breach-closed', outcome, by: 'account-1' });
const settle = () => server.env.sleep(1_000);

test('all is told at once, acknowledged, decided and closed: each is told what concerns it', async () => {
  await withBreach(async (running) => {
    await settle();
    expect(running.world.sent).toEqual(['T1', 'T2', 'T3', 'T4', 'T5'].map((id) => `${id} request spoc`));
    expect(await status(running)).toMatchObject({ stage: 'awaiting-acknowledgements', openTasks: 5 });
    await answer(running, 'T1', 'acknowledged');
    expect(await status(running)).toMatchObject({ stage: 'awaiting-acknowledgements' });
    await answer(running, 'T2', 'acknowledged');
    expect(await status(running)).toMatchObject({ stage: 'awaiting-decisions' });
    await answer(running, 'T5', 'tell');
    await settle();
    expect(mailsOf(running, 'T4')).toEqual(['request spoc', 'views-in-1 spoc', 'views-in-1 governance-lead']);
    expect(await act(running, close('dealt-with'))).toBe('NotDecidedYet');
    await answer(running, 'T4', 'tell');
    await answer(running, 'T3', 'not-told-ico');
    await settle();
    expect(await status(running)).toMatchObject({ stage: 'to-close', openTasks: 0, nextWakeAt: null, overdue: false });
    expect(mailsOf(running, 'T5')).toEqual(['request spoc', 'answer-received-1 requester', 'telling-decided-1 spoc']);
    // Once, whatever else comes.
    await answer(running, 'T3', 'told-ico', 2);
    await answer(running, 'T3', 'not-told-ico', 3);
    await settle();
    expect(running.world.sent.filter((mail) => mail.includes('to-close'))).toEqual(['T0 to-close-5 requester']);
    expect(await act(running, close('dealt-with'))).toBeNull();
    await expect(running.handle.result()).resolves.toEqual({
      outcome: 'dealt-with',
      answers: [
        { partner: 'essex-police', asked: 'acknowledge', kind: 'acknowledged', late: false },
        { partner: 'probation', asked: 'acknowledge', kind: 'acknowledged', late: false },
        { partner: 'probation', asked: 'decide-ico', kind: 'not-told-ico', late: false },
        { partner: 'essex-police', asked: 'decide-telling', kind: 'tell', late: false },
        { partner: 'probation', asked: 'give-view', kind: 'tell', late: false },
      ],
    });
    expect(running.world.sent.slice(-2)).toEqual(['T1 ended-dealt-with spoc', 'T2 ended-dealt-with spoc']);
  });
});

describe('silence', () => {
  test('is chased in hours through every rung, at any hour, each thing by its own clock', async () => {
    await withBreach(async (running) => {
      await untilHours(running, 97);
      expect(mailsOf(running, 'T1')).toEqual([
        'request spoc',
        'chase spoc',
        'chase-deputy spoc',
        'chase-deputy deputy',
        'escalate-governance governance-lead',
        'due-now spoc',
        'due-now deputy',
        'due-now governance-lead',
        'due-now csp-manager',
        'overdue governance-lead',
        'overdue csp-manager',
      ]);
      expect(mailsOf(running, 'T3').at(-1)).toBe('overdue csp-manager');
      expect(mailsOf(running, 'T4')).toEqual([
        'request spoc',
        // The cut-off: no more views are awaited, and its own time begins.
        'views-in-1 spoc',
        'views-in-1 governance-lead',
        'due-now spoc',
        'due-now deputy',
        'due-now governance-lead',
        'escalate-csp governance-lead',
        'escalate-csp csp-manager',
      ]);
      const { tasks, stage, overdue } = await status(running);
      expect(tasks.map((each) => each.status)).toEqual(['unanswered', 'unanswered', 'unanswered', 'unanswered', 'left-unanswered']);
      expect({ stage, overdue }).toEqual({ stage: 'awaiting-acknowledgements', overdue: true });
    });
  });

  test('of one that is asked for a view counts as none at the cut-off; the view is still taken', async () => {
    await withBreach(async (running) => {
      await untilHours(running, 47);
      expect((await status(running)).tasks[4]?.status).toBe('open');
      await untilHours(running, 49);
      expect((await status(running)).tasks[4]).toMatchObject({ status: 'left-unanswered', overdue: false });
      expect(running.world.events).toEqual(expect.arrayContaining(['silence-counted', 'views-closed']));
      await answer(running, 'T5', 'do-not-tell');
      expect((await status(running)).tasks[4]).toMatchObject({ status: 'answered', answer: { kind: 'do-not-tell', late: true } });
      // It is the owner's turn, and its answer is in time until its own time is over.
      expect((await status(running)).tasks[3]).toMatchObject({ status: 'open', overdue: false });
      await answer(running, 'T4', 'do-not-tell');
      expect((await status(running)).tasks[3]).toMatchObject({ answer: { late: false } });
    });
  });

  test('is left by the CSP manager, only once the ladder is finished, and the breach can be closed then', async () => {
    await withBreach(async (running) => {
      const leave = (id: TaskId): Untold => ({ type: 'silence-decided', task: id, decision: 'left-unanswered', by: 'manager' });
      await settle();
      expect(await act(running, leave('T1'))).toBe('LadderNotFinished');
      await untilHours(running, 97);
      for (const id of ['T1', 'T2', 'T3', 'T4'] as const) expect(await act(running, leave(id))).toBeNull();
      expect(await status(running)).toMatchObject({ stage: 'to-close', overdue: false });
      // Whose decision it is hears that nobody decided in its place; an acknowledgement is nobody's decision.
      expect(running.world.sent.filter((mail) => mail.includes('left-undecided'))).toEqual(
        ['T3 left-undecided-4', 'T4 left-undecided-5'].flatMap((mail) => [`${mail} spoc`, `${mail} governance-lead`]),
      );
      expect(await act(running, close('dealt-with'))).toBeNull();
      await expect(running.handle.result()).resolves.toMatchObject({ outcome: 'dealt-with' });
      expect(running.world.orders.flatMap(({ events }) => events).find(({ event }) => event === 'case-closed')).toMatchObject({ undecided: ['T3', 'T4'] });
    });
  });
});

describe('a breach that is reported late', () => {
  test('opens on the rung that applies by then, and says what is past', async () => {
    await withBreach(
      async (running) => {
        await settle();
        // 25 hours after the detection the 24 are over: everybody of the rung at their end is told with the first mail.
        expect(mailsOf(running, 'T1')).toEqual(['request spoc', 'due-now deputy', 'due-now governance-lead', 'due-now csp-manager']);
        const past = running.world.orders[0]?.events.find((event) => event.event === 'rungs-already-past');
        expect(past).toMatchObject({ task: 'T1', steps: ['chase', 'chase-deputy', 'escalate-governance', 'due-now'] });
        expect((await status(running)).tasks.map(({ overdue }) => overdue)).toEqual([true, true, false, false, false]);
        await untilHours(running, 31);
        expect(mailsOf(running, 'T1').slice(4)).toEqual(['overdue governance-lead', 'overdue csp-manager']);
      },
      { detectedHoursAgo: 25 },
    );
  });

  test('after the cut-off leaves the word to the owner at once, and still tells and asks everybody', async () => {
    await withBreach(
      async (running) => {
        await settle();
        const { tasks } = await status(running);
        expect(tasks.map((each) => each.status)).toEqual(['unanswered', 'unanswered', 'open', 'open', 'left-unanswered']);
        expect(mailsOf(running, 'T4')).toEqual(['request spoc', 'views-in-1 spoc', 'views-in-1 governance-lead']);
        expect(mailsOf(running, 'T5')).toEqual(['request spoc', 'last-hours deputy', 'last-hours governance-lead']);
        await answer(running, 'T1', 'acknowledged');
        expect((await status(running)).tasks[0]).toMatchObject({ status: 'answered', answer: { late: true } });
      },
      { detectedHoursAgo: 50 },
    );
  });
});

describe('telling the people concerned', () => {
  test('is decided by the owner before the cut-off, without waiting for views: these are chased no more, and taken', async () => {
    await withBreach(async (running) => {
      await settle();
      await answer(running, 'T4', 'tell');
      await settle();
      expect((await status(running)).tasks[4]).toMatchObject({ status: 'left-unanswered' });
      expect(mailsOf(running, 'T5')).toEqual(['request spoc', 'telling-decided-1 spoc']);
      await untilHours(running, 49);
      expect(mailsOf(running, 'T5')).toHaveLength(2);
      expect(mailsOf(running, 'T4')).toEqual(['request spoc', 'answer-received-1 requester']);
      await answer(running, 'T5', 'do-not-tell');
      // The owner thinks again: everybody who was consulted is told of that, too.
      await answer(running, 'T4', 'do-not-tell', 2);
      await settle();
      expect(mailsOf(running, 'T5').at(-1)).toBe('telling-decided-2 spoc');
    });
  });
});

describe('the ICO', () => {
  const more = (id: TaskId, isLast: boolean): Untold => ({ type: 'ico-informed', task: id, informedAt: at(0), isLast });

  test('is told more only after it was told, and by a controller', async () => {
    await withBreach(async (running) => {
      await settle();
      expect(await act(running, more('T3', false))).toBe('IcoNotTold');
      await answer(running, 'T3', 'not-told-ico');
      expect(await act(running, more('T3', false))).toBe('IcoNotTold');
      await answer(running, 'T3', 'told-ico', 2);
      expect(await act(running, more('T3', false))).toBeNull();
      expect(await act(running, more('T3', true))).toBeNull();
      expect(await act(running, more('T1', true))).toBe('NotOfThisProcess');
      expect(await act(running, more('T9', true))).toBe('TaskUnknown');
      expect(running.world.events.filter((event) => event === 'ico-informed')).toHaveLength(2);
    });
  });

  test('that was told that more follows holds the breach open, until it was told the last', async () => {
    await withBreach(async (running) => {
      const told = (version: number): Untold => ({
        type: 'answer',
        task: 'T3',
        answer: { version, kind: 'told-ico', receivedAt: at(running.openedAt), icoMore: 'to-follow' },
      });
      const ready = (): string[] => running.world.sent.filter((mail) => mail.includes('to-close'));
      await settle();
      for (const id of ['T1', 'T2'] as const) await answer(running, id, 'acknowledged');
      await answer(running, 'T4', 'do-not-tell');
      expect(await act(running, told(1))).toBeNull();
      await settle();
      expect([ready(), await status(running)]).toMatchObject([[], { stage: 'awaiting-decisions', openTasks: 0 }]);
      for (const end of [close('dealt-with'), close('no-breach'), { type: 'withdrawn', by: 'account-1' } as const]) {
        expect(await act(running, end)).toBe('NotDecidedYet');
      }
      expect(await act(running, more('T3', true))).toBeNull();
      // What was told first is put right; the last stays told.
      expect(await act(running, told(2))).toBeNull();
      await settle();
      expect([ready(), await status(running)]).toMatchObject([['T0 to-close-5 requester'], { stage: 'to-close' }]);
      expect(await act(running, close('dealt-with'))).toBeNull();
    });
  });

  test('that says only later that more follows: that it can be closed is said again', async () => {
    await withBreach(async (running) => {
      const told = (version: number, icoMore: 'none' | 'to-follow'): Untold => ({
        type: 'answer',
        task: 'T3',
        answer: { version, kind: 'told-ico', receivedAt: at(running.openedAt), ...(icoMore === 'none' ? {} : { icoMore }) },
      });
      const ready = (): string[] => running.world.sent.filter((mail) => mail.includes('to-close'));
      await settle();
      for (const id of ['T1', 'T2'] as const) await answer(running, id, 'acknowledged');
      await answer(running, 'T4', 'do-not-tell');
      expect(await act(running, told(1, 'none'))).toBeNull();
      await settle();
      expect([ready(), await status(running)]).toMatchObject([['T0 to-close-5 requester'], { stage: 'to-close' }]);
      expect(await act(running, told(2, 'to-follow'))).toBeNull();
      expect(await status(running)).toMatchObject({ stage: 'awaiting-decisions' });
      expect(await act(running, more('T3', true))).toBeNull();
      await settle();
      expect(ready()).toEqual(['T0 to-close-5 requester', expect.stringMatching(/^T0 to-close-again-\d+ requester$/)]);
      expect(await status(running)).toMatchObject({ stage: 'to-close' });
    });
  });
});

test('a call tells a partner and is no acknowledgement: the chase goes on', async () => {
  await withBreach(async (running) => {
    await settle();
    expect(await act(running, { type: 'call-recorded', task: 'T1', calledAt: at(await now()) })).toBeNull();
    expect(await act(running, { type: 'call-recorded', task: 'T3', calledAt: at(await now()) })).toBe('NotOfThisProcess');
    expect(running.world.events).toContain('partner-called');
    await untilHours(running, 7);
    expect(mailsOf(running, 'T1')).toEqual(['request spoc', 'chase spoc']);
  });
});

describe('the hours that the law gives a controller, from when it became aware', () => {
  const corrected = (awareAt: number): Untold => ({ type: 'awareness-corrected', byLaw: { T3: byLawFrom(awareAt) }, tellsDecided: true });
  const details = async ({ handle }: Running): Promise<string> =>
    (await handle.query<{ currentDetails: string }>('__temporal_workflow_metadata')).currentDetails;
  const newsIn = (running: Running): string[] => running.world.sent.filter((mail) => mail.includes('awareness-corrected'));

  test('are said beside those of the protocol, and move no ladder', async () => {
    await withBreach(async (running) => {
      await settle();
      const [protocol, law] = [72, 72.5].map((hours) => instantInWords(at(running.detectedAt + hours * hour)));
      expect(await details(running)).toContain(`decision on telling the ICO of probation, due ${protocol} (by law ${law})`);
      expect(await details(running)).toContain(`| T3 | probation (decision on telling the ICO) | ${protocol} (by law ${law}) | open; next: chase`);
      await untilHours(running, 72.1);
      expect(mailsOf(running, 'T3')).toContain('due-now csp-manager');
    });
  });

  test('count from another time once that was put right; whoever was told of them before is told', async () => {
    await withBreach(async (running) => {
      await untilHours(running, 49);
      expect(await act(running, corrected(running.detectedAt + 20 * hour))).toBeNull();
      await settle();
      const news = ['spoc', 'deputy', 'governance-lead'].map((role) => `T3 awareness-corrected-1 ${role}`);
      expect(newsIn(running)).toEqual(news);
      expect(running.world.events).toContain('awareness-corrected');
      expect(await details(running)).toContain(`(by law ${instantInWords(at(running.detectedAt + 92 * hour))})`);
      // The same time is no news.
      expect(await act(running, corrected(running.detectedAt + 20 * hour))).toBeNull();
      await settle();
      expect(newsIn(running)).toEqual(news);
    });
  });

  test('are news also to a controller that has decided; as a build of before told of them they are not', async () => {
    await withBreach(async (running) => {
      await settle();
      await answer(running, 'T3', 'told-ico');
      const { tellsDecided, ...ofBefore } = corrected(running.detectedAt + hour) as Extract<Untold, { type: 'awareness-corrected' }>;
      expect([tellsDecided, await act(running, ofBefore)]).toEqual([true, null]);
      await settle();
      expect([running.world.events.includes('awareness-corrected'), newsIn(running)]).toEqual([true, []]);
      expect(await act(running, corrected(running.detectedAt + 2 * hour))).toBeNull();
      await settle();
      expect(newsIn(running)).toEqual([expect.stringMatching(/^T3 awareness-corrected-\d+ spoc$/)]);
    });
  });
});

describe('a partner that is added', () => {
  const added = (detectedAt: number): Untold => ({
    type: 'tasks-added',
    tasks: [
      task('T6', 'acknowledge', 'mse-icb', detectedAt),
      task('T7', 'decide-ico', 'mse-icb', detectedAt),
      task('T8', 'give-view', 'mse-icb', detectedAt),
    ],
  });

  test('is told at once and asked what the others are; its views count with theirs', async () => {
    await withBreach(async (running) => {
      await settle();
      await answer(running, 'T5', 'tell');
      expect(await act(running, added(running.detectedAt))).toBeNull();
      await settle();
      expect(running.world.sent).toEqual(expect.arrayContaining(['T6 request spoc', 'T7 request spoc', 'T8 request spoc']));
      await answer(running, 'T8', 'tell');
      await settle();
      expect(mailsOf(running, 'T4')).toEqual([
        'request spoc',
        'views-in-1 spoc',
        'views-in-1 governance-lead',
        'views-in-2 spoc',
        'views-in-2 governance-lead',
      ]);
      expect(await status(running)).toMatchObject({ openTasks: 6 });
    });
  });

  test('while the 72 hours run out is on the rung that applies, and overdue when they are over', async () => {
    await withBreach(async (running) => {
      await untilHours(running, 71.9);
      expect(await act(running, added(running.detectedAt))).toBeNull();
      await settle();
      expect(mailsOf(running, 'T7')).toEqual(['request spoc', 'last-hours deputy', 'last-hours governance-lead']);
      expect((await status(running)).tasks[6]).toMatchObject({ status: 'open', overdue: false });
      await untilHours(running, 72.1);
      expect(mailsOf(running, 'T7').slice(3)).toEqual(['due-now spoc', 'due-now governance-lead', 'due-now csp-manager']);
      expect((await status(running)).tasks[6]).toMatchObject({ status: 'open', overdue: true });
    });
  });

  test('makes a breach that could be closed wait again, and whoever reported it is told anew', async () => {
    await withBreach(async (running) => {
      await settle();
      await answer(running, 'T4', 'tell');
      for (const id of ['T1', 'T2'] as const) await answer(running, id, 'acknowledged');
      await answer(running, 'T3', 'told-ico');
      expect(await status(running)).toMatchObject({ stage: 'to-close' });
      expect(await act(running, { type: 'tasks-added', tasks: [task('T6', 'acknowledge', 'mse-icb', running.detectedAt)] })).toBeNull();
      expect(await status(running)).toMatchObject({ stage: 'awaiting-acknowledgements' });
      expect(await act(running, close('dealt-with'))).toBe('NotAllDecided');
      await answer(running, 'T6', 'acknowledged');
      await settle();
      expect(running.world.sent.filter((mail) => mail.includes('to-close'))).toEqual(['T0 to-close-5 requester', expect.stringMatching(/^T0 to-close-again-\d+ requester$/)]);
    });
  });
});

describe('the end', () => {
  test('takes nobody’s own decision: not as none, and not as a mistake', async () => {
    await withBreach(async (running) => {
      await settle();
      const ends = [close('no-breach'), { type: 'withdrawn', by: 'account-1' } as const];
      for (const end of ends) expect(await act(running, end)).toBe('NotDecidedYet');
      await answer(running, 'T3', 'not-told-ico');
      for (const end of ends) expect(await act(running, end)).toBe('NotDecidedYet');
      await answer(running, 'T4', 'do-not-tell');
      expect(await act(running, close('dealt-with'))).toBe('NotAllDecided');
      expect(await act(running, close('no-breach'))).toBeNull();
    });
  });

  test('as no breach needs no acknowledgement, and chases nobody any more', async () => {
    await withBreach(async (running) => {
      await untilHours(running, 20);
      await answer(running, 'T3', 'not-told-ico');
      await answer(running, 'T4', 'do-not-tell');
      expect(await act(running, close('no-breach'))).toBeNull();
      await expect(running.handle.result()).resolves.toMatchObject({ outcome: 'no-breach' });
      // Whoever it was raised with is told of its end, too.
      expect(running.world.sent.slice(-6)).toEqual([
        'T1 ended-no-breach spoc',
        'T1 ended-no-breach deputy',
        'T1 ended-no-breach governance-lead',
        'T2 ended-no-breach spoc',
        'T2 ended-no-breach deputy',
        'T2 ended-no-breach governance-lead',
      ]);
    });
  });

  test('by withdrawal; what comes in the instant of it is taken if it is an answer, and else refused', async () => {
    await withBreach(async (running) => {
      await settle();
      await answer(running, 'T3', 'not-told-ico');
      await answer(running, 'T4', 'do-not-tell');
      running.world.meanwhile = (order) => {
        if (order.closes === undefined) return;
        running.world.meanwhile = () => undefined;
        running.world.answer('T1', running.openedAt + hour, 'acknowledged');
        running.world.store({ type: 'call-recorded', task: 'T2', calledAt: at(running.openedAt) }, running.openedAt + hour);
        running.world.store({ type: 'tasks-added', tasks: [task('T6', 'acknowledge', 'mse-icb', running.detectedAt)] }, running.openedAt + hour);
      };
      const withdrawn = running.world.store({ type: 'withdrawn', by: 'account-1' }, await now());
      await running.handle.signal('tell', withdrawn);
      await expect(running.handle.result()).resolves.toMatchObject({ outcome: 'withdrawn' });
      expect(running.world.words.slice(-3).map(({ rejection }) => rejection)).toEqual([null, 'CaseEnded', 'CaseEnded']);
      expect(running.world.sent.at(-1)).toBe('T1 answer-received-1 requester');
    });
  });
});

test('what belongs to other processes is refused, and no question stops the hours', async () => {
  await withBreach(async (running) => {
    await settle();
    expect(await act(running, { type: 'answers-confirmed', by: 'account-1' })).toBe('NotOfThisProcess');
    expect(await act(running, { type: 'case-decided', decision: 'go-on', by: 'account-1' })).toBe('NotOfThisProcess');
    expect(await act(running, { type: 'question', task: 'T1', number: 1 })).toBeNull();
    expect((await status(running)).tasks[0]).toMatchObject({ question: 1, pausedAt: null });
    await untilHours(running, 7);
    expect(mailsOf(running, 'T1')).toContain('chase spoc');
  });
});

describe('races', () => {
  test('an acknowledgement that is stored in the instant of a rung beats it', async () => {
    await withBreach(async (running) => {
      await settle();
      const rung = running.detectedAt + 6 * hour;
      running.world.answer('T1', rung - 1_000, 'acknowledged');
      await untilHours(running, 6.1);
      expect(mailsOf(running, 'T1')).toEqual(['request spoc', 'answer-received-1 requester']);
      expect(mailsOf(running, 'T2')).toEqual(['request spoc', 'chase spoc']);
    });
  });

  test('forty acknowledgements in the same second all get through', async () => {
    const partners = Array.from({ length: 40 }, (_, index) => `partner-${index + 1}`);
    const detectedAt = (await now()) - hour;
    await withCase<BreachResult>(
      server,
      {
        process: 'breach',
        dueInDays: 1,
        input: (input) => ({
          ...input,
          tasks: partners.map((partner, index) => task(`T${index + 1}`, 'acknowledge', partner, detectedAt)),
        }),
      },
      async (running) => {
        await settle();
        const received = await now();
        await Promise.all(
          partners.map(async (_, index) => tell(running, running.world.answer(`T${index + 1}`, received, 'acknowledged'))),
        );
        expect(await status(running)).toMatchObject({ stage: 'to-close', openTasks: 0 });
        expect(running.world.sent.filter((mail) => mail.includes('answer-received'))).toHaveLength(40);
      },
    );
  });

  test('a clock that is moved while a rung fires: the old rung is dropped, and the new ladder runs', async () => {
    await withBreach(async (running) => {
      await settle();
      // It was detected five hours later than was thought: the message is stored when the first chase comes due.
      const later = task('T1', 'acknowledge', 'essex-police', running.detectedAt + 5 * hour, 2);
      running.world.store({ type: 'clock-moved', task: 'T1', clock: later.clock, cause: 'corrected' }, running.detectedAt + 6 * hour - 1_000);
      await untilHours(running, 10.9);
      expect(mailsOf(running, 'T1')).toEqual(['request spoc', 'clock-moved spoc', 'clock-moved requester']);
      await untilHours(running, 11.1);
      expect(mailsOf(running, 'T1').at(-1)).toBe('chase spoc');
    });
  });

  test('a detection that was earlier puts a breach on the rung that has come by then, and closes the views', async () => {
    await withBreach(async (running) => {
      await settle();
      const earlier = running.detectedAt - 60 * hour;
      const kinds = ['acknowledge', 'acknowledge', 'decide-ico', 'decide-telling', 'give-view'] as const;
      for (const [index, kind] of kinds.entries()) {
        const id: TaskId = `T${index + 1}`;
        const { clock } = task(id, kind, 'essex-police', earlier, 2);
        expect(await act(running, { type: 'clock-moved', task: id, clock, cause: 'corrected' })).toBeNull();
      }
      expect((await status(running)).tasks.map((each) => each.status)).toEqual(['unanswered', 'unanswered', 'open', 'unanswered', 'left-unanswered']);
      expect(mailsOf(running, 'T3')).toEqual(['request spoc', 'clock-moved spoc', 'clock-moved requester', 'chase-deputy deputy', 'chase-deputy governance-lead']);
    });
  });

  test('the same answer twice is one', async () => {
    await withBreach(async (running) => {
      await settle();
      const first = running.world.answer('T1', await now(), 'acknowledged');
      expect(await tell(running, first)).toBeNull();
      expect(await tell(running, first)).toBeNull();
      await settle();
      expect(mailsOf(running, 'T1')).toEqual(['request spoc', 'answer-received-1 requester']);
    });
  });
});

describe('mail', () => {
  test('that the mail server does not take is tried again; of each ladder only the rung that applies by then is sent', async () => {
    await withBreach(
      async (running) => {
        await untilHours(running, 20);
        expect(mailsOf(running, 'T1')).toEqual([]);
        await untilHours(running, 22);
        expect(mailsOf(running, 'T1')).toEqual(['request spoc', 'escalate-governance governance-lead']);
      },
      { mailDownHours: 20.5 },
    );
  });

  test('that has no address is raised with the CSP manager, and the hours run on', async () => {
    await withBreach(
      async (running) => {
        await settle();
        expect(mailsOf(running, 'T1')).toEqual(['not-delivered-request-spoc csp-manager']);
        await untilHours(running, 24.5);
        expect(mailsOf(running, 'T1')).toEqual(expect.arrayContaining(['due-now deputy', 'not-delivered-due-now-spoc csp-manager']));
      },
      { prepare: (world) => world.withoutAddress.add('spoc') },
    );
  });
});
