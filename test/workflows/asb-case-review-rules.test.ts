/** What the rules of an ASB case review forbid as things stand, and what the Temporal UI says of it. */
import type { IsoDate } from '../../config/clock';
import { detailsOf, waitingFor } from '../../workflows/asb-case-review/details';
import { asbCaseReviewRules as rules } from '../../workflows/asb-case-review/rules';
import type { ReviewState } from '../../workflows/asb-case-review/state';
import { takeOrder } from '../../workflows/shared/order';
import { at, day, inputFor, type Untold } from './support';

const now = Date.parse('2026-03-26T10:00:00.000Z');
const opened = (partners: readonly string[] = ['essex-police', 'probation']): ReviewState =>
  rules.open({ ...inputFor('CR-2026-0001', partners, now + 14 * day), panelOn: '2026-05-06' as IsoDate } as never, now);

/** Tells a case these, one after the other, and gives what was said to the last. */
let seq = 0;
function tell(state: ReviewState, ...messages: readonly Untold[]): string | null {
  return messages.reduce<string | null>((_, message) => rules.take(state, { seq: (seq += 1), at: at(now), ...message }, now), null);
}
const answer = (task: 'T1' | 'T2'): Untold => ({ type: 'answer', task, answer: { version: 1, kind: 'holds', receivedAt: at(now) } });
const outcome: Untold = { type: 'outcome-recorded', duties: [] };
const withAction: Untold = { type: 'outcome-recorded', duties: [{ id: 'action-1', rungs: [{ step: 'reminder', at: at(now + day), to: ['spoc'] }] }] };
const told = (of: 'decision' | 'outcome'): Untold => ({ type: 'applicant-told', of });
const again = (number: number): Untold => ({ type: 'not-satisfied', number, duty: { id: `looking-again-${number}`, rungs: [] }, told: ['requester'] });
const notSatisfied = again(1);
const grant: Untold = { type: 'looked-at-again', number: 1, granted: { id: 'asking-1', rungs: [{ step: 'reminder', at: at(now + day), to: ['requester'] }] } };
const changed: Untold = { type: 'looked-at-again', number: 1, anew: { id: 'anew-1', rungs: [{ step: 'reminder', at: at(now + day), to: ['requester'] }] } };
const ask = (): Untold => ({ type: 'tasks-added', tasks: inputFor('CR-2026-0001', ['essex-police', 'probation'], now + 14 * day).tasks });
const mailsOf = ({ notices }: ReviewState): readonly string[] => notices.map(({ step, task, to }) => `${task} ${step} ${to.join(' ')}`);
const close: Untold = { type: 'review-closed', by: 'account-1' };

test.each<[string, readonly string[], readonly Untold[], string]>([
  ['an outcome where no review is granted', [], [outcome], 'NotGranted'],
  ['a panel where no review is granted', [], [{ type: 'rescheduled', panelOn: '2026-05-06' as IsoDate }], 'NotGranted'],
  ['naming a panel where no review is granted', [], [{ type: 'panel-named', panel: ['a'] }], 'NotGranted'],
  ['asking where no review is granted', [], [ask()], 'NotGranted'],
  ['an outcome of a review in which nobody was asked', [], [told('decision'), notSatisfied, grant, outcome], 'NobodyAsked'],
  ['asking a second time', ['a'], [ask()], 'AskedBefore'],
  ['telling an outcome that is not on record', ['a'], [told('outcome')], 'NoOutcome'],
  ['closing before the applicant was told', ['a'], [outcome, close], 'ApplicantNotTold'],
  ['closing when the applicant knows the decision only', ['a'], [told('decision'), close], 'ApplicantNotTold'],
  ['no satisfaction with what was not told', ['a'], [outcome, notSatisfied], 'ApplicantNotTold'],
  ['a second dissatisfaction meanwhile', ['a'], [outcome, told('outcome'), notSatisfied, again(2)], 'LookedAtAgain'],
  ['closing while it is looked at again', ['a'], [outcome, told('outcome'), notSatisfied, close], 'LookedAtAgain'],
  ['what came of looking at nothing', ['a'], [outcome, told('outcome'), { type: 'looked-at-again', number: 1 }], 'NotLookedAtAgain'],
  ['closing while an action is to be done', ['a'], [withAction, told('outcome'), close], 'ActionsOpen'],
  ['what came of an action that there is none of', ['a'], [outcome, { type: 'action-settled', duty: 'action-1' }], 'NoSuchAction'],
  ['another day of a panel that has met', ['a'], [outcome, { type: 'rescheduled', panelOn: '2026-06-10' as IsoDate, recording: { id: 'recording-1', rungs: [] } }], 'PanelHasMet'],
  ['closing while it is to be decided anew', ['a'], [outcome, told('outcome'), notSatisfied, changed, close], 'ToBeRecordedAnew'],
  ['telling an outcome that is to be recorded anew', ['a'], [outcome, told('outcome'), notSatisfied, changed, { ...told('outcome'), outcome: 'outcome-1' } as Untold], 'ToBeRecordedAnew'],
  ['no satisfaction with an outcome that is to be recorded anew', ['a'], [outcome, told('outcome'), notSatisfied, changed, { ...again(2), outcome: 'outcome-1' } as Untold], 'ToBeRecordedAnew'],
  ['confirming answers', ['a'], [{ type: 'answers-confirmed', by: 'account-1' }], 'NotOfThisProcess'],
  ['correcting a day of receipt', ['a'], [{ type: 'correction-proposed', number: 1, proposedBy: 'requester' }], 'NotOfThisProcess'],
  ['an answer to a task that is not there', ['a'], [answer('T2')], 'TaskUnknown'],
  ['leaving somebody before the ladder is finished', ['a'], [{ type: 'silence-decided', task: 'T1', decision: 'left-unanswered', by: 'x' }], 'LadderNotFinished'],
  ['leaving something as it is', ['a'], [{ type: 'silence-decided', task: 'T1', decision: 'left-as-it-is', by: 'x' }], 'NotOfThisProcess'],
  ['anything but an answer once it has ended', ['a'], [{ type: 'withdrawn', by: 'x' }, outcome], 'CaseEnded'],
])('refuses %s', (_, partners, messages, rejection) => {
  expect(tell(opened(partners), ...messages)).toBe(rejection);
});

test('a panel that is to meet is told so again where the review is opened again, and each time that somebody is named', () => {
  const reopened = (run: number, after: number) => rules.open({ ...inputFor('CR-2026-0001', ['a'], now + 14 * day), panel: ['account-7'], tellsPanel: true, reopened: { run, seq: 0, after } } as never, now);
  const state = reopened(2, 41);
  tell(state, { type: 'panel-named', panel: [] }, { type: 'panel-named', panel: ['account-8'] }, { type: 'panel-named', panel: [] }, { type: 'panel-named', panel: ['account-8'] });
  const named = ({ notices }: ReviewState) => notices.filter(({ step }) => step.startsWith('panel-named')).map(({ step, clockVersion }) => [step, clockVersion]);
  expect(named(reopened(2, 41))).toEqual([['panel-named:account-7', 41]]);
  expect(named(reopened(3, 50))).toEqual([['panel-named:account-7', 50]]);
  expect(named(state)).toEqual([['panel-named:account-8', seq]]);
});

test('opened again while it is looked at again, it does not close by itself until somebody has decided that', () => {
  const duties = [{ id: 'looking-again-2', rungs: [] }];
  const state = rules.open({ ...inputFor('CR-2026-0001', [], now + 14 * day), isApplicantTold: true, lookingAgain: 1, duties } as never, now);
  expect([state.lookingAgain, state.closeAfter]).toEqual([1, null]);
  expect(tell(state, { type: 'looked-at-again', number: 1 })).toBeNull();
  expect([state.duties, state.closeAfter]).toEqual([[], at(now)]);
});

test('told that the threshold is met, it goes on; told that it is not, it closes by itself', () => {
  const granted = opened();
  tell(granted, told('decision'));
  expect([granted.isApplicantTold, granted.closeAfter]).toEqual([false, null]);
  const refused = opened([]);
  tell(refused, told('decision'));
  expect([refused.isApplicantTold, refused.closeAfter]).toEqual([true, at(now)]);
});

test('who is on a panel that is still to meet is told that it does not, where the review is withdrawn; another mail in each opening', () => {
  const mails = (...before: readonly Untold[]): readonly object[] => {
    const state = opened(['essex-police']);
    tell(state, { type: 'panel-named', panel: ['account-7', 'account-8'] }, ...before);
    state.notices = [];
    expect(tell(state, { type: 'withdrawn', by: 'x' })).toBeNull();
    return state.notices.map(({ task, step, to, clockVersion, chase }) => [task, step, to.join(' '), clockVersion === seq, chase]);
  };
  expect(mails()).toEqual([
    ['T1', 'withdrawn', 'spoc', false, false],
    ['T0', 'panel-withdrawn:account-7', 'spoc', true, false],
    ['T0', 'panel-withdrawn:account-8', 'spoc', true, false],
  ]);
  expect(mails(answer('T1'), outcome)).toEqual([]);
});

test('the same message comes twice and is taken once', () => {
  const state = opened();
  const message = { seq: 1, at: at(now), ...answer('T1') } as Parameters<typeof rules.take>[1];
  expect([rules.take(state, message, now), rules.take(state, message, now)]).toEqual([null, null]);
  expect(state.events.filter(({ event }) => event === 'answer-received')).toHaveLength(1);
});

test('says in words what it waits for, at each stage', () => {
  const state = opened();
  const said = [waitingFor(state)];
  for (const messages of [[answer('T1'), answer('T2')], [outcome], [told('outcome')], [notSatisfied], [{ type: 'looked-at-again', number: 1 } as Untold, close]]) {
    tell(state, ...messages);
    said.push(waitingFor(state));
  }
  expect(said).toEqual([
    'waiting for the answer of essex-police, due Thu 9 April 2026; the answer of probation, due Thu 9 April 2026',
    'all is collated: waiting for the panel, and for the review SPOC to record what it decides',
    'the panel has met: waiting for the review SPOC to tell the applicant the outcome',
    'the applicant was told; closes by itself unless the applicant is not satisfied',
    'the applicant is not satisfied: waiting for the review SPOC to record what came of looking at it again',
    'closed: reviewed',
  ]);
  expect(detailsOf(opened())).toContain('**Panel:** Wed 6 May 2026.');
  const met = opened();
  tell(met, outcome);
  expect(detailsOf(met)).toContain('**Panel:** has met.');
  expect(detailsOf(met)).not.toContain('Wed 6 May 2026');
  expect(detailsOf(opened())).toContain('| T1 | essex-police | Thu 9 April 2026 | open; next: reminder at');
  const planned = opened();
  tell(planned, withAction, told('outcome'));
  expect(waitingFor(planned)).toBe('the applicant was told: waiting for the review SPOC to record what came of the actions of the plan');
  expect(detailsOf(planned)).toContain('**To be done:** action 1; next: reminder at');
  expect(detailsOf(opened([]))).not.toContain('| task |');
});

test('what whoever has an action puts on record of it is mailed to the review SPOC, what that one does is not', () => {
  const settled = (recordedBy?: 'holder'): readonly string[] => {
    const state = opened();
    tell(state, withAction, { type: 'action-settled', duty: 'action-1', ...(recordedBy === undefined ? {} : { recordedBy }) });
    return state.notices.filter(({ step }) => step.includes('settled')).map(({ step, to }) => `${step} ${to.join(' ')}`);
  };
  expect([settled(), settled('holder')]).toEqual([[], ['action-settled-1 requester']]);
});

test('changed on looking at it again, it waits until what the panel decided is on record anew; a build of before let it close', () => {
  const state = opened(['a']);
  tell(state, outcome, told('outcome'), notSatisfied);
  state.notices = [];
  tell(state, changed);
  expect([state.duties.map(({ id }) => id), state.closeAfter, rules.projectionOf(state).stage, mailsOf(state)]).toEqual([['anew-1'], null, 'changed', ['T0 anew-asked-1 requester']]);
  expect(waitingFor(state)).toBe('changed on looking at it again: waiting for the review SPOC to record anew what the panel decided');
  tell(state, { type: 'outcome-recorded', duties: [{ id: 'telling-outcome-2', rungs: [] }] });
  expect([state.duties.map(({ id }) => id), rules.projectionOf(state).stage]).toEqual([['telling-outcome-2'], 'outcome-recorded']);
  const before = opened(['a']);
  tell(before, outcome, told('outcome'), notSatisfied, { type: 'looked-at-again', number: 1 });
  expect(before.closeAfter).toBe(at(now));
  // And an applicant was told what was to be recorded anew, and was not satisfied with it.
  const older = opened(['a']);
  tell(older, outcome, told('outcome'), notSatisfied, changed);
  expect([tell(older, told('outcome')), tell(older, again(2))]).toEqual([null, null]);
});

test('what the panel decided is to be recorded by a day, which moves with that of the panel and ends with the outcome', () => {
  const recording = (number: number) => ({ id: `recording-${number}`, rungs: [{ step: 'reminder', at: at(now + number * day), to: ['requester' as const] }] });
  const state = rules.open({ ...inputFor('CR-2026-0001', ['a'], now + 14 * day), panelOn: '2026-05-06' as IsoDate, duties: [recording(1)] } as never, now);
  rules.advance(state, now + 1.5 * day);
  expect(mailsOf(state)).toContain('T0 recording-reminder-1 requester');
  tell(state, { type: 'rescheduled', panelOn: '2026-06-10' as IsoDate, recording: recording(2) });
  expect(state.duties.map(({ id }) => id)).toEqual(['recording-2']);
  tell(state, outcome);
  expect(state.duties).toEqual([]);
  // A build of before took another day of a panel that has met.
  expect(tell(state, { type: 'rescheduled', panelOn: '2026-06-17' as IsoDate })).toBeNull();
});

test('recorded anew, an action that is kept goes on, and who had another one is told what became of it; a build of before told nobody', () => {
  const action = (number: number) => ({ id: `action-${number}`, rungs: [{ step: 'reminder', at: at(now + day), to: ['spoc' as const] }] });
  const planned = (): ReviewState => {
    const state = opened(['a']);
    tell(state, { type: 'outcome-recorded', duties: [action(1), action(2), action(3)], keeps: [], changes: [] });
    state.notices = [];
    return state;
  };
  const state = planned();
  tell(state, { type: 'outcome-recorded', duties: [action(4)], keeps: ['action-1'], changes: ['action-2'] });
  expect([state.duties.map(({ id }) => id), mailsOf(state)]).toEqual([['action-1', 'action-4'], ['T0 action-changed-2 spoc', 'T0 action-dropped-3 spoc']]);
  const before = planned();
  tell(before, { type: 'outcome-recorded', duties: [action(4)] });
  expect([before.duties.map(({ id }) => id), mailsOf(before)]).toEqual([['action-4'], []]);
});

test('who has an action that is still to be done is told that it is not, where the review is withdrawn, and that it is after all, where it is opened again', () => {
  const action = (number: number) => ({ id: `action-${number}`, rungs: [{ step: 'reminder', at: at(now + day), to: ['spoc' as const] }] });
  const state = opened(['a']);
  tell(state, { type: 'outcome-recorded', duties: [action(1), action(2), { id: 'telling-outcome-1', rungs: [] }], keeps: [], changes: [] }, { type: 'action-settled', duty: 'action-1' });
  state.notices = [];
  expect(tell(state, { type: 'withdrawn', by: 'x' })).toBeNull();
  expect(state.notices).toEqual([{ task: 'T0', step: 'action-withdrawn-2', to: ['spoc'], clockVersion: seq, chase: false }]);
  const input = { ...inputFor('CR-2026-0001', ['a'], now + 14 * day), keepsOutcome: true, duties: [action(2)], reopened: { run: 2, seq: 1, after: 41 } };
  const again = (more: object) => rules.open({ ...input, ...more }, now).notices.filter(({ step }) => step.startsWith('action'));
  expect(again({ tellsActions: true })).toEqual([{ task: 'T0', step: 'action-again-2', to: ['spoc'], clockVersion: 41, chase: true }]);
  expect(again({})).toEqual([]);
});

test('it closes by itself counted from the day on which the applicant was told, and says so to whoever works out the date', () => {
  const state = opened(['a']);
  tell(state, outcome, { ...told('outcome'), toldOn: '2026-03-20' as IsoDate } as Untold);
  expect([state.closeAfter, state.closeFrom]).toEqual([at(now), '2026-03-20']);
  const order = takeOrder(state, 'CR-2026-0001', now, () => rules.projectionOf(state));
  expect([order.closeAfter, order.closeFrom]).toEqual([at(now), '2026-03-20']);
});

test('opened again with nobody asked again, it goes on from what was decided', () => {
  const input = { ...inputFor('CR-2026-0001', ['a'], now + 14 * day), keepsOutcome: true, isApplicantTold: true, reopened: { run: 2, seq: 1, after: 1 } };
  const state = rules.open({ ...input, tasks: input.tasks.map((task) => ({ ...task, settled: { status: 'left-unanswered', answer: null } })) } as never, now);
  expect([rules.projectionOf(state).stage, state.closeAfter]).toEqual(['applicant-told', at(now)]);
  expect(tell(state, again(2))).toBeNull();
  const untold = rules.open({ ...input, isApplicantTold: undefined } as never, now);
  expect([rules.projectionOf(untold).stage, untold.closeAfter, tell(untold, told('outcome'))]).toEqual(['outcome-recorded', null, null]);
});

test('another date for all is told to those who are asked, and not in a mail for each to whoever set it', () => {
  const told = (cause: 'rescheduled' | 'corrected'): readonly string[] => {
    const state = opened();
    const { clock } = state.tasks[0] as ReviewState['tasks'][number];
    tell(state, { type: 'clock-moved', task: 'T1', cause, clock: { ...clock, version: 2, dueAt: at(now + 20 * day) } });
    return state.notices.find(({ step }) => step === 'clock-moved')?.to ?? [];
  };
  expect([told('rescheduled'), told('corrected')]).toEqual([['spoc'], ['spoc', 'requester']]);
});

test('opened again once its applicant was told that the threshold is not met, it closes by itself', () => {
  const input = { ...inputFor('CR-2026-0001', [], now), reopened: { run: 2, seq: 1, after: 1 } };
  const [told, untold] = [{ ...input, isApplicantTold: true }, input].map((each) => rules.open(each as never, now));
  expect([told?.closeAfter, untold?.closeAfter]).toEqual([at(now), null]);
});

describe('bank holidays move the day by which something is to be done', () => {
  const rungs = (due: number) => [
    { step: 'reminder', at: at(now + (due - 2) * day), to: ['requester' as const] },
    { step: 'overdue', at: at(now + (due + 1) * day), to: ['requester' as const, 'csp-manager' as const] },
  ];
  const dayAt = (days: number): IsoDate => at(now + days * day).slice(0, 10) as IsoDate;
  const moveTo = (due: number, from: number, version = 2): Untold => ({
    type: 'duty-moved',
    duty: 'telling-outcome-1',
    version,
    dueOn: dayAt(due),
    before: dayAt(from),
    rungs: rungs(due),
    cause: 'bank-holidays-changed',
    calendarVersion: 'changed',
  });
  const waiting = (): ReviewState => {
    const state = opened();
    tell(state, { type: 'outcome-recorded', duties: [{ id: 'telling-outcome-1', rungs: rungs(5) }] });
    state.notices = [];
    state.events = [];
    return state;
  };
  const fireAt = (state: ReviewState, days: number): readonly string[] => {
    state.notices = [];
    rules.advance(state, now + days * day);
    return state.notices.map(({ step }) => step);
  };
  const take = (state: ReviewState, message: Untold, days: number) => rules.take(state, { seq: (seq += 1), at: at(now + days * day), ...message }, now + days * day);

  test('whoever is reminded of it is told once, and the reminders come by the new day only', () => {
    const state = waiting();
    expect(take(state, moveTo(6, 5), 1)).toBeNull();
    expect(state.notices).toEqual([
      { task: 'T0', step: 'telling-outcome-moved-1', clockVersion: 2, to: ['requester'], chase: false, calendarVersion: 'changed' },
    ]);
    expect(state.events).toEqual([
      { event: 'duty-moved', at: at(now + day), duty: 'telling-outcome-1', cause: 'bank-holidays-changed', dueOn: dayAt(6), before: dayAt(5) },
    ]);
    expect([3, 4, 5, 6, 7].map((days) => fireAt(state, days))).toEqual([[], ['telling-outcome-reminder-1'], [], [], ['telling-outcome-overdue-1']]);
  });

  test('after the reminder, it is reminded of again by the new day; who was told that it is overdue is told of the move', () => {
    const state = waiting();
    expect(fireAt(state, 6)).toEqual(['telling-outcome-overdue-1']);
    state.notices = [];
    expect(take(state, moveTo(10, 5), 6.5)).toBeNull();
    expect(state.notices.map(({ step, to }) => [step, to])).toEqual([['telling-outcome-moved-1', ['requester', 'csp-manager']]]);
    expect([7, 8, 11].map((days) => fireAt(state, days))).toEqual([[], ['telling-outcome-reminder-1'], ['telling-outcome-overdue-1']]);
  });

  test('an earlier day that is past is told at once to those above as well', () => {
    const state = waiting();
    take(state, moveTo(1, 5), 3);
    expect(state.notices.map(({ step, to }) => [step, to])).toEqual([
      ['telling-outcome-moved-1', ['requester']],
      ['telling-outcome-overdue-1', ['csp-manager']],
    ]);
    expect(fireAt(state, 9)).toEqual([]);
  });

  test('other reminders of the same day are no news', () => {
    const state = waiting();
    const [reminder, overdue] = rungs(5);
    const message = { ...moveTo(5, 5), rungs: [{ ...reminder, at: at(now + 2 * day) }, overdue] } as Untold;
    expect(take(state, message, 1)).toBeNull();
    expect([state.notices, state.events]).toEqual([[], []]);
    expect(fireAt(state, 2)).toEqual(['telling-outcome-reminder-1']);
  });

  test('of two moves the newer one holds, whichever comes first; what is done is not moved', () => {
    const state = waiting();
    expect([take(state, moveTo(7, 6, 3), 1), take(state, moveTo(6, 5, 2), 1)]).toEqual([null, null]);
    expect(state.duties[0]).toMatchObject({ version: 3, rungs: rungs(7) });
    tell(state, told('outcome'));
    expect(take(state, moveTo(8, 7, 4), 1)).toBe('NotToBeDone');
  });
});

test('not granted, and changed on looking at it again: the review SPOC asks the partners in the same case, and is chased until then', () => {
  const state = opened([]);
  tell(state, told('decision'), notSatisfied, grant);
  expect([waitingFor(state), state.duties.map(({ id }) => id), state.closesFrom]).toEqual([
    'a review was granted on looking at it again: waiting for the review SPOC to ask the partners',
    ['asking-1'],
    null,
  ]);
  expect(tell(state, { type: 'panel-named', panel: ['account-7'] })).toBeNull();
  expect(tell(state, ask())).toBeNull();
  expect([waitingFor(state).slice(0, 37), state.duties]).toEqual(['waiting for the answer of essex-polic', []]);
  expect(mailsOf(state)).toEqual([
    'T0 looking-again-asked-1 requester',
    'T0 asking-asked-1 requester',
    'T0 panel-named:account-7 spoc',
    'T1 request spoc',
    'T2 request spoc',
  ]);
  tell(state, answer('T1'), answer('T2'), outcome, told('outcome'), close);
  expect(state.outcome).toBe('reviewed');
  // It stands: nothing follows but the closing.
  const stands = opened([]);
  tell(stands, told('decision'), notSatisfied, { type: 'looked-at-again', number: 1 });
  expect([stands.isGranted, stands.closesFrom]).toEqual([false, at(now)]);
});

test('opened again after it was granted and nobody asked, it waits for that', () => {
  const input = { ...inputFor('CR-2026-0001', [], now), reopened: { run: 2, seq: 1, after: 1 }, isGranted: true };
  expect(rules.projectionOf(rules.open(input as never, now)).stage).toBe('granted');
});

test('each on the panel is told once, and of another day; who is on it no more is not', () => {
  const state = opened();
  const name = (...panel: string[]): Untold => ({ type: 'panel-named', panel });
  tell(state, name('one', 'two'));
  expect(mailsOf(state).slice(2)).toEqual(['T0 panel-named:one spoc', 'T0 panel-named:two spoc']);
  state.notices = [];
  tell(state, name('two', 'three'));
  expect(mailsOf(state)).toEqual(['T0 panel-named:three spoc']);
  state.notices = [];
  const moved = (panelOn: string): Untold => ({ type: 'rescheduled', panelOn: panelOn as IsoDate });
  tell(state, moved('2026-05-06'));
  expect(mailsOf(state)).toEqual([]);
  tell(state, moved('2026-05-20'), moved('2026-05-27'));
  expect(mailsOf(state)).toEqual(['two', 'three', 'two', 'three'].map((account) => `T0 panel-moved:${account} spoc`));
  // Each day is told in a mail of its own.
  expect(new Set(state.notices.map(({ clockVersion }) => clockVersion)).size).toBe(2);
  // What the mail server has not taken for who is taken off is dropped.
  state.outbox = { notices: [...state.notices], retryAt: now, tries: 1 };
  tell(state, name('three'));
  expect(state.outbox.notices.map(({ step }) => step)).toEqual(['panel-moved:three', 'panel-moved:three']);
  state.notices = [];
  tell(state, outcome, name('three', 'four'), moved('2026-06-03'));
  expect(mailsOf(state).filter((mail) => mail.includes('panel-n') || mail.includes('panel-mo'))).toEqual([]);
});

test('the panel has met: who is silent is told once, also who was not waited for any more; who has answered is not', () => {
  const state = opened(['a', 'b', 'c']);
  tell(state, answer('T1'));
  const [, second] = state.tasks;
  if (second !== undefined) second.status = 'left-unanswered';
  tell(state, outcome, outcome);
  expect(mailsOf(state).filter((mail) => mail.includes('panel-met'))).toEqual(['T2 panel-met spoc', 'T3 panel-met spoc']);
});

describe('a case is due, and overdue, by what is to be done in it as by its answers', () => {
  const duty = (id: string, dueIn?: number) => ({
    id,
    ...(dueIn === undefined ? {} : { dueAt: at(now + dueIn * day) }),
    rungs: [{ step: 'overdue', at: at(now + 4.5 * day), to: ['requester' as const] }],
  });
  const dueOf = (state: ReviewState) => {
    const { dueAt, overdueFrom } = rules.projectionOf(state);
    return [dueAt, overdueFrom].map((moment) => (moment === null || moment === undefined ? moment : (Date.parse(moment) - now) / day));
  };

  test('by whichever comes first, until that is done', () => {
    const state = opened();
    expect(dueOf(state)).toEqual([14, 14]);
    tell(state, { type: 'outcome-recorded', duties: [duty('telling-outcome-1', 3), duty('action-1', 9)] });
    expect(dueOf(state)).toEqual([3, 3]);
    tell(state, told('outcome'));
    expect(dueOf(state)).toEqual([9, 9]);
    tell(state, { type: 'duty-moved', duty: 'action-1', version: 2, dueOn: '2026-04-05' as IsoDate, dueAt: at(now + 11 * day), before: '2026-04-04' as IsoDate, rungs: [], cause: 'bank-holidays-changed', calendarVersion: 'changed' });
    expect(dueOf(state)).toEqual([11, 11]);
    tell(state, { type: 'action-settled', duty: 'action-1' });
    expect(dueOf(state)).toEqual([null, null]);
  });

  test('of one that was put on record by a build of before, from when on it is mailed that it is overdue', () => {
    const state = opened([]);
    tell(state, told('decision'), { type: 'not-satisfied', number: 1, duty: duty('looking-again-1'), told: ['requester'] });
    expect(dueOf(state)).toEqual([null, 4.5]);
  });

  test('what stands still is due and not overdue', () => {
    const state = opened();
    for (const task of state.tasks) task.pausedAt = at(now);
    expect(dueOf(state)).toEqual([14, null]);
  });
});
