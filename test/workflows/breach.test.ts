/** Personal data breach (protocol section 10): every path of its workflow, on skipped time. */
import type { LadderRole } from '../../config/policy';
import type { TaskKind } from '../../config/processes';
import type { BreachResult } from '../../workflows/breach/contract';
import type { CaseInput, CaseProjection, TaskId, TaskInput } from '../../workflows/shared/contract';
import { startTimeSkipping, type TimeSkipping } from '../support/time-skipping';
import { at, hour, tell, withCase, type RunningCase, type Untold } from './support';

let server: TimeSkipping;
beforeEach(async () => {
  server = await startTimeSkipping();
});
afterEach(() => server.close());

type Running = RunningCase<BreachResult>;
type Rung = readonly [step: string, hoursFromDue: number, ...to: LadderRole[]];

/** The ladders of the shipped protocol, in hours from the due moment. */
const ladders: Readonly<Record<TaskKind, { readonly hours: number; readonly rungs: readonly Rung[] }>> = {
  acknowledge: {
    hours: 24,
    rungs: [
      ['chase', -18, 'spoc'],
      ['chase-deputy', -12, 'spoc', 'deputy'],
      ['escalate-governance', -6, 'governance-lead'],
      ['due-now', 0, 'spoc', 'deputy', 'governance-lead', 'csp-manager'],
      ['overdue', 6, 'governance-lead', 'csp-manager'],
    ],
  },
  'decide-ico': {
    hours: 72,
    rungs: [
      ['chase', -48, 'spoc'],
      ['chase-deputy', -24, 'spoc', 'deputy', 'governance-lead'],
      ['last-hours', -6, 'spoc', 'deputy', 'governance-lead'],
      ['due-now', 0, 'spoc', 'governance-lead', 'csp-manager'],
      ['overdue', 24, 'governance-lead', 'csp-manager'],
    ],
  },
  'give-view': {
    hours: 48,
    rungs: [
      ['chase', -24, 'spoc'],
      ['last-hours', -6, 'spoc', 'deputy', 'governance-lead'],
    ],
  },
  'decide-telling': {
    hours: 48,
    rungs: [
      ['due-now', 0, 'spoc', 'governance-lead'],
      ['overdue', 6, 'spoc', 'deputy', 'governance-lead'],
      ['escalate-csp', 12, 'governance-lead', 'csp-manager'],
    ],
  },
};

function task(id: TaskId, kind: TaskKind, partner: string, detectedAt: number, version = 1): TaskInput {
  const { hours, rungs } = ladders[kind];
  const due = detectedAt + hours * hour;
  return {
    id,
    kind,
    partner,
    name: partner,
    clock: {
      version,
      dueAt: at(due),
      rungs: rungs.map(([step, afterDue, ...to]) => ({ step, at: at(due + afterDue * hour), to })),
      calendarVersion: 'test',
    },
  };
}

/** The police own the data; probation is the controller of the copy that was breached. */
const breachInput =
  (detectedAt: number) =>
  (input: CaseInput): CaseInput => ({
    ...input,
    tasks: [
      task('T1', 'acknowledge', 'essex-police', detectedAt),
      task('T2', 'acknowledge', 'probation', detectedAt),
      task('T3', 'decide-ico', 'probation', detectedAt),
      task('T4', 'decide-telling', 'essex-police', detectedAt),
      task('T5', 'give-view', 'probation', detectedAt),
    ],
  });

/** @param detectedHoursAgo before the breach was reported */
async function withBreach(
  during: (running: Running & { detectedAt: number }) => Promise<void>,
  { detectedHoursAgo = 1, prepare }: { detectedHoursAgo?: number; prepare?: (world: Running['world']) => void } = {},
): Promise<void> {
  const detectedAt = (await server.env.currentTimeMs()) - detectedHoursAgo * hour;
  await withCase<BreachResult>(
    server,
    {
      process: 'breach',
      dueInDays: 1,
      input: (input) => ({ ...input, ...breachInput(detectedAt)(input) }),
      ...(prepare === undefined ? {} : { prepare }),
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
    expect(await act(running, close('dealt-with'))).toBe('NotAllDecided');
    await answer(running, 'T4', 'tell');
    await answer(running, 'T3', 'not-told-ico');
    await settle();
    expect(await status(running)).toMatchObject({ stage: 'to-close', openTasks: 0, nextWakeAt: null, overdue: false });
    expect(mailsOf(running, 'T5')).toEqual(['request spoc', 'answer-received-1 requester', 'telling-decided-1 spoc']);
    expect(running.world.sent.filter((mail) => mail.includes('to-close'))).toEqual(['T1 to-close-5 requester']);
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
        // The cut-off: from now on whoever has to decide is chased.
        'due-now spoc',
        'due-now governance-lead',
        'overdue spoc',
        'overdue deputy',
        'overdue governance-lead',
        'escalate-csp governance-lead',
        'escalate-csp csp-manager',
      ]);
      const { tasks, stage, overdue } = await status(running);
      expect(tasks.map((each) => each.status)).toEqual(['unanswered', 'unanswered', 'unanswered', 'unanswered', 'left-unanswered']);
      expect({ stage, overdue }).toEqual({ stage: 'awaiting-acknowledgements', overdue: true });
    });
  });
});
