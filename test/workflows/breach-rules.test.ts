/** What the rules of a personal data breach make of a detection that is put right after something was answered. */
import { breachRules as rules } from '../../workflows/breach/rules';
import type { BreachState } from '../../workflows/breach/state';
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
