/** The mails of what is to be done in a case besides answering: to whoever has it, wherever that is. */
import { createActivities } from '../../activities';
import type { IsoDate } from '../../config/clock';
import type { Store } from '../../store';
import type { CaseDocument, CaseDuty } from '../../store/cases';
import type { Notice } from '../../workflows/shared/contract';
import { dutyStep } from '../../workflows/shared/duties';
import { informationRequest, openedAt } from '../support/cases';
import { describeWithDatabase, startStore, type TestStore } from '../support/database';
import { office } from './support/office';

const reviewSpoc = 'asb-review@thurrock.example';
const looker = 'officer@thurrock.example';
const probation = 'spoc@probation.example';
const cspManager = 'csp-manager@thurrock.example';

const dueOn = '2026-04-09' as IsoDate;
const action: CaseDuty = { id: 'action-12', partner: 'probation', holder: null, dueOn };
const duties: readonly CaseDuty[] = [
  { id: 'telling-outcome-1', partner: 'thurrock', holder: null, dueOn },
  { id: 'action-1', partner: 'essex-police', holder: null, dueOn },
  action,
  { id: 'looking-again-1', partner: 'thurrock', holder: 'looker', dueOn },
];

describeWithDatabase('what is to be done in a review', () => {
  let running: TestStore;
  let store: Store;
  let document: CaseDocument;

  beforeAll(async () => {
    running = await startStore();
    ({ store } = running);
    for (const [_id, username] of [['review-spoc', reviewSpoc], ['looker', looker]] as const) {
      await store.accounts.save({ _id, username, displayName: _id, partner: 'thurrock', teams: ['environment'], roles: ['staff'], passwordHash: '' });
    }
    const request = informationRequest('CR-2026-0001', store, { openedBy: 'review-spoc' });
    ({ document } = await store.cases.open({ ...request, process: 'asb-case-review', terms: { panelOn: null, panel: [] } }));
    await store.cases.addDuties(document._id, duties);
    await store.cases.addDuties(document._id, duties);
  }, 300_000);
  afterAll(() => running.close());

  const notice = (step: string, to: Notice['to']): Notice => ({ task: 'T0', step, clockVersion: 1, to, chase: true });
  let seq = 0;
  const carryOut = async (refused: string | null, ...notices: readonly Notice[]) => {
    const deps = office(store, openedAt);
    if (refused !== null) deps.transport.refused.add(refused);
    const projection = { ...document.projection, seq: (seq += 1) };
    const report = await createActivities(deps).carryOut({ caseRef: document._id, projection, words: [], events: [], notices });
    return { report, mails: deps.transport.list, texts: deps.transport.taken.map(({ text }) => text) };
  };

  it('is kept once, and a partner that has an action is part of the case', async () => {
    const stored = await store.cases.get(document._id);
    expect(stored?.duties).toEqual(duties);
    expect(stored?.partners).toEqual(['thurrock', 'essex-police', 'probation']);
  });

  it('goes to whoever has it: the contact of a partner, a person who was named, who opened the case', async () => {
    const { mails, texts } = await carryOut(
      null,
      notice(dutyStep('action-12', 'overdue'), ['spoc', 'requester']),
      notice(dutyStep('looking-again-1', 'reminder'), ['spoc', 'requester']),
      notice(dutyStep('telling-outcome-1', 'due-today'), ['requester']),
    );
    expect(mails).toEqual([
      `${probation}: CR-2026-0001 Action 12 of the plan is to be done: overdue since Thursday 9 April 2026`,
      `${reviewSpoc}: CR-2026-0001 Action 12 of the plan is to be done: overdue since Thursday 9 April 2026`,
      `${looker}: CR-2026-0001 The review is to be looked at again: by Thursday 9 April 2026`,
      `${reviewSpoc}: CR-2026-0001 The review is to be looked at again: by Thursday 9 April 2026`,
      `${reviewSpoc}: CR-2026-0001 The applicant is to be told the outcome: by the end of Thursday 9 April 2026`,
    ]);
    // An action has a link, bound to it, for the partner that has it; all else is signed in for.
    const [ofAction = '', ...others] = texts;
    const token = /\/t\/(?<token>[\w-]+)/.exec(ofAction)?.groups?.['token'] ?? '';
    expect(await store.links.find(token)).toMatchObject({ caseRef: 'CR-2026-0001', task: 'action-12', role: 'spoc' });
    for (const other of others) expect([other.includes('/cases/CR-2026-0001'), other.includes('/t/')]).toEqual([true, false]);
  });

  it('of the panel goes to the account that is named; if it cannot, the CSP manager is told so', async () => {
    const { mails } = await carryOut(null, notice('panel-named:looker', ['spoc']), notice('not-delivered-panel-named:looker-spoc', ['csp-manager']));
    expect(mails).toEqual([
      `${looker}: CR-2026-0001 You are on the panel of an ASB case review`,
      `${cspManager}: CR-2026-0001 Not delivered: somebody whom the review request names cannot be reached by mail`,
    ]);
  });

  it('that cannot be delivered is told to the CSP manager, with the partner that is to be rung', async () => {
    const lost = notice(dutyStep('action-12', 'reminder'), ['spoc']);
    const { report } = await carryOut(probation, lost);
    expect(report.undeliverable).toEqual([{ notice: lost, to: 'spoc', reason: 'address-refused' }]);
    const { mails } = await carryOut(null, notice('not-delivered-action-reminder-12-spoc', ['csp-manager']));
    expect(mails).toEqual([`${cspManager}: CR-2026-0001 Not delivered: The Probation Service cannot be reached by mail`]);
  });
});
