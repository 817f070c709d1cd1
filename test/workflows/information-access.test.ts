/** FOI and EIR requests (protocol section 5): every path of the workflow, on skipped time. */
import type { InformationAccessResult } from '../../workflows/information-access/contract';
import type { CaseMessage, CaseProjection, ItemDecision, ReplyOutcome } from '../../workflows/shared/contract';
import { startTimeSkipping, type TimeSkipping } from '../support/time-skipping';
import { applicantRequestInput, consultation, lookedAtAgain, replyAfterDays } from './applicant-request-input';
import { at, day, hour, movedClock, tell, withCase, type RunningCase, type Untold } from './support';

let server: TimeSkipping;
beforeEach(async () => {
  server = await startTimeSkipping();
});
afterEach(() => server.close());

type Running = RunningCase<InformationAccessResult>;

/** T1 is the reply of Thurrock, T2 and T3 consult Essex Police and Probation on I1 and I2; I3 is Thurrock's own. */
const withRequest = (
  during: (running: Running) => Promise<void>,
  { dueInDays = 14, items }: { readonly dueInDays?: number; readonly items?: readonly [] } = {},
): Promise<void> =>
  withCase<InformationAccessResult>(
    server,
    {
      process: 'information-access',
      dueInDays,
      partners: items === undefined ? ['thurrock', 'essex-police', 'probation'] : ['thurrock'],
      input: (input) => ({ ...applicantRequestInput(input), ...(items === undefined ? {} : { items }) }),
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
const answer = async (running: Running, task: 'T2' | 'T3', kind: 'no-objection' | 'representations' = 'no-objection'): Promise<unknown> =>
  toldAndDone(running, running.world.answer(task, await now(), kind));
const decide = (running: Running, item: string, decision: ItemDecision = 'disclose', exceptional = false) =>
  act(running, { type: 'item-decided', item, decision, exceptional });
const reply = async (running: Running, outcome: ReplyOutcome) =>
  act(running, { type: 'applicant-replied', task: 'T1', outcome, repliedAt: at(await now()), by: 'account-1' });
const mailsOf = ({ world }: Running, step: string) => world.sent.filter((mail) => mail.includes(` ${step}`));
const replyMails = ({ world }: Running) => world.sent.filter((mail) => mail.startsWith('T1 '));
const eventsOf = ({ world }: Running, event: string) => world.orders.flatMap(({ events }) => events.filter((each) => each.event === event));

test('advised, decided with an exemption, replied to: each originator is told of the decision and of the reply', async () => {
  await withRequest(async (running) => {
    await answer(running, 'T2', 'representations');
    expect(await status(running)).toMatchObject({ stage: 'consulting' });
    await answer(running, 'T3');
    expect(await status(running)).toMatchObject({ stage: 'to-decide', openTasks: 1 });
    expect(await reply(running, 'disclosed-in-part')).toBe('ItemsUndecided');
    await decide(running, 'I1', 'neither-confirm-nor-deny');
    await decide(running, 'I2', 'not-held');
    await decide(running, 'I3');
    expect(await status(running)).toMatchObject({ stage: 'to-reply' });
    expect(mailsOf(running, 'decided')).toHaveLength(2);
    expect(await reply(running, 'disclosed-in-part')).toBeNull();
    await expect(running.handle.result()).resolves.toEqual({
      outcome: 'disclosed-in-part',
      answers: [
        { partner: 'essex-police', kind: 'representations', late: false },
        { partner: 'probation', kind: 'no-objection', late: false },
      ],
    });
    expect(mailsOf(running, 'ended-disclosed-in-part')).toEqual(['T2 ended-disclosed-in-part spoc', 'T3 ended-disclosed-in-part spoc']);
  });
});

test('silence climbs every rung and is on record; nothing waits for it, and a late view is still taken', async () => {
  await withRequest(async (running) => {
    await past(running, 0.1);
    expect(eventsOf(running, 'silence-counted')).toHaveLength(2);
    expect(await status(running)).toMatchObject({ stage: 'to-decide', overdue: true });
    await past(running, 8);
    expect(mailsOf(running, 'escalate-csp')).toEqual(['T2 escalate-csp csp-manager', 'T3 escalate-csp csp-manager']);
    await answer(running, 'T3');
    // The reply climbs its own ladder, and nobody can leave it open.
    expect(await act(running, { type: 'silence-decided', task: 'T1', decision: 'left-unanswered', by: 'account-1' })).toBe('NotOfThisProcess');
    await past(running, replyAfterDays + 8);
    expect(mailsOf(running, 'escalate-csp')).toContain('T1 escalate-csp csp-manager');
    for (const item of ['I1', 'I2', 'I3']) await decide(running, item);
    await reply(running, 'disclosed');
    await expect(running.handle.result()).resolves.toMatchObject({ outcome: 'disclosed', answers: [{ kind: null }, { kind: 'no-objection', late: true }] });
    expect(eventsOf(running, 'applicant-replied')).toMatchObject([{ late: true }]);
  });
});

test('decided before the advice has come: its originator is told at once, so that it can still object', async () => {
  await withRequest(async (running) => {
    expect(await decide(running, 'I1', 'disclose', true)).toBeNull();
    expect(mailsOf(running, 'disclosed-before')).toEqual([
      expect.stringMatching(/^T2 disclosed-before-\d+ spoc$/),
      expect.stringMatching(/^T2 disclosed-before-\d+ governance-lead$/),
    ]);
    expect(await decide(running, 'I9')).toBe('NoSuchItem');
  });
});

test('clarification: the clock stands still, and starts anew with the answer', async () => {
  await withRequest(async (running) => {
    expect(await act(running, { type: 'clock-stopped', task: 'T1', number: 1 })).toBeNull();
    expect(await act(running, { type: 'clock-stopped', task: 'T1', number: 2 })).toBe('ClockStands');
    expect(await status(running)).toMatchObject({ stage: 'clock-stopped' });
    await past(running, replyAfterDays + 1);
    expect(replyMails(running)).toEqual(['T1 request spoc']);
    const start: Untold = { type: 'clock-started', task: 'T1', number: 1, clock: movedClock(running.dueAt + 40 * day, 2) };
    expect(await act(running, start)).toBeNull();
    expect(await act(running, start)).toBe('ClockRuns');
    expect(mailsOf(running, 'clock-started-1')).toEqual(['T1 clock-started-1 spoc']);
    await past(running, 39);
    expect(mailsOf(running, 'reminder').filter((mail) => mail.startsWith('T1'))).toEqual(['T1 reminder spoc']);
  });
});

const feesNotice = ({ dueAt }: Running): Untold => ({
  type: 'clock-stopped',
  task: 'T1',
  number: 1,
  lapse: { remindAt: at(dueAt + 53 * day), lapsesAt: at(dueAt + 60 * day), closesAt: at(dueAt + 74 * day) },
});

test('a fee that comes: the clock goes on, and the time to pay ends nothing any more', async () => {
  await withRequest(async (running) => {
    expect(await act(running, feesNotice(running))).toBeNull();
    await past(running, 52);
    expect(mailsOf(running, 'fee-lapses-soon')).toEqual([]);
    await past(running, 59);
    expect(mailsOf(running, 'fee-lapses-soon')).toEqual(['T1 fee-lapses-soon spoc']);
    expect(mailsOf(running, 'fee-lapsed')).toEqual([]);
    expect(await act(running, { type: 'clock-started', task: 'T1', number: 1, clock: movedClock(running.dueAt + 90 * day, 2) })).toBeNull();
    await past(running, 80);
    expect(await status(running)).toMatchObject({ stage: 'to-decide' });
    expect(mailsOf(running, 'fee-lapsed')).toEqual([]);
  });
});

test('a fee that is not paid: it is raised at once, and the case closes some days later; the originators are told', async () => {
  await withRequest(async (running) => {
    await act(running, feesNotice(running));
    await past(running, 60.1);
    expect(await status(running)).toMatchObject({ stage: 'fee-unpaid' });
    expect(mailsOf(running, 'fee-lapsed')).toEqual(['T1 fee-lapsed spoc', 'T1 fee-lapsed governance-lead']);
    await past(running, 74.1);
    await expect(running.handle.result()).resolves.toMatchObject({ outcome: 'fee-unpaid' });
    expect(mailsOf(running, 'ended-fee-unpaid')).toEqual(['T2 ended-fee-unpaid spoc', 'T3 ended-fee-unpaid spoc']);
    expect(replyMails(running).filter((mail) => /reminder|overdue|escalate/.test(mail))).toEqual([]);
  });
});

test('a payment that came in time and is put on record late is stored before the case closes, and holds', async () => {
  await withRequest(async (running) => {
    await act(running, feesNotice(running));
    await past(running, 73.9);
    // Stored while its worker was away: it is taken in before anything that is due is done.
    running.world.store({ type: 'clock-started', task: 'T1', number: 1, clock: movedClock(running.dueAt + 100 * day, 2) }, await now());
    await past(running, 75);
    expect(await status(running)).toMatchObject({ stage: 'to-decide' });
    expect(eventsOf(running, 'case-closed')).toEqual([]);
  });
});

test('an internal review: whoever looks at it again is reminded, nothing else is done meanwhile, and what is changed is told to the originators', async () => {
  await withCase<InformationAccessResult>(
    server,
    { process: 'information-access', dueInDays: 14, partners: ['thurrock', 'essex-police', 'probation'], input: lookedAtAgain },
    async (running) => {
      expect(await status(running)).toMatchObject({ stage: 'looked-at-again', duties: ['looking-again-1'], openTasks: 0 });
      expect(await decide(running, 'I1')).toBe('LookedAtAgain');
      expect(await act(running, { type: 'withdrawn', by: 'account-1' })).toBe('LookedAtAgain');
      await past(running, 8);
      expect(running.world.sent).toEqual(['T0 looking-again-asked-1 requester', 'T0 looking-again-reminder-1 requester', 'T0 looking-again-overdue-1 requester', 'T0 looking-again-overdue-1 csp-manager']);
      expect(eventsOf(running, 'silence-counted')).toEqual([]);
      expect(await act(running, { type: 'looked-at-again', number: 2, result: 'stands' })).toBe('NotLookedAtAgain');
      expect(await act(running, { type: 'looked-at-again', number: 1, result: 'changed' })).toBeNull();
      await expect(running.handle.result()).resolves.toMatchObject({ outcome: 'review-changed' });
      expect(mailsOf(running, 'ended')).toEqual(['T2 ended-review-changed spoc', 'T3 ended-review-changed spoc']);
    },
  );
});

test('an answer during an internal review is told to who looks at it again and who sees to it, each time, and not to who has decided', async () => {
  await withCase<InformationAccessResult>(
    server,
    { process: 'information-access', dueInDays: 14, partners: ['thurrock', 'essex-police', 'probation'], input: lookedAtAgain },
    async (running) => {
      await answer(running, 'T2', 'representations');
      await answer(running, 'T3');
      expect(mailsOf(running, 'looking-again-answered')).toEqual(['T0 looking-again-answered-1 requester', 'T0 looking-again-answered-1 requester']);
      expect(mailsOf(running, 'answer-received')).toEqual([]);
      // By their numbers they are two mails.
      const versions = running.world.orders.flatMap(({ notices }) => notices).filter(({ step }) => step.includes('answered')).map(({ clockVersion }) => clockVersion);
      expect(new Set(versions).size).toBe(2);
      expect((await status(running)).tasks.map(({ status: each }) => each)).toEqual(['left-unanswered', 'answered', 'answered']);
    },
  );
});

test('the time to pay a fee is moved: it lapses on the new day, of which those are told who were told of the old one', async () => {
  await withRequest(async (running) => {
    await act(running, feesNotice(running));
    const before = { remindAt: at(running.dueAt + 53 * day), lapsesAt: at(running.dueAt + 60 * day), closesAt: at(running.dueAt + 74 * day) };
    const lapse = { remindAt: at(running.dueAt + 54 * day), lapsesAt: at(running.dueAt + 61 * day), closesAt: at(running.dueAt + 75 * day) };
    const move: Untold = { type: 'fee-lapse-moved', task: 'T1', number: 1, lapse, before };
    expect(await act(running, { ...move, number: 2 })).toBe('ClockRuns');
    expect(await act(running, move)).toBeNull();
    expect(mailsOf(running, 'fee-lapse-moved')).toEqual([expect.stringMatching(/^T1 fee-lapse-moved-\d+ spoc$/)]);
    expect(eventsOf(running, 'fee-lapse-moved')).toMatchObject([{ lapse, before }]);
    await past(running, 60.5);
    expect(await status(running)).toMatchObject({ stage: 'clock-stopped' });
    expect(mailsOf(running, 'fee-lapses-soon')).toHaveLength(1);
    await past(running, 61.1);
    expect(await status(running)).toMatchObject({ stage: 'fee-unpaid' });
    expect(mailsOf(running, 'fee-lapsed')).toEqual([expect.stringMatching(/^T1 fee-lapsed-\d+ spoc$/), expect.stringMatching(/^T1 fee-lapsed-\d+ governance-lead$/)]);
    await past(running, 74.5);
    expect(await status(running)).toMatchObject({ stage: 'fee-unpaid' });
    await past(running, 75.1);
    await expect(running.handle.result()).resolves.toMatchObject({ outcome: 'fee-unpaid' });
  });
});

test('extended: the applicant is told by another day, and the time of the originators follows', async () => {
  await withRequest(async (running) => {
    await act(running, { type: 'clock-moved', task: 'T1', clock: movedClock(running.dueAt + 40 * day, 2), cause: 'extended' });
    await act(running, { type: 'clock-moved', task: 'T2', clock: movedClock(running.dueAt + 9 * day, 2), cause: 'statutory-date-moved' });
    await past(running, 0.1);
    expect(eventsOf(running, 'silence-counted')).toMatchObject([{ task: 'T3' }]);
    await past(running, 20);
    expect(replyMails(running).filter((mail) => /overdue|escalate/.test(mail))).toEqual([]);
  });
});

test('another originator is asked, and one that was dropped is told so', async () => {
  await withRequest(async (running) => {
    await act(running, {
      type: 'items-changed',
      tasks: [consultation('T4', 'ecfrs', running.dueAt)],
      items: [{ id: 'I1', task: 'T4' }],
      dropped: ['T2'],
      moved: ['T2'],
    });
    expect(mailsOf(running, 'dropped')).toEqual(['T2 dropped spoc']);
    expect(mailsOf(running, 'request')).toContain('T4 request spoc');
    expect(await act(running, { type: 'referred', task: 'T3' })).toBeNull();
  });
});

test.each<ReplyOutcome>(['refused-cost', 'refused-vexatious', 'refused-repeated', 'transferred'])('%s: no item needs to be decided', async (outcome) => {
  await withRequest(async (running) => {
    expect(await reply(running, 'replied')).toBe('NotOfThisProcess');
    await reply(running, outcome);
    await expect(running.handle.result()).resolves.toMatchObject({ outcome });
    expect(mailsOf(running, `ended-${outcome}`)).toEqual([`T2 ended-${outcome} spoc`, `T3 ended-${outcome} spoc`]);
  });
});

test.each<[ReplyOutcome, ItemDecision]>([['disclosed', 'disclose'], ['withheld', 'withhold'], ['not-held', 'not-held']])('%s: as each item was decided', async (outcome, decision) => {
  await withRequest(async (running) => {
    for (const item of ['I1', 'I2', 'I3']) await decide(running, item, decision);
    await reply(running, outcome);
    await expect(running.handle.result()).resolves.toMatchObject({ outcome });
  });
});

test('withdrawn: each originator is told once, and nothing more is sent', async () => {
  await withRequest(async (running) => {
    await act(running, { type: 'withdrawn', by: 'account-1' });
    await expect(running.handle.result()).resolves.toMatchObject({ outcome: 'withdrawn' });
    expect(mailsOf(running, 'ended-withdrawn')).toEqual(['T2 ended-withdrawn spoc', 'T3 ended-withdrawn spoc']);
  });
});

test('without an item nothing can be said item by item, and it waits for one', async () => {
  await withRequest(
    async (running) => {
      expect(await status(running)).toMatchObject({ stage: 'to-decide' });
      expect(await reply(running, 'not-held')).toBe('ItemsUndecided');
    },
    { items: [] },
  );
});

test('a mail server that is away gets what is due once it is back, and an answer meanwhile ends the chase', async () => {
  await withRequest(async (running) => {
    await past(running, -0.7);
    // "Due today" comes while the mail server is away.
    running.world.mailDownUntil = running.dueAt - 0.5 * day;
    await past(running, -0.55);
    await answer(running, 'T2');
    await past(running, -0.4);
    expect(mailsOf(running, 'due-today')).toEqual(['T3 due-today spoc']);
    expect(mailsOf(running, 'answer-received')).toEqual(['T2 answer-received-1 requester', 'T2 answer-received-1 decider']);
  });
});

test('recorded after the statutory time: it opens on the rung that applies, and is told further up', async () => {
  await withRequest(
    async (running) => {
      await server.env.sleep(hour);
      expect(mailsOf(running, 'escalate-governance')).toContain('T1 escalate-governance governance-lead');
      expect(await status(running)).toMatchObject({ overdue: true });
    },
    { dueInDays: -15 },
  );
});
