/**
 * Of a request of an applicant no originator learns of another one by a list: whatever the tasks of the others are, in whatever
 * state, a list, its order, its pages and its counts are the same to it as if there were none. Each request is stored twice over,
 * with others and without, and whatever can be asked is asked of both.
 */
import fc from 'fast-check';
import { summaryFor } from '../../api/apart';
import { knowsOriginators, seenBy } from '../../api/policy';
import type { IsoInstant } from '../../config/clock';
import type { Account } from '../../store/accounts';
import { waits, type CaseDocument, type CaseFilter, type CaseOrder, type CaseTask } from '../../store/cases';
import type { ItemInput, TaskState } from '../../workflows/shared/contract';
import { subjectAccessRules } from '../../workflows/subject-access/rules';
import type { SubjectAccessState } from '../../workflows/subject-access/state';
import { describeWithDatabase, startStore, type TestStore } from '../support/database';
import { listedCase, reference, storeCases } from '../support/listed-cases';

const day = 86_400_000;
const begin = Date.parse('2026-04-01T00:00:00.000Z');
const at = (days: number): IsoInstant => new Date(begin + days * day).toISOString() as IsoInstant;
const now = at(10);

interface Asked {
  readonly partner: string;
  readonly dueIn: number;
  readonly status: TaskState['status'];
  readonly question: number | null;
  readonly decided: boolean;
}
interface Request {
  readonly own: readonly Asked[];
  readonly others: readonly Asked[];
  readonly replyIn: number;
  readonly stopped: boolean;
  readonly ended: boolean;
}

const asked = (partner: fc.Arbitrary<string>): fc.Arbitrary<Asked> =>
  fc.record({
    partner,
    dueIn: fc.integer({ min: 1, max: 20 }),
    status: fc.constantFrom<TaskState['status']>('open', 'answered', 'answered', 'unanswered', 'left-unanswered'),
    question: fc.constantFrom(null, null, 1),
    decided: fc.nat({ max: 9 }).map((one) => one > 0),
  });
const requests: fc.Arbitrary<Request> = fc.record({
  own: fc.array(asked(fc.constant('essex-police')), { minLength: 1, maxLength: 2 }),
  others: fc.array(asked(fc.constantFrom('probation', 'ecfrs')), { minLength: 1, maxLength: 3 }),
  replyIn: fc.integer({ min: 8, max: 25 }),
  stopped: fc.boolean(),
  ended: fc.nat({ max: 5 }).map((one) => one === 0),
});

/** The account of an originator, and of another one; the receiver and an overseer see all. */
const account = (partner: string, ...roles: Account['roles']): Account => ({ _id: `of ${partner}`, username: '', displayName: '', partner, teams: [], roles, passwordHash: '' });
const police = account('essex-police', 'spoc');

describeWithDatabase('lists of requests of an applicant, to an originator', () => {
  let running: TestStore;
  beforeAll(async () => {
    running = await startStore();
  });
  afterAll(() => running.close());

  /** A request as its workflow would have said that it stands; the tasks of essex-police have the same ids with others and without. */
  function documentOf(number: number, { own, others, replyIn, stopped, ended }: Request, withOthers: boolean): CaseDocument {
    const document = listedCase(reference(number), running.store);
    const [model] = document.tasks;
    const [plan] = model?.plans ?? [];
    if (model === undefined || plan === undefined) throw new Error('A case of a list has a task with a plan.');
    const all = [
      { partner: 'thurrock', kind: 'reply' as const, dueIn: replyIn, status: 'open' as const, question: null, decided: true },
      ...own.map((each) => ({ ...each, kind: 'consult' as const })),
      ...(withOthers ? others.map((each) => ({ ...each, kind: 'consult' as const })) : []),
    ];
    const tasks = all.map(({ partner, kind, dueIn }, index): CaseTask => ({ ...model, id: `T${index + 1}`, kind, partner, plans: [{ ...plan, dueAt: at(dueIn) }] }));
    const states = all.map(
      ({ partner, kind, dueIn, status, question }, index): TaskState => ({
        id: `T${index + 1}`,
        kind,
        partner,
        name: partner,
        clock: { version: 1, dueAt: at(dueIn), rungs: [], calendarVersion: '' },
        status,
        overdue: dueIn <= 10 && (status === 'open' || status === 'unanswered'),
        question: status === 'open' ? question : null,
        pausedAt: kind === 'reply' && stopped ? at(2) : null,
        rungsPassed: 0,
        reached: [],
        answer: null,
      }),
    );
    const items = all.flatMap(({ kind, decided }, index): (ItemInput & { decision: 'withhold' | null })[] =>
      kind === 'reply' ? [] : [{ id: `I${index}`, task: `T${index + 1}`, decision: decided ? 'withhold' : null }],
    );
    const state = { run: 1, seq: 1, tasks: states, items, stopped: stopped ? 1 : null, closeAt: null, outcome: ended ? 'replied' : null, outbox: null, silent: [] };
    const projection = subjectAccessRules.projectionOf(state as unknown as SubjectAccessState);
    return { ...document, process: 'subject-access', partners: [...new Set(tasks.map(({ partner }) => partner))], tasks, projection, ended };
  }

  const store = async (documents: readonly CaseDocument[]): Promise<void> => {
    await running.store.database.collection('cases').deleteMany({});
    await storeCases(running.store, documents);
  };

  const filters: readonly Omit<CaseFilter, 'partners' | 'named'>[] = [
    {},
    { overdueAt: now },
    ...waits.map((each) => ({ waits: each })),
    ...subjectAccessRules.stages.map((stage) => ({ stage })),
    ...[3, 8, 12, 18].flatMap((days) => [{ dueUntil: at(days) }, { dueAfter: at(days) }]),
    { partner: { code: 'probation', side: 'either' } },
    { partner: { code: 'essex-police', side: 'asked' }, overdueAt: now },
    { ended: false, stage: 'consulting', dueUntil: at(15) },
  ];
  const orders: readonly CaseOrder[] = ['newest-first', 'due-first', 'closes-first', 'by-reference'];

  /** All that lists tell an account, by filter and order, in pages and as counted. */
  async function toldTo(who: Account): Promise<unknown> {
    const told: unknown[] = [];
    for (const each of filters) {
      const filter: CaseFilter = { ...seenBy(who), ...each };
      told.push([each, 'counted', await running.store.cases.count(filter)]);
      for (const order of orders) {
        const found: unknown[] = [];
        for (let skip = 0; ; skip += 7) {
          const page = await running.store.cases.list(filter, 7, order, skip);
          found.push(...page.map((summary) => summaryFor(who, summary)).map(({ _id, projection: { stage, dueAt, overdue, overdueFrom, openTasks, tasks }, partners }) => ({ _id, stage, dueAt, overdue, overdueFrom, openTasks, tasks, partners })));
          if (page.length < 7) break;
        }
        told.push([each, order, found]);
      }
    }
    return told;
  }

  const sample = fc.sample(requests, { numRuns: 40, seed: 7 });
  /** Among them are cases that are seen as they are: with each filter, an order has to put one kind among the other. */
  const plain = () => [1, 2, 3, 4, 5, 6].map((number) => listedCase(reference(100 + number), running.store, { dueAt: at(number * 3) }));

  it('say the same whether there are others or not', async () => {
    await store([...sample.map((each, index) => documentOf(index + 1, each, true)), ...plain()]);
    const withOthers = await toldTo(police);
    const receiver = await toldTo(account('thurrock', 'spoc'));
    await store([...sample.map((each, index) => documentOf(index + 1, each, false)), ...plain()]);
    expect(withOthers).toEqual(await toldTo(police));
    // The receiver does see a difference: otherwise nothing would be shown.
    expect(receiver).not.toEqual(await toldTo(account('thurrock', 'spoc')));
  });

  it('are complete, and in the order of what is seen', async () => {
    await store([...sample.map((each, index) => documentOf(index + 1, each, true)), ...plain()]);
    const filter: CaseFilter = seenBy(police);
    const all = await running.store.cases.list(filter, 1000, 'due-first');
    expect(all).toHaveLength(46);
    expect(await running.store.cases.count(filter)).toBe(46);
    const dues = all.map((summary) => summaryFor(police, summary).projection.dueAt).map((due) => due ?? 'nothing is due');
    expect(dues).toEqual(dues.toSorted());
    const overdue = (await running.store.cases.list({ ...filter, overdueAt: now }, 1000)).map(({ _id }) => _id);
    const expected = all.filter((summary) => {
      const { projection, tasks } = summaryFor(police, summary);
      return projection.tasks.some(({ id, status, pausedAt }) => {
        const due = tasks.find((task) => task.id === id)?.plans.at(-1)?.dueAt ?? '';
        return projection.outcome === null && (status === 'open' || status === 'unanswered') && pausedAt === null && Date.parse(due) <= Date.parse(now);
      });
    });
    expect(overdue.sort()).toEqual(expected.map(({ _id }) => _id).sort());
    expect(overdue.length).toBeGreaterThan(5);
  });

  it('show as they are what the policy lets an account know of its originators', async () => {
    await store(sample.map((each, index) => documentOf(index + 1, each, true)));
    const overseer = account('probation', 'csp-manager');
    for (const who of [account('thurrock', 'spoc'), overseer]) {
      const found = await running.store.cases.list({ ...seenBy(who), stage: 'to-reply' }, 1000);
      expect(found.every((summary) => knowsOriginators(who, summary) && summary.projection.stage === 'to-reply')).toBe(true);
      expect(found.length).toBeGreaterThan(0);
    }
    expect(await running.store.cases.list({ ...seenBy(police), stage: 'to-reply' }, 1000)).toEqual([]);
  });
});
