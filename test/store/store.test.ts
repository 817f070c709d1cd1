import type { IsoInstant } from '../../config/clock';
import type { Store } from '../../store';
import type { CaseDocument } from '../../store/cases';
import type { CaseEvent } from '../../store/types';
import { answerTo, informationRequest, openedAt, received } from '../support/cases';
import { workflowIdOf } from '../../store/cases';
import type { LinkRole } from '../../store/links';
import { describeWithDatabase, protocol, startStore, type TestStore } from '../support/database';

const at = (minutes: number): IsoInstant =>
  new Date(Date.parse(openedAt) + minutes * 60_000).toISOString() as IsoInstant;
const after = (minutes: number): Date => new Date(at(minutes));

async function all<T>(found: AsyncIterable<T>): Promise<T[]> {
  const list: T[] = [];
  for await (const each of found) list.push(each);
  return list;
}

describeWithDatabase('the store', () => {
  let running: TestStore;
  let store: Store;
  let number = 0;
  const nextRef = (): string => `IR-2026-${String((number += 1)).padStart(4, '0')}`;
  const open = async () => (await store.cases.open(informationRequest(nextRef(), store))).document;

  beforeAll(async () => {
    running = await startStore();
    ({ store } = running);
  }, 300_000);
  afterAll(() => running.close());

  describe('cases', () => {
    it('lists what waits for a partner with the first due first, so that a cut takes the least urgent', async () => {
      const asked = 'btuh';
      const cases = Array.from({ length: 4 }, (_, day) => {
        const document = informationRequest(nextRef(), store, { asked });
        const dueAt = `2026-04-1${9 - day}T23:00:00.000Z` as CaseDocument['openedAt'];
        return { ...document, projection: { ...document.projection, dueAt, openTasks: day === 3 ? 0 : 1 } };
      });
      for (const document of cases) await store.cases.open(document);
      const waiting = { partners: null, waits: 'answer', partner: { code: asked, side: 'asked' } } as const;
      const found = await store.cases.list(waiting, 2, 'due-first');
      expect(found.map(({ _id }) => _id)).toEqual([cases[2]?._id, cases[1]?._id]);
    });

    it('makes one case of a form that was sent twice, also at once', async () => {
      const submissionId = 'sent twice';
      const forms = Array.from({ length: 8 }, () => ({ ...informationRequest(nextRef(), store), submissionId }));
      const opened = await Promise.all(forms.map((form) => store.cases.open(form)));
      expect(opened.filter(({ isNew }) => isNew)).toHaveLength(1);
      expect(new Set(opened.map(({ document }) => document._id)).size).toBe(1);
      const again = await store.cases.open({ ...informationRequest(nextRef(), store), submissionId });
      expect(again).toMatchObject({ isNew: false, document: { _id: opened[0]?.document._id } });
    });

    it('refuses a reference that is taken by another form', async () => {
      const taken = await open();
      const other = { ...informationRequest(taken._id, store), submissionId: 'another form' };
      await expect(store.cases.open(other)).rejects.toMatchObject({ code: 11_000 });
      expect((await store.cases.get(taken._id))?.submissionId).toBe(taken.submissionId);
    });

    it('gives each reference once', async () => {
      const given = await Promise.all(
        Array.from({ length: 20 }, () => store.cases.allocateReference('information-request', 2031)),
      );
      const expected = Array.from({ length: 20 }, (_, index) => `IR-2031-${String(index + 1).padStart(4, '0')}`);
      expect(given.toSorted()).toEqual(expected);
    });

    it('takes over a newer state only, and its events once', async () => {
      const { _id, projection } = await open();
      const sent: CaseEvent = { event: 'request-sent', at: at(0), task: 'T1' };
      const overdue: CaseEvent = { event: 'became-overdue', at: at(5), task: 'T1' };
      const second = { ...projection, seq: 2, overdue: true, nextWakeAt: at(60) };
      await store.cases.record(_id, { ...projection, seq: 1 }, [sent]);
      await Promise.all([1, 2, 3].map(() => store.cases.record(_id, second, [overdue])));
      await store.cases.record(_id, { ...projection, seq: 1 }, [sent]);
      expect(await store.cases.get(_id)).toMatchObject({
        projection: second,
        timeline: [sent, overdue],
        nextWakeAt: after(60),
        ended: false,
      });
      await store.cases.record(_id, { ...second, seq: 3, outcome: 'answers-confirmed', nextWakeAt: null }, []);
      expect(await store.cases.get(_id)).toMatchObject({ ended: true, nextWakeAt: null });
    });

    it('takes over what a task says that was undone and done again with more, each event once', async () => {
      const { _id, projection } = await open();
      const asked = (task: 'T1' | 'T2'): CaseEvent => ({ event: 'question-asked', at: at(3), task });
      await store.cases.record(_id, { ...projection, seq: 1_000 }, [asked('T1')]);
      await store.cases.record(_id, { ...projection, seq: 1_250, openTasks: 7 }, [asked('T1'), asked('T2')]);
      expect(await store.cases.get(_id)).toMatchObject({
        projection: { seq: 1_250, openTasks: 7 },
        timeline: [asked('T1'), asked('T2')],
      });
    });

    it('writes what was mailed on the timeline once, whichever of two tries comes first', async () => {
      const { _id } = await open();
      const mailed: CaseEvent = { event: 'notice-sent', at: at(1), task: 'T1', step: 'request', to: 'spoc' };
      const later: CaseEvent = { event: 'notice-sent', at: at(9), task: 'T1', step: 'reminder', to: 'spoc' };
      await Promise.all([1, 2, 3].map(() => store.cases.recordMails(_id, { run: 1 }, [mailed])));
      await store.cases.recordMails(_id, { run: 1 }, []);
      await store.cases.recordMails(_id, { run: 2 }, [later]);
      await store.cases.recordMails(_id, { run: 1 }, [mailed, later]);
      expect((await store.cases.get(_id))?.timeline).toEqual([mailed, later]);
    });

    it('finds every case that is not started, however many there are, and none that is', async () => {
      const opened = await Promise.all(Array.from({ length: 45 }, open));
      const started = opened.slice(0, 5);
      for (const { _id } of started) await store.cases.markStarted(_id, at(1));
      await store.cases.markStarted(started[0]?._id ?? '', at(2));
      const found = new Set((await all(store.cases.notStarted())).map(({ _id }) => _id));
      expect(opened.filter(({ _id }) => !found.has(_id)).map(({ _id }) => _id)).toEqual(started.map(({ _id }) => _id));
      expect((await store.cases.get(started[0]?._id ?? ''))?.startedAt).toBe(at(1));
    });

    it('finds the open cases that passed their waking time', async () => {
      const [late, early, onlyAnActMovesIt, ended] = await Promise.all([open(), open(), open(), open()]);
      const wakes = async (nextWakeAt: IsoInstant | null, outcome: string | null, { _id, projection } = late) =>
        store.cases.record(_id, { ...projection, seq: 1, nextWakeAt, outcome }, []);
      await wakes(at(10), null, late);
      await wakes(at(30), null, early);
      await wakes(null, null, onlyAnActMovesIt);
      await wakes(at(10), 'answers-confirmed', ended);
      expect((await store.cases.withoutSign(after(20), 10)).map(({ _id }) => _id)).toEqual([late._id]);
      const openOnes = (await all(store.cases.openCases())).map(({ _id }) => _id);
      expect(openOnes).toEqual(expect.arrayContaining([late._id, early._id, onlyAnActMovesIt._id]));
      expect(openOnes).not.toContain(ended._id);
    });
  });

  describe('answers', () => {
    it('takes the same form as one answer, and shows another form the answer that was there first', async () => {
      const document = await open();
      const answer = answerTo(document, store, at(10));
      const results = await Promise.all([1, 2, 3, 4].map(() => store.audit.append(answer)));
      expect(results.filter(({ isNew }) => isNew)).toHaveLength(1);

      const other = answerTo(document, store, at(20), { submissionId: 'another form', kind: 'refused' });
      const { entry, isNew } = await store.audit.append(other);
      expect([isNew, entry.facts['submissionId']]).toEqual([false, answer.facts['submissionId']]);
      expect(await store.answers.of(document._id)).toMatchObject([{ kind: 'nothing-held', version: 1, receivedAt: at(10) }]);
      const task = { id: 'T1', answersBefore: 0 };
      expect(await store.answers.ofTask(document._id, task)).toMatchObject({ version: 1, waiting: true });
      expect(await store.answers.ofTask(document._id, { ...task, id: 'T2' })).toBeNull();
    });

    it('has the newest correction in force, and none from before a task was asked again', async () => {
      const document = await open();
      for (const version of [1, 2]) await store.audit.append(answerTo(document, store, at(10 + version), { version }));
      expect(await store.answers.ofTask(document._id, { id: 'T1', answersBefore: 0 })).toMatchObject({ version: 2 });
      expect(await store.answers.ofTask(document._id, { id: 'T1', answersBefore: 2 })).toBeNull();
    });

    it('keeps an answer among what waits until the case has given its word', async () => {
      const document = await open();
      const { entry } = await store.audit.append(answerTo(document, store, at(10)));
      const waiting = async () => (await all(store.audit.waiting())).map(({ _id }) => _id);
      expect(await waiting()).toContain(entry._id);
      expect(await store.audit.waitingOf(document._id)).toEqual([entry]);
      await store.audit.markSettled([entry._id]);
      expect(await waiting()).not.toContain(entry._id);
    });
  });

  describe('what acts change of a case', () => {
    it('passes a task on once for a generation, and never back by an older one', async () => {
      const { _id } = await open();
      const task = async () => (await store.cases.get(_id))?.tasks[0];
      await store.cases.passOn(_id, 'T1', { team: null, holder: 'essex-police-officer', generation: 3 });
      await store.cases.passOn(_id, 'T1', { team: 'west', holder: null, generation: 2 });
      expect(await task()).toMatchObject({ team: null, holder: 'essex-police-officer', linkGeneration: 3 });
    });

    it('adds a clock once for a version', async () => {
      const { _id, tasks } = await open();
      const [first] = tasks[0]?.plans ?? [];
      if (first === undefined) throw new Error('The task has no plan.');
      for (const reason of ['paused', 'extended'] as const) await store.cases.addPlan(_id, 'T1', { ...first, version: 2, reason });
      expect((await store.cases.get(_id))?.tasks[0]?.plans.map(({ reason }) => reason)).toEqual(['opened', 'paused']);
    });

    it('reopens a closed case once for a run, and no open one', async () => {
      const { _id, policy, tasks, startInput, projection } = await open();
      const next = { run: 2, policy, tasks, startInput, projection: { ...projection, run: 2, seq: 9 }, nextWakeAt: null };
      await store.cases.reopen(_id, next);
      expect((await store.cases.get(_id))?.run).toBe(1);
      await store.cases.record(_id, { ...projection, seq: 8, outcome: 'withdrawn', nextWakeAt: null }, []);
      await store.cases.markStarted(_id, at(1));
      await store.cases.reopen(_id, next);
      await store.cases.reopen(_id, { ...next, projection: { ...projection, run: 2, seq: 99 } });
      expect(await store.cases.get(_id)).toMatchObject({ run: 2, ended: false, startedAt: null, projection: { seq: 9 } });
      // What the workflow of the opening before still records is no news of this one.
      await store.cases.record(_id, { ...projection, seq: 50, outcome: 'withdrawn', nextWakeAt: null }, []);
      expect(await store.cases.get(_id)).toMatchObject({ ended: false, projection: { run: 2, seq: 9 } });
      expect(workflowIdOf({ _id, run: 1 })).toBe(_id);
      expect(workflowIdOf({ _id, run: 2 })).toBe(`${_id}-2`);
    });
  });

  describe('the mail ledger', () => {
    const claim = (key: string, minute: number, lease = 1) =>
      store.mailLedger.claim(key, `<${key}@partnership.example>`, at(minute), after(minute + lease));

    it('lets one of many claimers win', async () => {
      const claims = await Promise.all(Array.from({ length: 10 }, () => claim('at once', 0)));
      expect(claims.filter(({ result }) => result === 'claimed')).toHaveLength(1);
      expect(claims.filter(({ result }) => result === 'busy')).toHaveLength(9);
    });

    it('gives a claim whose lease has passed to one other', async () => {
      await claim('left behind', 0);
      expect(await claim('left behind', 1)).toEqual({ result: 'busy' });
      const takers = await Promise.all([1, 2, 3].map(() => claim('left behind', 2)));
      expect(takers.map(({ result }) => result).toSorted()).toEqual(['busy', 'busy', 'claimed']);
    });

    it('says what became of a mail, and keeps to it', async () => {
      await claim('sent', 0);
      await store.mailLedger.settle('sent', 'sent', at(1));
      await store.mailLedger.settle('sent', 'refused', at(2));
      expect(await claim('sent', 100)).toEqual({ result: 'settled', state: 'sent', at: at(1) });
      await claim('refused', 0);
      await store.mailLedger.settle('refused', 'refused', at(1));
      expect(await claim('refused', 100)).toEqual({ result: 'settled', state: 'refused', at: at(1) });
    });

    it('gives a mail that was not taken free at once, but never the claim of a later sender', async () => {
      await claim('put back', 0);
      await store.mailLedger.release('put back', after(1), at(0));
      expect(await claim('put back', 0.5)).toEqual({ result: 'claimed' });
      // The first sender again, late.
      await store.mailLedger.release('put back', after(1), at(0));
      expect(await claim('put back', 1)).toEqual({ result: 'busy' });
      await store.mailLedger.settle('put back', 'sent', at(1));
      await store.mailLedger.release('put back', after(1.5), at(1));
      expect(await claim('put back', 100)).toMatchObject({ result: 'settled' });
    });
  });

  describe('links', () => {
    const linkOf = async (caseRef: string, task = 'T1', generation = 1, role: LinkRole = 'spoc') => {
      const token = await store.links.issue(caseRef, task, role, generation);
      const link = await store.links.find(token);
      if (link === null) throw new Error('The link is not there.');
      return { token, link };
    };

    it('has one token for a task, role and generation, another for every other, and keeps none of them', async () => {
      const { token, link } = await linkOf('IR-2027-0001');
      expect(await store.links.issue('IR-2027-0001', 'T1', 'spoc', 1)).toBe(token);
      const others = await Promise.all([
        linkOf('IR-2027-0001', 'T1', 2),
        linkOf('IR-2027-0001', 'T2', 1),
        linkOf('IR-2027-0002', 'T1', 1),
        linkOf('IR-2027-0001', 'T1', 1, 'deputy'),
      ]);
      expect(new Set([token, ...others.map((other) => other.token)]).size).toBe(5);
      expect(link).toMatchObject({ caseRef: 'IR-2027-0001', task: 'T1', generation: 1 });
      expect(JSON.stringify(await store.database.collection('links').find().toArray())).not.toContain(token);
      expect(await store.links.find(`${token.slice(0, -1)}x`)).toBeNull();
    });

    it('lets a right code in once, and one user only', async () => {
      const { link } = await linkOf('IR-2027-0010');
      await store.links.keepCode(link, '123456', after(15));
      const tries = await Promise.all([1, 2, 3].map(() => store.links.redeemCode(link, '123456', after(1))));
      expect(tries.filter(Boolean)).toHaveLength(1);
      expect(await store.links.redeemCode(link, '123456', after(1))).toBe(false);
      expect(JSON.stringify(await store.database.collection('link_codes').find().toArray())).not.toContain('123456');
    });

    it('takes five tries, however many come at once', async () => {
      const { link } = await linkOf('IR-2027-0011');
      await store.links.keepCode(link, '123456', after(15));
      await Promise.all([1, 2, 3, 4, 5].map((wrong) => store.links.redeemCode(link, `00000${wrong}`, after(1))));
      expect(await store.links.redeemCode(link, '123456', after(1))).toBe(false);
      await store.links.keepCode(link, '654321', after(15));
      expect(await store.links.redeemCode(link, '654321', after(1))).toBe(true);
    });

    it('takes the fourth wrong code and then the right one', async () => {
      const { link } = await linkOf('IR-2027-0012');
      await store.links.keepCode(link, '123456', after(15));
      for (const wrong of ['1', '2', '3', '4']) await store.links.redeemCode(link, `00000${wrong}`, after(1));
      expect(await store.links.redeemCode(link, '123456', after(1))).toBe(true);
    });

    it('refuses a code that is out of date, was replaced, or belongs to another link', async () => {
      const { link } = await linkOf('IR-2027-0013');
      const { link: other } = await linkOf('IR-2027-0014');
      await store.links.keepCode(link, '123456', after(15));
      await store.links.keepCode(other, '777777', after(15));
      expect(await store.links.redeemCode(link, '123456', after(15))).toBe(false);
      expect(await store.links.redeemCode(other, '123456', after(1))).toBe(false);
      await store.links.keepCode(link, '222222', after(15));
      expect(await store.links.redeemCode(link, '123456', after(1))).toBe(false);
      expect(await store.links.redeemCode(link, '222222', after(1))).toBe(true);
      // The code of one link, moved to another in the database, opens neither.
      await store.links.keepCode(link, '333333', after(15));
      const codes = store.database.collection<{ _id: string; codeHash: string }>('link_codes');
      const { codeHash } = (await codes.findOne({ _id: link._id })) ?? { codeHash: '' };
      await codes.updateOne({ _id: other._id }, { $set: { codeHash } });
      expect(await store.links.redeemCode(other, '333333', after(1))).toBe(false);
    });
  });

  it('enters the partners of the protocol once, and leaves what was changed since', async () => {
    const entries = store.database.collection<{ _id: string; contacts: { spoc: string | null } }>('directory');
    const spocOf = async (partner: string) =>
      (await store.directory.resolve({ partner, team: null, role: 'spoc', on: received })).address;
    expect(await spocOf('essex-police')).toBe('spoc@essex-police.example');
    await entries.updateOne({ _id: 'essex-police' }, { $set: { 'contacts.spoc': 'new@essex-police.example' } });
    await store.directory.enterPartners(protocol);
    expect(await spocOf('essex-police')).toBe('new@essex-police.example');
    expect(await spocOf('nobody')).toBeNull();
    const manager = { partner: 'nobody', team: null, role: 'csp-manager', on: received } as const;
    expect((await store.directory.resolve(manager)).address).toBe(protocol.contactPoint.address);
  });

  it('keeps the last look of the watchdog', async () => {
    await store.signs.noteWatchdog(at(0), ['IR-2026-0001']);
    await store.signs.noteWatchdog(at(1), []);
    expect(await store.signs.watchdog()).toMatchObject({ lookedAt: at(1), stuck: [] });
  });
});
