/** Counting open cases again, with a real store; Temporal is away, so that what is moved stays to be told. */
import { recountOpenCases } from '../../activities/recount';
import { updatedBy } from '../../config/bank-holiday-changes';
import { parseBankHolidays } from '../../config/bank-holidays';
import { letterOf, taskOf } from '../../activities/letters/compose';
import type { IsoDate } from '../../config/clock';
import { moveOnRecord, planTask } from '../../dispatch/clock';
import { dutyIn, planDuty, type DutyDate, type PlannedDuty } from '../../dispatch/duties';
import type { Store } from '../../store';
import type { CaseDocument } from '../../store/cases';
import { feedWith } from '../../bench/feed-server';
import { answerTo, informationRequest, openedAt, received } from '../support/cases';
import { describeWithDatabase, holidays as file, startStore, type TestStore } from '../support/database';
import { office, type Office } from './support/office';

const by = { account: null, via: 'concordat', from: null } as const;

describeWithDatabase('counting open cases again', () => {
  let running: TestStore;
  let store: Store;
  let deps: Office;

  beforeAll(async () => {
    running = await startStore();
    ({ store } = running);
  }, 300_000);
  afterAll(() => running.close());
  beforeEach(async () => {
    for (const name of ['bank_holidays', 'bank_holidays_state', 'audit', 'audit_heads', 'cases']) {
      await store.database.collection(name).deleteMany({});
    }
    deps = office(store, openedAt);
  });

  const open = async (caseRef: string): Promise<CaseDocument> =>
    (await store.cases.open(informationRequest(caseRef, store))).document;
  const proclaim = async (date: string): Promise<string> => {
    const day = { title: 'Proclaimed day', date, notes: '', bunting: true };
    const feed = parseBankHolidays(feedWith((all) => all['england-and-wales'].events.push(day)));
    const after = updatedBy(feed, file, received);
    const made = await store.bankHolidays.change(await store.bankHolidays.state(), { before: file, after }, { at: openedAt, by });
    expect(made).toBe(true);
    return after.version;
  };
  const plans = async (caseRef: string): Promise<string[]> =>
    ((await store.cases.get(caseRef))?.tasks[0]?.plans ?? []).map(({ version, reason, dueOn }) => `${version} ${reason} ${dueOn ?? ''}`);
  const moves = (caseRef: string) => store.audit.of(caseRef, 'clock-moved');

  it('moves each once, however often it is done', async () => {
    await open('IR-2026-0001');
    await open('IR-2026-0002');
    const version = await proclaim('2026-04-01');
    for (const time of [1, 2]) {
      expect([time, await recountOpenCases(null, deps)]).toEqual([time, { looked: 2, moved: time === 1 ? 2 : 0, next: null }]);
    }
    for (const ref of ['IR-2026-0001', 'IR-2026-0002']) {
      expect(await plans(ref)).toEqual(['1 opened 2026-04-13', '2 bank-holidays-changed 2026-04-14']);
      expect(await moves(ref)).toMatchObject([{ waiting: true, facts: { because: version } }]);
    }
    expect(await recountOpenCases('IR-2026-0001', deps)).toMatchObject({ looked: 1 });
  });

  it('finishes what was on record only when the process died', async () => {
    await open('IR-2026-0001');
    await proclaim('2026-04-01');
    const adding = jest.spyOn(store.cases, 'addPlan').mockRejectedValueOnce(new Error('the process died'));
    await recountOpenCases(null, deps);
    adding.mockRestore();
    expect(await plans('IR-2026-0001')).toEqual(['1 opened 2026-04-13']);
    expect(await recountOpenCases(null, deps)).toMatchObject({ moved: 1 });
    expect(await plans('IR-2026-0001')).toEqual(['1 opened 2026-04-13', '2 bank-holidays-changed 2026-04-14']);
    expect(await moves('IR-2026-0001')).toHaveLength(1);
  });

  it('leaves the record alone where no date and no rung moves', async () => {
    await open('IR-2026-0001');
    await proclaim('2026-06-15');
    const reading = jest.spyOn(store.audit, 'of');
    expect(await recountOpenCases(null, deps)).toEqual({ looked: 1, moved: 0, next: null });
    expect(reading).not.toHaveBeenCalled();
    reading.mockRestore();
    expect(await plans('IR-2026-0001')).toEqual(['1 opened 2026-04-13']);
  });

  describe('what else is to be done in a case', () => {
    const openReview = async (...duties: readonly PlannedDuty[]): Promise<void> => {
      const document = { ...informationRequest('CR-2026-0001', store), process: 'asb-case-review' as const, tasks: [] };
      const projection = { ...document.projection, tasks: [], duties: duties.map(({ id }) => id) };
      await store.cases.open({ ...document, projection, duties: duties.map(dutyIn) });
    };
    const duty = (id: string, date: DutyDate): PlannedDuty =>
      planDuty({ id, partner: 'thurrock', holder: null, by: date, caseRef: 'CR-2026-0001', to: ['requester'], above: 'csp-manager' }, file);
    /** Thursday 26 March 2026 and five working days: Thursday 2 April. */
    const counted = duty('telling-outcome-1', { on: received, workingDays: 5 });
    const stored = async () =>
      ((await store.cases.get('CR-2026-0001'))?.duties ?? []).map(({ dueOn, counted, rungs }) => `${counted?.version ?? 0} ${dueOn}, first mail ${rungs?.[0]?.at.slice(0, 10) ?? ''}`);
    const onRecord = () => store.audit.of('CR-2026-0001', 'duty-moved');

    it('moves where its day was counted, once however often it is done', async () => {
      await openReview(counted);
      expect(await stored()).toEqual(['1 2026-04-02, first mail 2026-03-31']);
      await proclaim('2026-04-01');
      for (const time of [1, 2]) {
        expect([time, (await recountOpenCases(null, deps)).moved]).toEqual([time, time === 1 ? 1 : 0]);
      }
      // Good Friday and Easter Monday come between.
      expect(await stored()).toEqual(['2 2026-04-07, first mail 2026-03-31']);
      expect(await onRecord()).toMatchObject([
        { key: 'duty/telling-outcome-1/2', waiting: true, facts: { before: '2026-04-02', dueOn: '2026-04-07', cause: 'bank-holidays-changed' } },
      ]);
    });

    it('stays on a day that somebody has chosen, and its reminders move', async () => {
      await openReview(duty('action-1', { chosen: '2026-04-02' as IsoDate }));
      await proclaim('2026-04-01');
      expect(await recountOpenCases(null, deps)).toMatchObject({ moved: 1 });
      expect(await stored()).toEqual(['2 2026-04-02, first mail 2026-03-30']);
    });

    it('finishes what was on record only when the process died', async () => {
      await openReview(counted);
      await proclaim('2026-04-01');
      const moving = jest.spyOn(store.cases, 'moveDuty').mockRejectedValueOnce(new Error('the process died'));
      await recountOpenCases(null, deps);
      moving.mockRestore();
      expect(await stored()).toEqual(['1 2026-04-02, first mail 2026-03-31']);
      expect(await recountOpenCases(null, deps)).toMatchObject({ moved: 1 });
      expect(await stored()).toEqual(['2 2026-04-07, first mail 2026-03-31']);
      expect(await onRecord()).toHaveLength(1);
    });

    it('is left alone where it is done, and where no day moves', async () => {
      await openReview(counted);
      await proclaim('2026-06-15');
      expect(await recountOpenCases(null, deps)).toMatchObject({ moved: 0 });
      await store.database.collection('cases').updateOne({}, { $set: { 'projection.duties': [] } });
      await proclaim('2026-04-01');
      expect(await recountOpenCases(null, deps)).toMatchObject({ looked: 1, moved: 0 });
      expect(await onRecord()).toEqual([]);
    });

    it('is told to whoever is reminded of it: the old day, the new one, and why', async () => {
      await openReview(counted);
      const version = await proclaim('2026-04-01');
      await recountOpenCases(null, deps);
      const document = await store.cases.get('CR-2026-0001');
      if (document === null) throw new Error('The case is gone.');
      const notice = { task: 'T0', step: 'telling-outcome-moved-1', clockVersion: 2 } as const;
      const letter = await letterOf({ notice, to: 'requester', document, task: taskOf(notice, document), answer: null, now: openedAt }, deps);
      expect(version).not.toBe(file.version);
      expect(letter.subject).toBe('CR-2026-0001 New date: the applicant is to be told the outcome by Tuesday 7 April 2026, not Thursday 2 April 2026');
      expect(letter.paragraphs[0]).toBe('The bank holidays of England and Wales have changed. The day was Thursday 2 April 2026. It is now Tuesday 7 April 2026.');
    });
  });

  describe('what a person does between the look at the case and its move', () => {
    const meanwhile = (act: (document: CaseDocument) => Promise<unknown>) => {
      const openAfter = store.cases.openAfter.bind(store.cases);
      return jest.spyOn(store.cases, 'openAfter').mockImplementationOnce(async (...which) => {
        const found = await openAfter(...which);
        await act((await store.cases.get('IR-2026-0001')) as CaseDocument);
        return found;
      });
    };

    it('is counted in: more time', async () => {
      await open('IR-2026-0001');
      await proclaim('2026-04-01');
      const extending = meanwhile(async (document) => {
        const [task] = document.tasks;
        if (task === undefined) throw new Error('The case has no task.');
        const plan = (version: number) =>
          planTask(
            { caseRef: document._id, from: received, extended: true, version, reason: 'extended' },
            document.policy,
            { holidays: file },
          );
        const draft = { at: openedAt, act: 'clock-extended', by } as const;
        await moveOnRecord(document, task, (_record, _current, version) => ({ plan: plan(version), draft }), store);
      });
      await recountOpenCases(null, deps);
      extending.mockRestore();
      expect(await plans('IR-2026-0001')).toEqual([
        '1 opened 2026-04-13',
        '2 extended 2026-04-27',
        '3 bank-holidays-changed 2026-04-28',
      ]);
    });

    it('ends it: an answer', async () => {
      await open('IR-2026-0001');
      await proclaim('2026-04-01');
      const answering = meanwhile((document) => store.audit.append(answerTo(document, store, openedAt)));
      expect(await recountOpenCases(null, deps)).toMatchObject({ looked: 1, moved: 0 });
      answering.mockRestore();
      expect(await plans('IR-2026-0001')).toEqual(['1 opened 2026-04-13']);
    });
  });
});
