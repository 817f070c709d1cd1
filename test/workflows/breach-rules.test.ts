/** What the rules of a personal data breach make of a detection that is put right after something was answered, and of what is not waited for. */
import { breachRules as rules, stageOf } from '../../workflows/breach/rules';
import type { BreachInput } from '../../workflows/breach/contract';
import type { BreachState } from '../../workflows/breach/state';
import type { TaskId } from '../../workflows/shared/contract';
import { breachInput, breachTask } from './breach-input';
import { at, hour, inputFor, type Untold } from './support';

const detectedAt = Date.parse('2026-04-09T07:30:00.000Z');
const now = detectedAt + hour;
let seq = 0;
const tell = (state: BreachState, message: Untold): string | null =>
  rules.take(state, { seq: (seq += 1), at: at(now), ...message }, now);
const opened = (): BreachState => rules.open(breachInput(detectedAt)(inputFor('PB-2026-0001', ['essex-police'], now)), now);
const answered = (kind: 'told-ico' | 'not-told-ico'): BreachState => {
  const state = opened();
  for (const [task, said] of [['T1', 'acknowledged'], ['T2', 'acknowledged'], ['T3', kind], ['T4', 'do-not-tell']] as const) {
    expect(tell(state, { type: 'answer', task, answer: { version: 1, kind: said, receivedAt: at(now) } })).toBeNull();
  }
  return state;
};
const detected = (hoursBefore: number, version = 2): Untold => ({
  type: 'clock-moved',
  task: 'T3',
  cause: 'corrected',
  clock: breachTask('T3', 'decide-ico', 'probation', detectedAt - hoursBefore * hour, version).clock,
});
const asked = ({ notices }: BreachState): string[] =>
  notices.filter(({ step }) => step.startsWith('reasons')).map(({ task, step, to }) => `${task} ${step} ${to.join(' ')}`);

test('another detection can be proposed once all is answered', () => {
  expect(tell(answered('told-ico'), { type: 'correction-proposed', number: 1, proposedBy: 'requester' })).toBeNull();
});

test('the ICO was told late by it: judged so, and asked for the reasons, once', () => {
  const state = answered('told-ico');
  expect(tell(state, detected(80))).toBeNull();
  expect(state.tasks[2]).toMatchObject({ status: 'answered', answer: { late: true }, clock: { version: 2 } });
  expect(state.events.at(-1)).toMatchObject({ event: 'answer-judged-anew', task: 'T3', late: true, before: { dueAt: at(detectedAt + 72 * hour) } });
  expect(asked(state)).toEqual(['T3 reasons-for-delay-2 spoc governance-lead']);
  tell(state, detected(90, 3));
  expect(asked(state)).toHaveLength(1);
  // Put right again: it was in time after all.
  tell(state, detected(0, 4));
  expect(state.tasks[2]?.answer?.late).toBe(false);
  // An older clock that is told late changes nothing.
  tell(state, detected(80, 3));
  expect(state.tasks[2]).toMatchObject({ answer: { late: false }, clock: { version: 4 } });
});

test('nobody is asked for reasons who was in time, or has not told the ICO', () => {
  const inTime = answered('told-ico');
  tell(inTime, detected(1));
  const notTold = answered('not-told-ico');
  tell(notTold, detected(80));
  expect([inTime.tasks[2]?.answer?.late, notTold.tasks[2]?.answer?.late, asked(inTime), asked(notTold)]).toEqual([false, true, [], []]);
});

describe('what a controller has still to tell the ICO', () => {
  const owing = (): BreachState => {
    const state = answered('not-told-ico');
    expect(tell(state, toldMore(2))).toBeNull();
    return state;
  };
  const toldMore = (version: number): Untold => ({ type: 'answer', task: 'T3', answer: { version, kind: 'told-ico', receivedAt: at(now), icoMore: 'to-follow' } });
  const leaving = (task: TaskId): Untold => ({ type: 'silence-decided', task, decision: 'left-as-it-is', by: 'account-1' });
  const leave = leaving('T3');
  const inform = (isLast: boolean): Untold => ({ type: 'ico-informed', task: 'T3', informedAt: at(now), isLast });
  const close: Untold = { type: 'breach-closed', outcome: 'dealt-with', by: 'account-1' };
  const mails = ({ notices }: BreachState): string[] => notices.map(({ task, step, to }) => `${task} ${step.replace(/\d+$/, 'N')} ${to.join(' ')}`);

  test('can be left as it is: its controller and whoever reported it are told, and the breach can be closed', () => {
    const state = owing();
    expect([stageOf(state), tell(state, close)]).toEqual(['awaiting-decisions', 'NotDecidedYet']);
    state.notices = [];
    expect(tell(state, leave)).toBeNull();
    expect(state.tasks[2]).toMatchObject({ status: 'answered', answer: { kind: 'told-ico', icoMore: 'left' } });
    expect(mails(state)).toEqual(['T3 left-as-it-is-N requester spoc governance-lead', 'T0 to-close-again-N requester']);
    expect(state.events.at(-1)).toMatchObject({ event: 'silence-decided', task: 'T3', decision: 'left-as-it-is' });
    // What was told first is put right, and says still that more follows: nobody waits for it again.
    expect([tell(state, toldMore(3)), stageOf(state), state.tasks[2]?.answer?.icoMore]).toEqual([null, 'to-close', 'left']);
    // Nor is anything left any more where it says that nothing follows after all.
    expect([tell(state, { type: 'answer', task: 'T3', answer: { version: 4, kind: 'told-ico', receivedAt: at(now) } }), state.tasks[2]?.answer?.icoMore]).toEqual([null, undefined]);
    expect(tell(state, close)).toBeNull();
  });

  test('it can still be told until then: if more is to follow again, it is waited for again', () => {
    const state = owing();
    for (const [message, stage] of [[leave, 'to-close'], [inform(false), 'awaiting-decisions'], [leave, 'to-close'], [inform(true), 'to-close']] as const) {
      expect([tell(state, message), stageOf(state)]).toEqual([null, stage]);
    }
    expect(state.tasks[2]?.answer?.icoMore).toBe('told');
  });

  test('is put on record by another only with the controller hearing of it', () => {
    const state = owing();
    state.notices = [];
    expect([tell(state, inform(false)), mails(state)]).toEqual([null, []]);
    expect([tell(state, { ...inform(false), recordedBy: 'requester' } as Untold), mails(state)]).toEqual([null, ['T3 ico-recorded-N spoc governance-lead']]);
  });

  test('is left only where something is to follow', () => {
    expect(tell(opened(), leave)).toBe('NothingToFollow');
    expect(tell(answered('told-ico'), leave)).toBe('NothingToFollow');
    const state = owing();
    expect([tell(state, inform(true)), tell(state, leave)]).toEqual([null, 'NothingToFollow']);
    expect(tell(state, leaving('T1'))).toBe('NothingToFollow');
    // One that was opened before it waited for that is held up by nothing.
    const { ownDecisions, ...before } = breachInput(detectedAt)(inputFor('PB-2026-0001', ['essex-police'], now)) as BreachInput;
    const old = rules.open(before, now);
    expect(tell(old, { ...toldMore(1), type: 'answer' } as Untold)).toBeNull();
    expect([ownDecisions, old.tasks[2]?.answer?.icoMore, tell(old, leave)]).toEqual([true, 'to-follow', 'NothingToFollow']);
  });
});

test('opened again: everybody who was told of its end is told so, the contact that is asked again by what it is asked', () => {
  const input = breachInput(detectedAt)(inputFor('PB-2026-0001', ['essex-police'], now)) as BreachInput;
  const settled = { status: 'answered', answer: { version: 1, kind: 'do-not-tell', receivedAt: at(now), late: false } } as const;
  const tasks = input.tasks.map((task) => (task.id === 'T1' ? task : { ...task, settled }));
  const toldOfEnd = { T1: ['spoc', 'deputy'], T2: ['spoc', 'governance-lead'] } as const;
  const again = (run: number) => rules.open({ ...input, tasks, toldOfEnd, reopened: { run, seq: 0, after: 0 } }, now).notices;
  const mails = (run: number) => again(run).map(({ task, step, to }) => `${task} ${step} ${to.join(' ')}`);
  expect(mails(2)).toEqual(['T1 request spoc', 'T1 reopened-2 deputy', 'T2 reopened-2 spoc governance-lead']);
  expect(mails(3)).toContain('T2 reopened-3 spoc governance-lead');
  expect(again(2).map(({ chase }) => chase)).toEqual([false, false, false]);
  // Whoever was told that it is open again is told of its next end.
  const state = rules.open({ ...input, tasks: tasks.map((task) => ({ ...task, settled })), toldOfEnd, reopened: { run: 2, seq: 0, after: 0 } }, now);
  expect(tell(state, { type: 'breach-closed', outcome: 'no-breach', by: 'account-1' })).toBeNull();
  expect(state.notices.filter(({ step }) => step.startsWith('ended')).map(({ task, to }) => `${task} ${to.join(' ')}`)).toEqual(['T1 spoc deputy', 'T2 spoc governance-lead']);
});

test('the news of a second end is another mail than that of the first, also to whom nothing was asked again', () => {
  const ended = (run: number): string[] => {
    const settled = { status: 'answered', answer: { version: 1, kind: 'acknowledged', receivedAt: at(now), late: false } } as const;
    const input = breachInput(detectedAt)(inputFor('PB-2026-0001', ['essex-police'], now));
    const tasks = input.tasks.map((task) => ({ ...task, settled }));
    const state = rules.open({ ...input, tasks, ...(run === 1 ? {} : { reopened: { run, seq: 0, after: 0 } }) }, now);
    expect(tell(state, { type: 'breach-closed', outcome: 'dealt-with', by: 'account-1' })).toBeNull();
    return state.notices.filter(({ step }) => step.startsWith('ended')).map(({ task, step }) => `${task} ${step}`);
  };
  expect([ended(1), ended(2), ended(3)]).toEqual([
    ['T1 ended-dealt-with', 'T2 ended-dealt-with'],
    ['T1 ended-dealt-with-2', 'T2 ended-dealt-with-2'],
    ['T1 ended-dealt-with-3', 'T2 ended-dealt-with-3'],
  ]);
});
