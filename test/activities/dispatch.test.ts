/** Bringing acts over, with a real store and a Temporal in the test's hands. */
import type { Client } from '@temporalio/client';
import { WorkflowUpdateFailedError } from '@temporalio/client';
import { ApplicationFailure } from '@temporalio/common';
import { fixedClock } from '../../config/clock';
import { createLogger } from '../../config/logger';
import { ActRejected, CaseOutOfReach, Dispatch } from '../../dispatch';
import type { ActDraft, AuditAct } from '../../store/audit';
import type { CaseDocument } from '../../store/cases';
import type { RejectionType, TellUpdate } from '../../workflows/shared/contract';
import { answerTo, informationRequest, openedAt } from '../support/cases';
import { describeWithDatabase, holidays, startStore, type TestStore } from '../support/database';

/** A workflow that notes what it is told, or does not answer, or refuses. */
class Told {
  readonly messages: string[] = [];
  isAway = false;
  refuses: RejectionType | null = null;
  /** How many updates are under way at once, at the most. */
  most = 0;
  #now = 0;

  readonly client = {
    withDeadline: (_deadline: number, call: () => Promise<unknown>) => call(),
    workflow: {
      getHandle: () => ({
        executeUpdate: async (_name: string, { args: [{ message }] }: { args: [TellUpdate] }) => {
          if (this.isAway) throw new Error('Temporal is away');
          this.#now += 1;
          this.most = Math.max(this.most, this.#now);
          await new Promise((resolve) => setTimeout(resolve, 5));
          this.#now -= 1;
          if (this.refuses !== null) {
            const failure = ApplicationFailure.create({ type: this.refuses, message: this.refuses });
            throw new WorkflowUpdateFailedError('refused', failure);
          }
          this.messages.push(message.type);
        },
      }),
    },
  } as unknown as Client;
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
    told = new Told();
    const clock = fixedClock('2026-03-27T10:00:00.000Z');
    dispatch = new Dispatch({ client: told.client, store, clock, logger: createLogger('test', 'silent'), holidays: { current: () => holidays } });
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

  test('what was told is not told again, and forty at once go one after the other', async () => {
    const drafts = Array.from({ length: 40 }, (_, index) =>
      answerTo(document, running.store, openedAt, { version: index + 1 }),
    );
    const entries = await Promise.all(drafts.map(async (draft) => (await running.store.audit.append(draft)).entry));
    await Promise.all(entries.map((entry) => dispatch.deliver(entry)));
    expect(told.messages).toHaveLength(40);
    expect(told.most).toBe(1);
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
});
