/** ASB case review (protocol section 7; 2014 Act section 104): every path of its workflow, on skipped time. */
import type { IsoDate, IsoInstant } from '../../config/clock';
import type { AsbCaseReviewResult } from '../../workflows/asb-case-review/contract';
import type { InformationRequestInput } from '../../workflows/information-request/contract';
import { tellSignal, type CaseMessage, type CaseProjection, type Duty, type MoveCause, type Recipient } from '../../workflows/shared/contract';
import { startTimeSkipping, type TimeSkipping } from '../support/time-skipping';
import { at, day, hour, movedClock, tell, withCase, type RunningCase, type Untold, type World } from './support';

let server: TimeSkipping;
beforeEach(async () => {
  server = await startTimeSkipping();
});
afterEach(() => server.close());

type Running = RunningCase<AsbCaseReviewResult>;

const withReview = (
  during: (running: Running) => Promise<void>,
  {
    partners = ['essex-police', 'probation'],
    duties,
    input = (given) => given,
    prepare = () => undefined,
  }: {
    readonly partners?: readonly string[];
    readonly duties?: readonly Duty[];
    readonly input?: (input: InformationRequestInput) => InformationRequestInput;
    readonly prepare?: (world: World) => void;
  } = {},
): Promise<void> => {
  const withDuties = (given: InformationRequestInput) => ({ ...input(given), ...(duties === undefined ? {} : { duties }) });
  return withCase<AsbCaseReviewResult>(server, { process: 'asb-case-review', dueInDays: 14, partners, input: withDuties, prepare }, during);
};

const untilAfterDue = async ({ dueAt }: Running, days: number): Promise<void> =>
  server.env.sleep(dueAt + days * day - (await server.env.currentTimeMs()));
const status = ({ handle }: Running): Promise<CaseProjection> => handle.query('status');
const act = async (running: Running, told: Untold): Promise<unknown> =>
  tell(running, running.world.store(told, await server.env.currentTimeMs()));
const answer = async (running: Running, task: 'T1' | 'T2', kind: 'holds' | 'nil-return' | 'refused' = 'holds'): Promise<unknown> =>
  tell(running, running.world.answer(task, await server.env.currentTimeMs(), kind));

/** A duty with a reminder so many days from now and what is said a day after it was due, three days later. */
const duty = async (id: string, days: number, to: readonly Recipient[], above: Recipient): Promise<Duty> => {
  const due = (await server.env.currentTimeMs()) + days * day;
  return {
    id,
    rungs: [
      { step: 'reminder', at: at(due - 2 * day), to },
      { step: 'overdue', at: at(due + day), to: [...to, above] },
    ],
  };
};
const outcome: Untold = { type: 'outcome-recorded', duties: [] };
const told = (of: 'decision' | 'outcome'): Untold => ({ type: 'applicant-told', of });
const close: Untold = { type: 'review-closed', by: 'account-1' };
const leave = (task: 'T1' | 'T2'): Untold => ({ type: 'silence-decided', task, decision: 'left-unanswered', by: 'account-1' });
/** Looked at again in so many days from now by somebody who was named for it. */
const notSatisfied = async (number: number, days: number): Promise<Untold> => ({
  type: 'not-satisfied',
  number,
  duty: await duty(`looking-again-${number}`, days, ['spoc', 'requester'], 'csp-manager'),
  told: ['spoc', 'requester', 'csp-manager'],
});

test('all answer: the review SPOC is told at each and once that all are in; the panel, the applicant, closing', async () => {
  await withReview(async (running) => {
    const { world, handle } = running;
    await server.env.sleep(2 * day);
    await answer(running, 'T1', 'holds');
    expect(await status(running)).toMatchObject({ stage: 'awaiting-answers', openTasks: 1 });
    await answer(running, 'T2', 'nil-return');
    expect(await status(running)).toMatchObject({ stage: 'collated', openTasks: 0, closeAt: null, nextWakeAt: null });
    await act(running, outcome);
    expect(await status(running)).toMatchObject({ stage: 'outcome-recorded' });
    await act(running, told('outcome'));
    await act(running, close);
    await expect(handle.result()).resolves.toEqual({
      outcome: 'reviewed',
      answers: [
        { partner: 'essex-police', kind: 'holds', late: false },
        { partner: 'probation', kind: 'nil-return', late: false },
      ],
    });
    expect(world.sent).toEqual([
      'T1 request spoc',
      'T2 request spoc',
      'T1 answer-received-1 requester',
      'T2 answer-received-1 requester',
      'T0 collated-2 requester',
    ]);
    expect(world.events.slice(-3)).toEqual(['outcome-recorded', 'applicant-told', 'case-closed']);
  });
});

test('the applicant was told and says nothing: it closes by itself', async () => {
  await withReview(async (running) => {
    await answer(running, 'T1');
    await answer(running, 'T2', 'refused');
    await act(running, outcome);
    await act(running, told('outcome'));
    const toldAt = await server.env.currentTimeMs();
    expect(await status(running)).toMatchObject({ stage: 'applicant-told' });
    await expect(running.handle.result()).resolves.toMatchObject({ outcome: 'reviewed' });
    expect(await server.env.currentTimeMs()).toBeGreaterThanOrEqual(toldAt + running.world.closeAfterMs);
  });
});

test('silent: each climbs its own ladder through every rung, and the review goes on without who is left', async () => {
  await withReview(async (running) => {
    await untilAfterDue(running, 1);
    await answer(running, 'T2');
    await untilAfterDue(running, 30);
    expect(running.world.sent.filter((mail) => mail.startsWith('T1'))).toEqual([
      'T1 request spoc',
      'T1 reminder spoc',
      'T1 due-today spoc',
      'T1 overdue spoc',
      'T1 escalate-deputy spoc',
      'T1 escalate-deputy deputy',
      'T1 escalate-governance governance-lead',
      'T1 escalate-csp csp-manager',
    ]);
    expect(running.world.sent.filter((mail) => mail.startsWith('T2'))).toEqual([
      'T2 request spoc',
      'T2 reminder spoc',
      'T2 due-today spoc',
      'T2 overdue spoc',
      'T2 answer-received-1 requester',
    ]);
    expect(await status(running)).toMatchObject({ stage: 'unanswered', overdue: true });
    await act(running, leave('T1'));
    expect(await status(running)).toMatchObject({ stage: 'collated' });
    expect(running.world.sent).toContain('T0 collated-2 requester');
  });
});

test('all are left silent: the review does not end by that', async () => {
  await withReview(async (running) => {
    await untilAfterDue(running, 9);
    await act(running, leave('T1'));
    await act(running, leave('T2'));
    expect(await status(running)).toMatchObject({ stage: 'collated', outcome: null });
  });
});

test('the panel has met: nobody is chased any more, and a late answer is taken until it closes', async () => {
  await withReview(async (running) => {
    await untilAfterDue(running, -3);
    await answer(running, 'T2');
    await act(running, outcome);
    expect(await status(running)).toMatchObject({ stage: 'outcome-recorded', openTasks: 0, overdue: false, nextWakeAt: null });
    await untilAfterDue(running, 5);
    expect(running.world.sent.filter((mail) => /T1 (reminder|due-today|overdue|escalate)/.test(mail))).toEqual([]);
    await answer(running, 'T1', 'holds');
    await act(running, told('outcome'));
    await act(running, close);
    await expect(running.handle.result()).resolves.toMatchObject({ answers: [{ kind: 'holds', late: true }, { late: false }] });
  });
});

test('the threshold is not met: nobody is asked, the applicant is told, and it closes', async () => {
  await withReview(
    async (running) => {
      await server.env.sleep(hour);
      expect(await status(running)).toMatchObject({ stage: 'not-granted', nextWakeAt: null });
      expect(await act(running, outcome)).toBe('NotGranted');
      await act(running, told('decision'));
      expect(await status(running)).toMatchObject({ stage: 'applicant-told' });
      await expect(running.handle.result()).resolves.toEqual({ outcome: 'threshold-not-met', answers: [] });
      expect(running.world.sent).toEqual([]);
    },
    { partners: [] },
  );
});

test('not satisfied: it does not close, who looks at it again is told and reminded, the CSP manager told when it is overdue', async () => {
  await withReview(async (running) => {
    await answer(running, 'T1');
    await answer(running, 'T2');
    await act(running, outcome);
    await act(running, told('outcome'));
    await act(running, await notSatisfied(1, 10));
    expect(await status(running)).toMatchObject({ stage: 'looked-at-again', closeAt: null });
    await server.env.sleep(20 * day);
    expect(running.world.sent.slice(-8)).toEqual([
      'T0 looking-again-asked-1 spoc',
      'T0 looking-again-asked-1 requester',
      'T0 looking-again-asked-1 csp-manager',
      'T0 looking-again-reminder-1 spoc',
      'T0 looking-again-reminder-1 requester',
      'T0 looking-again-overdue-1 spoc',
      'T0 looking-again-overdue-1 requester',
      'T0 looking-again-overdue-1 csp-manager',
    ]);
    await act(running, { type: 'looked-at-again', number: 1 });
    expect(await status(running)).toMatchObject({ stage: 'applicant-told' });
    await expect(running.handle.result()).resolves.toMatchObject({ outcome: 'reviewed' });
  });
});

test('not satisfied in the moment in which the closing date is worked out: it does not close under whoever looks again', async () => {
  await withReview(async (running) => {
    await answer(running, 'T1');
    await answer(running, 'T2');
    await act(running, outcome);
    const again = await notSatisfied(1, 30);
    let isSaid = false;
    running.world.meanwhile = (order) => {
      if (order.closeAfter === undefined || isSaid) return;
      isSaid = true;
      const message = running.world.store(again, Date.parse(order.closeAfter));
      void tell(running, message);
    };
    await act(running, told('outcome'));
    await server.env.sleep(10 * day);
    expect(await status(running)).toMatchObject({ stage: 'looked-at-again', outcome: null });
  });
});

test('looked at again and changed: the outcome recorded anew has to be told anew', async () => {
  await withReview(async (running) => {
    await answer(running, 'T1');
    await answer(running, 'T2');
    await act(running, outcome);
    await act(running, told('outcome'));
    await act(running, await notSatisfied(1, 10));
    await act(running, { type: 'looked-at-again', number: 1 });
    await act(running, outcome);
    expect(await status(running)).toMatchObject({ stage: 'outcome-recorded', closeAt: null });
    await server.env.sleep(60 * day);
    expect(await status(running)).toMatchObject({ stage: 'outcome-recorded' });
    await act(running, told('outcome'));
    await act(running, close);
    await expect(running.handle.result()).resolves.toMatchObject({ outcome: 'reviewed' });
  });
});

test('the applicant is to be told: the review SPOC is reminded of the decision and of the outcome, until each is on record', async () => {
  const decision = await duty('telling-decision-1', 5, ['requester'], 'csp-manager');
  await withReview(
    async (running) => {
      const { world } = running;
      expect(await status(running)).toMatchObject({ duties: ['telling-decision-1'] });
      await server.env.sleep(7 * day);
      expect(world.sent.filter((mail) => mail.includes('telling'))).toEqual([
        'T0 telling-decision-reminder-1 requester',
        'T0 telling-decision-overdue-1 requester',
        'T0 telling-decision-overdue-1 csp-manager',
      ]);
      await act(running, told('decision'));
      expect(await status(running)).toMatchObject({ duties: [], stage: 'awaiting-answers' });
      await answer(running, 'T1');
      await answer(running, 'T2');
      await act(running, { type: 'outcome-recorded', duties: [await duty('telling-outcome-1', 5, ['requester'], 'csp-manager')] });
      await server.env.sleep(4 * day);
      await act(running, told('outcome'));
      await server.env.sleep(4 * day);
      expect(world.sent.filter((mail) => mail.includes('telling-outcome'))).toEqual(['T0 telling-outcome-reminder-1 requester']);
    },
    { duties: [decision] },
  );
});

test('the plan: who has an action is reminded, and it closes by itself once nothing of the plan is to be done', async () => {
  await withReview(async (running) => {
    const { world } = running;
    await answer(running, 'T1');
    await answer(running, 'T2');
    const duties = [await duty('action-1', 10, ['spoc'], 'requester'), await duty('action-2', 60, ['spoc'], 'requester')];
    await act(running, { type: 'outcome-recorded', duties });
    await act(running, told('outcome'));
    expect(await act(running, close)).toBe('ActionsOpen');
    await server.env.sleep(30 * day);
    expect(world.sent.filter((mail) => mail.includes('action'))).toEqual([
      'T0 action-reminder-1 spoc',
      'T0 action-overdue-1 spoc',
      'T0 action-overdue-1 requester',
    ]);
    expect(await status(running)).toMatchObject({ stage: 'applicant-told', duties: ['action-1', 'action-2'], closeAt: null });
    await act(running, { type: 'action-settled', duty: 'action-1' });
    expect(await act(running, { type: 'action-settled', duty: 'action-1' })).toBe('NoSuchAction');
    await act(running, { type: 'action-settled', duty: 'action-2' });
    const settledAt = await server.env.currentTimeMs();
    await expect(running.handle.result()).resolves.toMatchObject({ outcome: 'reviewed' });
    expect(await server.env.currentTimeMs()).toBeGreaterThanOrEqual(settledAt + world.closeAfterMs);
    expect(world.sent.filter((mail) => /action-[a-z]+-2 /.test(mail))).toEqual([]);
  });
});

test('decided anew: the plan of before is no more, nor does its mail that waits go out', async () => {
  await withReview(async (running) => {
    const { world } = running;
    await answer(running, 'T1');
    await answer(running, 'T2');
    await act(running, { type: 'outcome-recorded', duties: [await duty('action-1', 5, ['spoc'], 'requester')] });
    world.mailDownUntil = (await server.env.currentTimeMs()) + 4 * day;
    await server.env.sleep(3.5 * day);
    await act(running, { type: 'outcome-recorded', duties: [await duty('action-2', 10, ['spoc'], 'requester')] });
    await server.env.sleep(9 * day);
    expect(world.sent.filter((mail) => mail.includes('action'))).toEqual(['T0 action-reminder-2 spoc']);
  });
});

test('reopened: those who are asked again are, the others stand, and the panel has to meet anew', async () => {
  const answered = { status: 'answered', answer: { version: 1, kind: 'holds', receivedAt: '2020-01-01T00:00:00.000Z' as IsoInstant, late: false } } as const;
  await withReview(
    async (running) => {
      await server.env.sleep(hour);
      expect(running.world.sent).toEqual(['T2 request spoc']);
      expect(await status(running)).toMatchObject({ run: 2, stage: 'awaiting-answers', openTasks: 1, duties: [] });
      expect(await act(running, told('outcome'))).toBe('NoOutcome');
      await answer(running, 'T2', 'nil-return');
      expect(await status(running)).toMatchObject({ stage: 'collated' });
      await act(running, outcome);
      await act(running, told('outcome'));
      await expect(running.handle.result()).resolves.toMatchObject({ outcome: 'reviewed', answers: [{ kind: 'holds' }, { kind: 'nil-return' }] });
    },
    { input: (input) => ({ ...input, reopened: { run: 2, seq: 9, after: 0 }, tasks: input.tasks.map((task) => (task.id === 'T1' ? { ...task, settled: answered } : task)) }) },
  );
});

test('withdrawn: those still waited for are told, and who has answered is not', async () => {
  await withReview(async (running) => {
    await answer(running, 'T1');
    await act(running, { type: 'withdrawn', by: 'account-1' });
    await expect(running.handle.result()).resolves.toMatchObject({ outcome: 'withdrawn' });
    expect(running.world.sent.filter((mail) => mail.includes('withdrawn'))).toEqual(['T2 withdrawn spoc']);
  });
});

const move = ({ dueAt }: Running, task: 'T1' | 'T2', days: number, version: number, cause: MoveCause): Untold => ({
  type: 'clock-moved',
  task,
  clock: movedClock(dueAt + days * day, version),
  cause,
});

test('the panel moves: those who are awaited are told the new date, and their ladders move with it', async () => {
  await withReview(async (running) => {
    await answer(running, 'T2');
    await act(running, { type: 'rescheduled', panelOn: '2099-06-01' as IsoDate });
    await act(running, move(running, 'T1', 7, 2, 'rescheduled'));
    await untilAfterDue(running, 5);
    expect(running.world.sent).toContain('T1 clock-moved spoc');
    expect(running.world.sent).toContain('T1 reminder spoc');
    expect(running.world.sent).not.toContain('T1 overdue spoc');
    expect(running.world.events).toContain('rescheduled');
  });
});

test('an answer at the very instant of a rung beats it', async () => {
  await withReview(async (running) => {
    await untilAfterDue(running, -1);
    // Stored, and not delivered: the loop looks before it fires.
    running.world.answer('T1', running.dueAt + 0.4 * day, 'holds');
    await untilAfterDue(running, 3);
    expect(running.world.sent).not.toContain('T1 overdue spoc');
    expect(running.world.sent).toContain('T2 overdue spoc');
  });
});

test('the clock is moved while a rung fires: the rung of the old date is dropped', async () => {
  await withReview(async (running) => {
    let isMoved = false;
    running.world.meanwhile = (order) => {
      if (isMoved || !order.notices.some(({ step, task }) => step === 'overdue' && task === 'T1')) return;
      isMoved = true;
      void tell(running, running.world.store(move(running, 'T1', 10, 2, 'rescheduled'), Date.parse(order.projection.dueAt ?? '')));
    };
    await untilAfterDue(running, 2);
    expect(isMoved).toBe(true);
    expect(running.world.sent).not.toContain('T1 overdue spoc');
    expect(running.world.sent).toContain('T1 clock-moved spoc');
    expect(await status(running)).toMatchObject({ overdue: true });
    await untilAfterDue(running, 11);
    expect(running.world.sent).toContain('T1 overdue spoc');
  });
});

test('an act on an ended case changes nothing', async () => {
  await withReview(async (running) => {
    await act(running, { type: 'withdrawn', by: 'account-1' });
    await running.handle.result();
    const sent = [...running.world.sent];
    for (const late of [outcome, told('outcome')]) {
      const message = running.world.store(late, await server.env.currentTimeMs());
      await expect(running.handle.signal<[CaseMessage]>(tellSignal, message)).rejects.toThrow(/completed|not found/i);
    }
    expect(running.world.sent).toEqual(sent);
    expect(running.world.lastState).toMatchObject({ stage: 'closed', outcome: 'withdrawn' });
  });
});

test('the mail server is away: what the case says as a whole comes later, and the clock does not wait', async () => {
  await withReview(async (running) => {
    running.world.mailDownUntil = (await server.env.currentTimeMs()) + 2 * day;
    await answer(running, 'T1');
    await answer(running, 'T2');
    expect(await status(running)).toMatchObject({ stage: 'collated' });
    expect(running.world.sent).not.toContain('T0 collated-2 requester');
    await server.env.sleep(3 * day);
    expect(running.world.sent.filter((mail) => mail === 'T0 collated-2 requester')).toHaveLength(1);
  });
});

test('whoever opened it cannot be reached: the CSP manager is told', async () => {
  await withReview(
    async (running) => {
      await answer(running, 'T1');
      await answer(running, 'T2');
      await server.env.sleep(hour);
      expect(running.world.sent).toContain('T0 not-delivered-collated-2-requester csp-manager');
    },
    { prepare: (world) => world.withoutAddress.add('requester') },
  );
});
