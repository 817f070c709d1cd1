/** Subject access requests (protocol section 5): every path of the workflow, on skipped time. */
import { tellSignal, type CaseMessage, type CaseProjection, type ItemDecision } from '../../workflows/shared/contract';
import type { SubjectAccessResult } from '../../workflows/subject-access/contract';
import { startTimeSkipping, type TimeSkipping } from '../support/time-skipping';
import { at, day, hour, movedClock, tell, withCase, type RunningCase, type Untold } from './support';
import { consultation, replyAfterDays, applicantRequestInput } from './applicant-request-input';

let server: TimeSkipping;
beforeEach(async () => {
  server = await startTimeSkipping();
});
afterEach(() => server.close());

type Running = RunningCase<SubjectAccessResult>;

/** T1 is the reply of Thurrock, T2 and T3 consult Essex Police and Probation on I1 and I2; I3 is Thurrock's own. */
const withRequest = (during: (running: Running) => Promise<void>, dueInDays = 14): Promise<void> =>
  withCase<SubjectAccessResult>(
    server,
    {
      process: 'subject-access',
      dueInDays,
      partners: ['thurrock', 'essex-police', 'probation'],
      input: (input) => applicantRequestInput(input),
    },
    during,
  );

const now = (): Promise<number> => server.env.currentTimeMs();
const past = async ({ dueAt }: Running, days: number): Promise<void> => server.env.sleep(dueAt + days * day - (await now()));
const status = ({ handle }: Running): Promise<CaseProjection> => handle.query('status');
/** The word of a case comes before its mails have gone: a query waits for the work that it is at. */
async function toldAndDone(running: Running, message: CaseMessage): ReturnType<typeof tell> {
  const word = await tell(running, message);
  await status(running);
  return word;
}
const act = async (running: Running, told: Untold): ReturnType<typeof tell> => toldAndDone(running, running.world.store(told, await now()));
const answer = async (running: Running, task: 'T2' | 'T3', version = 1): Promise<unknown> =>
  toldAndDone(running, running.world.answer(task, await now(), version === 1 ? 'no-objection' : 'representations', version));
const decide = (running: Running, item: string, decision: ItemDecision = 'disclose', exceptional = false) =>
  act(running, { type: 'item-decided', item, decision, exceptional });
const reply = async (running: Running, outcome: 'replied' | 'refused' = 'replied') =>
  act(running, { type: 'applicant-replied', task: 'T1', outcome, repliedAt: at(await now()), by: 'account-1' });
const mailsOf = ({ world }: Running, step: string) => world.sent.filter((mail) => mail.includes(` ${step}`));
const eventsOf = ({ world }: Running, event: string) => world.orders.flatMap(({ events }) => events.filter((each) => each.event === event));

test('answered, decided, replied to: each originator is told once of its items, and once that the applicant has the reply', async () => {
  await withRequest(async (running) => {
    await answer(running, 'T2');
    expect(await status(running)).toMatchObject({ stage: 'consulting' });
    await answer(running, 'T3');
    expect(await status(running)).toMatchObject({ stage: 'to-decide', openTasks: 1 });
    expect(mailsOf(running, 'answer-received')).toEqual(
      ['T2', 'T3'].flatMap((task) => [`${task} answer-received-1 requester`, `${task} answer-received-1 decider`]),
    );
    expect(await reply(running)).toBe('ItemsUndecided');
    for (const item of ['I1', 'I2', 'I3']) expect(await decide(running, item, item === 'I2' ? 'withhold' : 'disclose')).toBeNull();
    expect(await status(running)).toMatchObject({ stage: 'to-reply' });
    expect(mailsOf(running, 'decided').map((mail) => mail.replace(/\d+ /, 'N '))).toEqual([
      expect.stringMatching(/^TN decided-\d+ spoc$/),
      expect.stringMatching(/^TN decided-\d+ spoc$/),
    ]);
    expect(await reply(running)).toBeNull();
    await expect(running.handle.result()).resolves.toEqual({
      outcome: 'replied',
      answers: [
        { partner: 'essex-police', kind: 'no-objection', late: false },
        { partner: 'probation', kind: 'no-objection', late: false },
      ],
    });
    expect(mailsOf(running, 'ended-replied')).toEqual(['T2 ended-replied spoc', 'T3 ended-replied spoc']);
    expect(eventsOf(running, 'applicant-replied')).toMatchObject([{ outcome: 'replied', late: false }]);
  });
});

test('what its originator says after a decision to disclose has the item decided again; of a build of before it did not', async () => {
  await withRequest(async (running) => {
    for (const task of ['T2', 'T3'] as const) await answer(running, task);
    const untilAnswered = { type: 'item-decided', item: 'I1', decision: 'disclose', exceptional: false, untilAnswered: true } as const;
    await act(running, untilAnswered);
    for (const item of ['I2', 'I3']) await decide(running, item);
    expect(await status(running)).toMatchObject({ stage: 'to-reply' });
    // A decision of before, and one that nothing new was said of, stand.
    await answer(running, 'T3', 2);
    expect(await status(running)).toMatchObject({ stage: 'to-reply' });
    await answer(running, 'T2', 2);
    expect(await status(running)).toMatchObject({ stage: 'to-decide' });
    await act(running, untilAnswered);
    expect(await status(running)).toMatchObject({ stage: 'to-reply' });
    await answer(running, 'T2', 3);
    await decide(running, 'I1', 'withhold');
    expect(await status(running)).toMatchObject({ stage: 'to-reply' });
  });
});

test('an item is not taken from its originator in a case that has ended: nobody is told of it, and nobody else is asked', async () => {
  await withRequest(async (running) => {
    const move: Untold = { type: 'items-changed', tasks: [consultation('T4', 'ecfrs', running.dueAt)], items: [{ id: 'I1', task: 'T4' }], dropped: ['T2'], moved: ['T2'] };
    // Both are on record before the case hears of either: it hears them in the order of the record.
    const [first, second] = [running.world.store({ type: 'withdrawn', by: 'account-1' }, await now()), running.world.store(move, await now())];
    await running.handle.signal(tellSignal, first, second);
    expect(await running.handle.result()).toMatchObject({ outcome: 'withdrawn' });
    expect(running.world.orders.flatMap(({ words }) => words)).toEqual([{ seq: first.seq, rejection: null }, { seq: second.seq, rejection: 'CaseEnded' }]);
    expect(mailsOf(running, 'item-moved')).toEqual([]);
    expect(mailsOf(running, 'dropped')).toEqual([]);
    expect(mailsOf(running, 'ended-withdrawn')).toEqual(['T2 ended-withdrawn spoc', 'T3 ended-withdrawn spoc']);
    expect(running.world.sent.filter((mail) => mail.startsWith('T4'))).toEqual([]);
  });
});

test('a request that is ended in the place of a former partner: its originators hear that it goes on outside', async () => {
  await withRequest(async (running) => {
    expect(await act(running, { type: 'withdrawn', by: 'account-1', openerLeft: true })).toBeNull();
    expect(await running.handle.result()).toMatchObject({ outcome: 'withdrawn' });
    expect(mailsOf(running, 'ended-')).toEqual(['T2 ended-left spoc', 'T3 ended-left spoc']);
  });
});

test('a silent originator climbs its ladder while its silence is on record; the reply climbs its own', async () => {
  await withRequest(async (running) => {
    await answer(running, 'T2');
    await past(running, 0.1);
    expect(eventsOf(running, 'silence-counted')).toEqual([{ event: 'silence-counted', at: at(running.dueAt), task: 'T3' }]);
    expect(await status(running)).toMatchObject({ stage: 'to-decide', overdue: true });
    await past(running, 8);
    expect(mailsOf(running, 'escalate-csp')).toEqual(['T3 escalate-csp csp-manager']);
    expect(mailsOf(running, 'reminder').filter((mail) => mail.startsWith('T1'))).toEqual(['T1 reminder spoc']);
    // A late answer is still taken; nobody can leave the reply open.
    await answer(running, 'T3');
    expect(await act(running, { type: 'silence-decided', task: 'T1', decision: 'left-unanswered', by: 'account-1' })).toBe('NotOfThisProcess');
    await past(running, replyAfterDays + 8);
    expect(mailsOf(running, 'escalate-governance').filter((mail) => mail.startsWith('T1'))).toEqual(['T1 escalate-governance governance-lead']);
    expect(mailsOf(running, 'escalate-csp')).toContain('T1 escalate-csp csp-manager');
    for (const item of ['I1', 'I2', 'I3']) await decide(running, item);
    await reply(running);
    await running.handle.result();
    expect(eventsOf(running, 'applicant-replied')).toMatchObject([{ late: true }]);
  });
});

test('what is disclosed before the time has run out is told to its originator at once', async () => {
  await withRequest(async (running) => {
    expect(await decide(running, 'I1', 'disclose', true)).toBeNull();
    expect(await decide(running, 'I9')).toBe('NoSuchItem');
    expect(mailsOf(running, 'disclosed-before')).toEqual([
      expect.stringMatching(/^T2 disclosed-before-\d+ spoc$/),
      expect.stringMatching(/^T2 disclosed-before-\d+ governance-lead$/),
    ]);
  });
});

test('what takes the place of a disclosure before the time is told at once to everybody who was told of that, and once', async () => {
  await withRequest(async (running) => {
    const early = { type: 'item-decided', item: 'I1', decision: 'disclose', exceptional: true, untilAnswered: true } as const;
    await act(running, early);
    await decide(running, 'I1', 'withhold');
    expect(mailsOf(running, 'decided').map((mail) => mail.replace(/-\d+/, ''))).toEqual(['T2 decided spoc', 'T2 decided governance-lead']);
    await decide(running, 'I1', 'disclose');
    expect(mailsOf(running, 'decided').map((mail) => mail.replace(/-\d+/, '')).slice(2)).toEqual(['T2 decided spoc']);
  });
});

test('another originator is asked, the one before is told that nothing is asked, and the item is to be decided again', async () => {
  await withRequest(async (running) => {
    await decide(running, 'I1', 'withhold');
    await act(running, {
      type: 'items-changed',
      tasks: [consultation('T4', 'ecfrs', running.dueAt)],
      items: [{ id: 'I1', task: 'T4' }],
      dropped: ['T2'],
      moved: ['T2'],
    });
    expect(mailsOf(running, 'dropped')).toEqual(['T2 dropped spoc']);
    expect(mailsOf(running, 'item-moved')).toEqual([expect.stringMatching(/^T2 item-moved-\d+ governance-lead$/)]);
    expect(mailsOf(running, 'request')).toContain('T4 request spoc');
    await past(running, 9);
    expect(running.world.sent.filter((mail) => mail.startsWith('T2 ') && /reminder|overdue|escalate/.test(mail))).toEqual([]);
    expect(eventsOf(running, 'silence-counted')).toHaveLength(2);
    for (const item of ['I2', 'I3']) await decide(running, item);
    expect(await reply(running)).toBe('ItemsUndecided');
  });
});

test('the statutory clock stands still while the applicant is waited for, and goes on counted anew', async () => {
  await withRequest(async (running) => {
    const start: Untold = { type: 'clock-started', task: 'T1', number: 1, clock: movedClock(running.dueAt + 30 * day, 2) };
    expect(await act(running, start)).toBe('ClockRuns');
    expect(await act(running, { type: 'clock-stopped', task: 'T1', number: 1 })).toBeNull();
    expect(await act(running, { type: 'clock-stopped', task: 'T1', number: 2 })).toBe('ClockStands');
    expect(await status(running)).toMatchObject({ stage: 'clock-stopped' });
    await past(running, replyAfterDays + 1);
    expect(running.world.sent.filter((mail) => mail.startsWith('T1 '))).toEqual(['T1 request spoc']);
    expect(await act(running, start)).toBeNull();
    expect(mailsOf(running, 'clock-started-1')).toEqual(['T1 clock-started-1 spoc']);
    await past(running, 28);
    expect(mailsOf(running, 'reminder').filter((mail) => mail.startsWith('T1'))).toEqual(['T1 reminder spoc']);
  });
});

test('an extension and a stop in the same second both hold', async () => {
  await withRequest(async (running) => {
    const moment = await now();
    const extended = running.world.store({ type: 'clock-moved', task: 'T1', clock: movedClock(running.dueAt + 60 * day, 2), cause: 'extended' }, moment);
    const stopped = running.world.store({ type: 'clock-stopped', task: 'T1', number: 1 }, moment);
    await Promise.all([tell(running, stopped), tell(running, extended)]);
    expect(await status(running)).toMatchObject({ stage: 'clock-stopped' });
    await act(running, { type: 'clock-started', task: 'T1', number: 1, clock: movedClock(running.dueAt + 61 * day, 3) });
    expect((await status(running)).tasks[0]).toMatchObject({ id: 'T1', pausedAt: null });
    await past(running, 59);
    expect(mailsOf(running, 'reminder').filter((mail) => mail.startsWith('T1'))).toEqual(['T1 reminder spoc']);
  });
});

test('referred: the originator is told, and its clock goes on', async () => {
  await withRequest(async (running) => {
    expect(await act(running, { type: 'referred', task: 'T2' })).toBeNull();
    expect(await act(running, { type: 'referred', task: 'T1' })).toBe('NotOfThisProcess');
    expect(mailsOf(running, 'referred')).toHaveLength(2);
    await past(running, 1);
    expect(mailsOf(running, 'overdue')).toContain('T2 overdue spoc');
  });
});

test('withdrawn, and refused as a whole: each originator is told once, and nothing more is sent', async () => {
  await withRequest(async (running) => {
    await server.env.sleep(hour);
    await act(running, { type: 'withdrawn', by: 'account-1' });
    await expect(running.handle.result()).resolves.toMatchObject({ outcome: 'withdrawn' });
    expect(mailsOf(running, 'ended-withdrawn')).toEqual(['T2 ended-withdrawn spoc', 'T3 ended-withdrawn spoc']);
  });
  await withRequest(async (running) => {
    await reply(running, 'refused');
    await expect(running.handle.result()).resolves.toMatchObject({ outcome: 'refused' });
    expect(mailsOf(running, 'ended-refused')).toEqual(['T2 ended-refused spoc', 'T3 ended-refused spoc']);
  });
});

test('recorded after the statutory time: it opens on the rung that applies, and is told further up', async () => {
  await withRequest(async (running) => {
    await server.env.sleep(hour);
    expect(mailsOf(running, 'escalate-governance')).toContain('T1 escalate-governance governance-lead');
    expect(await status(running)).toMatchObject({ overdue: true });
  }, -15);
});

test.each([
  ['requester', 'requester'],
  ['csp-manager', 'csp-manager'],
  ['colleague', 'requester'],
] as const)('a correction proposed by the %s and confirmed, by which no date moves, is told to the %s and to nobody else', async (proposedBy, proposer) => {
  await withRequest(async (running) => {
    expect(await act(running, { type: 'correction-proposed', number: 1, proposedBy })).toBeNull();
    expect(await act(running, { type: 'correction-confirmed', number: 1, proposedBy })).toBeNull();
    await server.env.sleep(hour);
    expect(mailsOf(running, 'correction-confirmed')).toEqual([`T1 correction-confirmed-1 ${proposer}`]);
    expect(await status(running)).toMatchObject({ dueAt: at(running.dueAt) });
  });
});
