/** Bringing acts over, with a real store and a Temporal in the test's hands. */
import type { Client } from '@temporalio/client';
import { fixedClock } from '../../config/clock';
import { createLogger } from '../../config/logger';
import { ActRejected, CaseOutOfReach, Dispatch } from '../../dispatch';
import { moveOnRecord, planTask } from '../../dispatch/clock';
import type { Store } from '../../store';
import { entryId, type ActDraft, type AuditAct, type AuditEntry } from '../../store/audit';
import type { CaseDocument } from '../../store/cases';
import type { CaseMessage, RejectionType } from '../../workflows/shared/contract';
import { recordRefusal } from '../../dispatch/word';
import { answerTo, informationRequest, openedAt } from '../support/cases';
import { describeWithDatabase, holidays, protocol, startStore, type TestStore } from '../support/database';

const clock = fixedClock('2026-03-27T10:00:00.000Z');

/** A workflow that notes what it is told, or cannot be reached, or refuses, or is told and gives no word. */
class Told {
  constructor(private readonly store: Store) {}

  readonly messages: string[] = [];
  /** Their numbers. */
  readonly seqs: number[] = [];
  isAway = false;
  refuses: RejectionType | null = null;
  isSilent = false;
  /** What came in one signal each: the numbers, by the case. */
  readonly signals: { readonly to: string; readonly seqs: readonly number[] }[] = [];
  /** How many signals are under way at once, at the most. */
  most = 0;
  #now = 0;

  readonly client = {
    withDeadline: (_deadline: number, call: () => Promise<unknown>) => call(),
    workflow: {
      getHandle: (caseRef: string) => ({
        signal: async (_name: string, ...messages: readonly CaseMessage[]) => {
          if (this.isAway) throw new Error('Temporal is away');
          this.signals.push({ to: caseRef, seqs: messages.map(({ seq }) => seq) });
          this.#now += 1;
          this.most = Math.max(this.most, this.#now);
          await new Promise((resolve) => setTimeout(resolve, 5));
          this.#now -= 1;
          for (const message of messages) await this.#take(caseRef, message);
        },
      }),
    },
  } as unknown as Client;

  async #take(caseRef: string, { seq, type }: CaseMessage): Promise<void> {
    const id = entryId(caseRef, seq);
    const entry = await this.store.audit.byId(id);
    if (this.refuses !== null) return recordRefusal(entry as AuditEntry, this.refuses, { store: this.store, clock, protocol, holidays: { current: () => holidays } });
    this.messages.push(type);
    this.seqs.push(seq);
    if (!this.isSilent) await this.store.audit.markSettled([id]);
  }
}

describeWithDatabase('bringing acts over', () => {
  let running: TestStore;
  let document: CaseDocument;
  let told: Told;
  let dispatch: Dispatch;
  let number = 0;

  beforeAll(async () => {
    running = await startStore();
  }, 300_000);
  afterAll(() => running.close());
  beforeEach(async () => {
    const { store } = running;
    told = new Told(store);
    dispatch = new Dispatch({ client: told.client, store, clock, logger: createLogger('test', 'silent'), protocol, holidays: { current: () => holidays } });
    number += 1;
    ({ document } = await store.cases.open(informationRequest(`IR-2026-9${String(number).padStart(3, '0')}`, store)));
  });

  const append = async (act: AuditAct, key: string, facts: ActDraft['facts'] = {}) => {
    const by = { account: 'somebody', via: 'page', from: null } as const;
    const draft = { chain: document._id, key, at: openedAt, act, by, task: 'T1', facts, waiting: true };
    return (await running.store.audit.append(draft)).entry;
  };

  test('a reply does not overtake its question, though its delivery comes first', async () => {
    told.isAway = true;
    const question = await append('question-asked', 'question/T1/1', { number: 1 });
    await expect(dispatch.deliver(question)).rejects.toThrow('Temporal is away');
    told.isAway = false;
    const reply = await append('question-answered', 'reply/T1/1', { number: 1, clock: null, plan: null });
    await dispatch.deliver(reply);
    expect(told.messages).toEqual(['question', 'reply']);
    expect(await running.store.audit.waitingOf(document._id)).toEqual([]);
  });

  const answers = async (count: number): Promise<AuditEntry[]> => {
    const drafts = Array.from({ length: count }, (_, index) =>
      answerTo(document, running.store, openedAt, { version: index + 1 }),
    );
    const entries = await Promise.all(drafts.map(async (draft) => (await running.store.audit.append(draft)).entry));
    return entries.sort((a, b) => a.seq - b.seq);
  };
  const signalsHere = () => told.signals.filter(({ to }) => to === document._id).map(({ seqs }) => seqs);
  const numbersOf = (entries: readonly AuditEntry[]): number[] => entries.map(({ seq }) => seq);

  test('what was told is not told again; of ten at once those that had to wait go together, in the order of the record', async () => {
    const entries = await answers(10);
    await Promise.all([...entries].reverse().map((entry) => dispatch.deliver(entry)));
    expect(told.seqs).toEqual(numbersOf(entries));
    expect(told.most).toBe(1);
    expect(told.signals.length).toBeLessThanOrEqual(5);
  });

  test('what could not be told together is told by the next that gets through', async () => {
    const entries = await answers(3);
    told.isAway = true;
    const first = await Promise.allSettled(entries.map((entry) => dispatch.deliver(entry)));
    expect(first.map(({ status }) => status)).toEqual(['rejected', 'rejected', 'rejected']);
    told.isAway = false;
    const later = await append('question-asked', 'question/T1/1', { number: 1 });
    await dispatch.deliver(later);
    expect(told.seqs).toEqual(numbersOf([...entries, later]));
    expect(told.signals).toHaveLength(1);
  });

  test('what was left behind is brought over in one go, in signals of fifty at the most', async () => {
    const entries = await answers(60);
    await dispatch.sweep();
    expect(signalsHere()).toEqual([numbersOf(entries.slice(0, 50)), numbersOf(entries.slice(50))]);
  });

  test('what was put on record a moment ago is left to whoever put it there', async () => {
    const entries = await answers(1);
    const later = (now: string) =>
      new Dispatch({
        client: told.client,
        store: running.store,
        clock: fixedClock(now),
        logger: createLogger('test', 'silent'),
        protocol,
        holidays: { current: () => holidays },
      }).sweep(undefined, 2_000);
    await later('2026-03-26T10:00:01.999Z');
    expect(signalsHere()).toEqual([]);
    await later('2026-03-26T10:00:02.000Z');
    expect(signalsHere()).toEqual([numbersOf(entries)]);
  });

  test('an act that cannot be brought to the store holds up none that was left behind before it', async () => {
    const entries = await answers(3);
    const { disclosures } = running.store;
    const enter = disclosures.enter.bind(disclosures);
    const failing = jest.spyOn(disclosures, 'enter').mockImplementation((document, entry) =>
      entry._id === entries[2]?._id ? Promise.reject(new Error('the database is away')) : enter(document, entry),
    );
    await dispatch.sweep();
    expect(signalsHere().flat()).toEqual(numbersOf(entries.slice(0, 2)));
    failing.mockRestore();
    await dispatch.sweep();
    expect(signalsHere().flat()).toEqual(numbersOf(entries));
  });

  test('what Temporal has for a case that gives no word yet is told again after an hour only', async () => {
    told.isSilent = true;
    let now = '2026-03-27T10:00:00.000Z';
    const { store } = running;
    const later = new Dispatch({
      client: told.client,
      store,
      clock: { now: () => now as typeof openedAt },
      logger: createLogger('test', 'silent'),
      protocol,
      holidays: { current: () => holidays },
    });
    const { entry } = await store.audit.append(answerTo(document, store, openedAt));
    const tellings = async (): Promise<number> => {
      await later.deliver(entry);
      await later.sweep();
      return told.seqs.length;
    };
    expect(await tellings()).toBe(1);
    now = '2026-03-27T10:59:59.000Z';
    expect(await tellings()).toBe(1);
    now = '2026-03-27T11:00:00.000Z';
    expect(await tellings()).toBe(2);
    expect((await store.audit.waitingOf(document._id)).map(({ _id }) => _id)).toEqual([entry._id]);
    await store.audit.markSettled([entry._id]);
    now = '2026-03-28T11:00:00.000Z';
    expect(await tellings()).toBe(2);
  });

  test('an act that the case refuses is on record as refused, and says so however often it comes', async () => {
    told.refuses = 'NotYetAnswered';
    const entry = await append('answers-confirmed', 'confirmed/x');
    await expect(dispatch.act(entry)).rejects.toThrow(ActRejected);
    await expect(dispatch.act(entry)).rejects.toThrow(ActRejected);
    const record = await running.store.audit.of(document._id, 'act-refused');
    expect(record.map(({ facts }) => facts)).toEqual([{ act: 'answers-confirmed', seq: 1, rejection: 'NotYetAnswered' }]);
  });

  test('an act without a word in time may be done later', async () => {
    told.isAway = true;
    const entry = await append('answers-confirmed', 'confirmed/x');
    await expect(dispatch.act(entry)).rejects.toThrow(CaseOutOfReach);
    told.isAway = false;
    expect((await dispatch.sweep()).delivered).toBeGreaterThanOrEqual(1);
    expect(told.messages).toEqual(['answers-confirmed']);
  });

  describe('moves of a clock', () => {
    const by = { account: 'somebody', via: 'page', from: null } as const;
    const caseNow = async (): Promise<CaseDocument> => (await running.store.cases.get(document._id)) as CaseDocument;
    const plans = async (task = 0): Promise<string[]> =>
      ((await caseNow()).tasks[task]?.plans ?? []).map(({ version, reason, dueOn }) => `${version} ${reason} ${dueOn ?? ''}`);
    const extend = async (): Promise<AuditEntry> => {
      const task = document.tasks[0];
      if (task === undefined) throw new Error('The case has no task.');
      const entry = await moveOnRecord(
        document,
        task,
        (_record, { from, paused }, version) => ({
          plan: planTask(
            { caseRef: document._id, from: from, extended: true, paused, version, reason: 'extended' },
            document.policy,
            { holidays },
          ),
          draft: { at: openedAt, act: 'clock-extended', by },
        }),
        running.store,
      );
      if (entry === null) throw new Error('Nothing was moved.');
      return entry;
    };
    const correct = async (from = '2026-03-24', seconds = 0) => {
      const at = openedAt.replace(':00.000', `:0${seconds}.000`) as typeof openedAt;
      const draft = { chain: document._id, key: `correction/${from}/decided`, at, by, facts: { number: 1, from } };
      return (await running.store.audit.append({ ...draft, act: 'correction-confirmed', waiting: true })).entry;
    };

    beforeEach(async () => {
      number += 1;
      const asked = [{ partner: 'essex-police' }, { partner: 'probation' }];
      const opened = informationRequest(`IR-2026-9${String(number).padStart(3, '0')}`, running.store, { asked });
      ({ document } = await running.store.cases.open(opened));
    });

    test('reach the store although Temporal is away, and Temporal once it is back', async () => {
      told.isAway = true;
      const entry = await extend();
      await expect(dispatch.act(entry)).rejects.toThrow(CaseOutOfReach);
      expect(await plans()).toEqual(['1 opened 2026-04-13', '2 extended 2026-04-27']);
      told.isAway = false;
      await dispatch.sweep();
      expect(told.messages).toEqual(['clock-moved']);
      expect(await plans()).toEqual(['1 opened 2026-04-13', '2 extended 2026-04-27']);
    });

    test('that the case refuses are taken back from the store, and count for nothing', async () => {
      told.refuses = 'AlreadyAnswered';
      await expect(dispatch.act(await extend())).rejects.toThrow(ActRejected);
      expect(await plans()).toEqual(['1 opened 2026-04-13']);
      told.refuses = null;
      await dispatch.act(await extend());
      expect(await plans()).toEqual(['1 opened 2026-04-13', '3 extended 2026-04-27']);
    });

    test('of a correction are made once for each task, and told in the order of the record', async () => {
      const entry = await correct();
      await dispatch.deliver(entry);
      await dispatch.deliver(entry);
      expect(told.messages).toEqual(['clock-moved', 'clock-moved']);
      for (const task of [0, 1]) expect(await plans(task)).toEqual(['1 opened 2026-04-13', '2 corrected 2026-04-09']);
    });

    test.each([0, 1, 2])('of a correction are finished after a crash, when %d of them were on record', async (done) => {
      const { audit } = running.store;
      const append = audit.append.bind(audit);
      let made = 0;
      const entry = await correct();
      const dying = jest.spyOn(audit, 'append').mockImplementation(async (draft) => {
        if (draft.act !== 'clock-moved') return append(draft);
        // Those that are made at once come in turn: the process dies with the first one that is too many.
        made += 1;
        if (made > done) throw new Error('the process died');
        return append(draft);
      });
      const adding = jest.spyOn(running.store.cases, 'addPlan').mockRejectedValue(new Error('the process died'));
      await expect(dispatch.deliver(entry)).rejects.toThrow('the process died');
      dying.mockRestore();
      adding.mockRestore();
      expect(await audit.of(document._id, 'clock-moved')).toHaveLength(done);
      expect(told.messages).toEqual([]);

      await dispatch.sweep();
      await dispatch.sweep();
      expect(await audit.of(document._id, 'clock-moved')).toHaveLength(2);
      expect(told.messages).toEqual(['clock-moved', 'clock-moved']);
      for (const task of [0, 1]) expect(await plans(task)).toEqual(['1 opened 2026-04-13', '2 corrected 2026-04-09']);
      expect(await audit.waitingOf(document._id)).toEqual([]);
    });

    test('of a correction pass over whoever has answered, and what was put on record between is told first', async () => {
      const { audit } = running.store;
      const entry = await correct();
      const append = audit.append.bind(audit);
      let answer: AuditEntry | undefined;
      const between = jest.spyOn(audit, 'append').mockImplementation(async (draft) => {
        if (draft.act === 'clock-moved' && answer === undefined) {
          ({ entry: answer } = await append(answerTo(document, running.store, openedAt, { task: 'T2' })));
        }
        return append(draft);
      });
      await dispatch.deliver(entry);
      between.mockRestore();
      expect(told.seqs).toEqual([...told.seqs].sort((a, b) => a - b));
      expect(told.messages[0]).toBe('answer');

      await dispatch.deliver(await correct('2026-03-25'));
      expect((await plans(0)).at(-1)).toBe('3 corrected 2026-04-10');
      expect((await plans(1)).at(-1)).not.toContain('2026-04-10');
    });

    test('two that are worked out at once stand one upon the other', async () => {
      const [first, second] = await Promise.all([extend(), correct()]);
      await Promise.all([dispatch.deliver(first), dispatch.deliver(second)]);
      const [task] = (await caseNow()).tasks;
      expect(task?.plans.map(({ version }) => version)).toEqual([1, 2, 3]);
      expect(task?.plans.at(-1)).toMatchObject({ extended: true, from: '2026-03-24' });
    });
  });
});
