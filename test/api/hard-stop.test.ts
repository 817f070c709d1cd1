/**
 * The hard stop of a subject access request by random search: whatever is done in which order, by whom, twice, and at once, no
 * decision to disclose is on record for an item whose originator was not warned, or has neither answered nor run out of time,
 * but with the reason that the statutory date comes first. What is on record is held against the test's own account of what
 * it did, and not against the rule that the product asks.
 */
import fc from 'fast-check';
import { submissionKey } from '../../api/cases/dependencies';
import type { AuditEntry } from '../../store/audit';
import type { CaseDocument, CaseItem, CaseTask, TaskPlan } from '../../store/cases';
import { runWorkflowsHere } from './policy/workflows-here';
import { answerRead } from './answering';
import { cspManager, SetClock, spoc, startWeb, thursday, type Web } from './support';

const governance = 'governance-lead@thurrock.example';
const probation = 'spoc@probation.example';
const contactOf: Readonly<Record<string, string>> = { 'essex-police': spoc, probation };

let web: Web;
const clock = new SetClock(thursday);
let token: string;
beforeAll(async () => {
  web = await startWeb(clock);
  runWorkflowsHere(web.deps);
  token = await web.token(governance);
}, 180_000);
afterAll(async () => web.close());

const post = async (username: string, path: string, sent: object, key: string) => {
  const answer = await web.post(username, path, sent, key);
  if (answer.status >= 500) throw new Error(`${path} got ${answer.status}`);
  return answer;
};

const item = fc.constantFrom('I1', 'I2', 'I3', 'I4');
const originator = fc.constantFrom('essex-police', 'probation', null);
const reason = fc.constantFrom('', 'It is due');
/** What is done: most of it has a right moment, and comes at wrong ones too. */
const step = fc.oneof(
  // What its originator has said was read in that moment, or (by whoever has an old page open) before, or by nobody.
  { weight: 6, arbitrary: fc.record({ do: fc.constant('disclose' as const), item, reason, part: fc.boolean(), read: fc.constantFrom('now' as const, 'now' as const, 'before' as const, 'never' as const) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('withhold' as const), item }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('warn' as const), task: fc.nat(5) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('call' as const), task: fc.nat(5) }) },
  // By the one account that decides: what it says of an originator is no warning and no answer for itself.
  { weight: 1, arbitrary: fc.record({ do: fc.constant('own-call' as const), task: fc.nat(5) }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('own-record' as const), task: fc.nat(5) }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('answer' as const), task: fc.nat(5) }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('originator' as const), item, originator }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('add' as const), originator }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('wait' as const), days: fc.constantFrom(0.5, 1, 5, 11) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('extend' as const) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('stop' as const) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('start' as const) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('correct' as const), day: fc.constantFrom('2026-03-10', '2026-03-20', '2026-04-07') }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('reply' as const) }) },
  // What was sent before, accepted or refused, comes once more under its own key.
  { weight: 2, arbitrary: fc.record({ do: fc.constant('again' as const), nth: fc.nat(9) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('withdraw' as const), chance: fc.nat(6) }) },
);
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

/** Done one after the other, or two at once; each post may come twice. */
const history = fc.array(fc.record({ steps: fc.array(step, { minLength: 1, maxLength: 2 }), twice: fc.boolean() }), { minLength: 6, maxLength: 14 });

let keys = 0;

/** When the test let a mail server take the warning of a task, or put a call on record. */
type Warned = Map<string, number>;

async function play(rounds: readonly { readonly steps: readonly Step[]; readonly twice: boolean }[], receivedOn: string): Promise<{ readonly ref: string; readonly warned: Warned }> {
  clock.set(thursday);
  // Each history begins at the same moment: what was counted in the ones before is no rush of this one.
  await web.deps.store.database.db.collection('limits').deleteMany({});
  const opened = await post(governance, '/subject-access-requests', {
    applicant: 'Robin Applicant',
    asked: 'All of it',
    regime: 'uk-gdpr',
    receivedOn,
    items: [
      { originator: 'essex-police', description: 'One' },
      { originator: 'probation', description: 'Two' },
      { originator: 'essex-police', description: 'Three' },
    ],
  }, `hard-${(keys += 1)}`);
  if (opened.status !== 201) throw new Error(`No request was opened: ${JSON.stringify(opened.body)}`);
  const ref = opened.body.reference;
  const warned: Warned = new Map();
  for (const { steps, twice } of rounds) {
    const posts = steps.flatMap((each) => {
      const key = `hard-${(keys += 1)}`;
      return twice ? [doIt(ref, each, warned, key), doIt(ref, each, warned, key)] : [doIt(ref, each, warned, key)];
    });
    await Promise.all(posts);
    // Of what happens at one moment nobody can say which came first.
    clock.pass(1);
  }
  return { ref, warned };
}

/** A decision to disclose as it was sent: it can be sent again, under the same key, whatever has happened since. */
interface Sent {
  readonly key: string;
  readonly item: string;
  readonly body: { readonly answerSeen?: string };
}
type Disclosing = Extract<Step, { do: 'disclose' }>;

/** Of each request: what whoever decides has read of an item when it was looked at last, and the decisions that were sent. */
class Deciding {
  readonly #read = new Map<string, Awaited<ReturnType<typeof answerRead>>>();
  readonly #sent = new Map<string, Promise<Sent>>();

  constructor(readonly ref: string) {}

  /** Twice under one key it is the same. */
  async send(done: Disclosing, key: string): Promise<Sent> {
    const known = this.#sent.get(key) ?? this.#written(done, key);
    this.#sent.set(key, known);
    return known;
  }

  async #written({ item: id, part, reason: beforeTime, read }: Disclosing, key: string): Promise<Sent> {
    const before = this.#read.get(id) ?? {};
    const now = read === 'now' ? await answerRead(web, this.ref, id) : before;
    this.#read.set(id, now);
    return { key, item: id, body: { ...{ decision: part ? 'disclose-in-part' : 'disclose', reason: 'Names', beforeTime }, ...(read === 'never' ? {} : now) } };
  }

  sent(): Promise<readonly Sent[]> {
    return Promise.all(this.#sent.values());
  }
}
const deciding = new Map<string, Deciding>();
const decidingOn = (ref: string): Deciding => {
  const known = deciding.get(ref) ?? new Deciding(ref);
  deciding.set(ref, known);
  return known;
};

async function doIt(ref: string, done: Step, warned: Warned, key: string): Promise<void> {
  const base = `/cases/${ref}`;
  const now = Date.parse(clock.now());
  const today = clock.now().slice(0, 10);
  switch (done.do) {
    case 'disclose':
      await decide(ref, await decidingOn(ref).send(done, key));
      return;
    case 'again': {
      const sent = await decidingOn(ref).sent();
      const one = sent[done.nth % Math.max(1, sent.length)];
      if (one !== undefined) await decide(ref, one);
      return;
    }
    case 'withdraw':
      if (done.chance === 0) await post(governance, `${base}/withdrawal`, { reason: 'Taken back' }, key);
      return;
    case 'withhold':
      await post(governance, `${base}/items/${done.item}/decision`, { decision: 'withhold', reason: 'Exempt', ...(await answerRead(web, ref, done.item)) }, key);
      return;
    case 'warn':
    case 'call':
    case 'answer':
    case 'own-call':
    case 'own-record': {
      const tasks = (await web.deps.store.cases.get(ref))?.tasks.filter(({ kind }) => kind === 'consult') ?? [];
      const task = tasks[done.task % Math.max(1, tasks.length)];
      if (task !== undefined) await onTask(ref, done.do, task, warned, key, now, today);
      return;
    }
    case 'originator':
      await post(governance, `${base}/items/${done.item}/originator`, { originator: done.originator, reason: 'Seen' }, key);
      return;
    case 'add':
      await post(governance, `${base}/items`, { items: [{ originator: done.originator, description: 'Four' }] }, key);
      return;
    case 'wait':
      clock.pass(done.days * 24 * 60);
      return;
    case 'extend':
      await post(governance, `${base}/tasks/T1/extension`, { reason: 'Complex' }, key);
      return;
    case 'stop':
      await post(governance, `${base}/clock-stop`, { since: today }, key);
      return;
    case 'start':
      await post(governance, `${base}/clock-start`, { cameOn: today }, key);
      return;
    case 'correct':
      await post(governance, `${base}/correction`, { from: done.day, reason: 'The stamp' }, key);
      await post(cspManager, `${base}/correction/decision`, { decision: 'confirmed', reason: 'Seen' }, `${key}-second`);
      return;
    case 'reply':
      await post(governance, `${base}/applicant-reply`, { outcome: 'replied', repliedOn: today, text: 'A letter' }, key);
  }
}

const decide = (ref: string, { key, item: id, body }: Sent) => post(governance, `/cases/${ref}/items/${id}/decision`, body, key);

async function onTask(ref: string, what: 'warn' | 'call' | 'answer' | 'own-call' | 'own-record', { id, partner }: CaseTask, warned: Warned, key: string, now: number, today: string): Promise<void> {
  const tell = (): void => void warned.set(id, Math.min(now, warned.get(id) ?? now));
  if (what === 'answer') {
    // Whoever answers knows.
    const { status } = await post(contactOf[partner] ?? '', `/cases/${ref}/tasks/${id}/answers`, { kind: 'no-objection' }, key);
    if (status < 300) tell();
    return;
  }
  const time = new Intl.DateTimeFormat('en-GB', { timeZone: 'Europe/London', hour: '2-digit', minute: '2-digit' }).format(now);
  if (what === 'own-record') {
    const said = { kind: 'no-objection', givenByName: 'The duty officer', givenHow: 'telephone', givenOn: today, givenTime: time };
    await post(governance, `/cases/${ref}/tasks/${id}/recorded-answers`, said, key);
    return;
  }
  if (what === 'call' || what === 'own-call') {
    const caller = what === 'call' ? cspManager : governance;
    const { status } = await post(caller, `/cases/${ref}/tasks/${id}/calls`, { called: { on: today, time }, how: 'telephone', text: 'The duty officer' }, key);
    if (status < 300 && what === 'call') tell();
    return;
  }
  const event = { event: 'notice-sent', at: clock.now(), task: id, step: 'request', to: 'spoc' };
  await web.deps.store.database.db.collection<CaseDocument>('cases').updateOne({ _id: ref }, { $push: { timeline: event as never } });
  tell();
}

/** What the API says may be disclosed is, once it was read and reasons are given; what it says may not be, is not. */
async function triedAsTheApiSays(ref: string): Promise<void> {
  const answer = (await web.browser().agent.get(`/api/v1/cases/${ref}/items`).auth(token, { type: 'bearer' })) as { readonly status: number; readonly body: { readonly items: readonly { id: Disclosing['item']; mayBeDisclosed: boolean }[] } };
  if (answer.status !== 200) throw new Error(`The items of ${ref}: ${answer.status} ${JSON.stringify(answer.body)}`);
  const document = await web.deps.store.cases.get(ref);
  const isOpen = document?.ended === false;
  for (const { id, mayBeDisclosed } of answer.body.items) {
    const one = await decidingOn(ref).send({ do: 'disclose', item: id, reason: 'It is due', part: false, read: 'now' }, `hard-${(keys += 1)}`);
    const { status } = await decide(ref, one);
    expect([ref, id, status]).toEqual([ref, id, isOpen && mayBeDisclosed ? 200 : 409]);
    clock.pass(1);
  }
}

/**
 * What is wrong with the decisions and the reply that are on record: worked out from the entries before each, in their order,
 * and from what the test did.
 */
async function faultsIn(document: CaseDocument, record: readonly AuditEntry[], warned: Warned): Promise<string[]> {
  const faults: string[] = [];
  const sent = new Map((await decidingOn(document._id).sent()).map(({ key, body }) => [key, body.answerSeen]));
  /** What each originator has said last, whoever put it on record. */
  const said = new Map<string, number>();
  const seenWith = ({ by, facts }: AuditEntry): string | undefined => {
    const found = [...sent].find(([key]) => submissionKey(by.account ?? '', key) === facts['submissionId']);
    if (found === undefined) throw new Error('A decision is on record that the test did not send.');
    return found[1];
  };
  const items = new Map<string, CaseItem>((document.items ?? []).map((each) => [each.id, each]));
  const plans = new Map<string, TaskPlan>(document.tasks.flatMap(({ id, plans: [first] }) => (first === undefined ? [] : [[id, first]])));
  const answered = new Set<string>();
  /** What is decided of each item, and until when its originator had time when that was decided on its silence. */
  const decided = new Map<string, { readonly discloses: boolean; readonly onSilence: boolean }>();
  let stopped = false;
  /** Who has said of an item that it did not come from the partner that was warned, and is its own. */
  const madeOwn = new Map<string, string | null>();
  for (const entry of record) {
    const { seq, act, at, by, task, facts } = entry;
    if (act === 'answer-received') said.set(task ?? '', facts['version'] as number);
    // What the account that decides has put on record itself is no answer for it.
    if (act === 'answer-received' && facts['recordedBy'] === null) answered.add(task ?? '');
    if (act === 'clock-stopped') stopped = true;
    if (act === 'clock-started') stopped = false;
    if (facts['plan'] !== undefined && facts['plan'] !== null && task !== null) plans.set(task, facts['plan'] as unknown as TaskPlan);
    if (act === 'items-changed') {
      for (const each of facts['items'] as unknown as readonly CaseItem[]) {
        if (each.originator === null && (items.get(each.id)?.originator ?? null) !== null) madeOwn.set(each.id, by.account);
        else madeOwn.delete(each.id);
        items.set(each.id, each);
        decided.delete(each.id);
      }
      for (const each of facts['tasks'] as unknown as readonly CaseTask[]) plans.set(each.id, each.plans[0] as TaskPlan);
    }
    const hasRunOut = (of: string, moment = at): boolean => Date.parse(plans.get(of)?.dueAt ?? '') <= Date.parse(moment);
    if (act === 'item-decided') {
      const each = items.get(facts['item'] as string);
      const discloses = facts['decision'] !== 'withhold';
      const of = each?.task ?? null;
      // That it is one's own after all is not said and used by one person alone.
      if (discloses && each !== undefined && madeOwn.get(each.id) === by.account) faults.push(`${seq}: ${each.id} is disclosed by who made it its own`);
      decided.set(facts['item'] as string, { discloses, onSilence: of !== null && !answered.has(of) && facts['exceptional'] !== true });
      // What was read is what its originator had said last; where that is nothing, it need not be said.
      const last = of === null ? undefined : `${of}/${said.get(of) ?? 0}`;
      const seen = discloses ? seenWith(entry) : last;
      if (seen !== last && !(seen === undefined && (of === null || !said.has(of)))) faults.push(`${seq}: ${each?.id} is disclosed with ${seen} read, and ${last} was said`);
      if (!discloses || of === null) continue;
      const isWarned = (warned.get(of) ?? Infinity) <= Date.parse(at);
      const statutoryFirst = !stopped && Date.parse(plans.get('T1')?.dueAt ?? '') <= Date.parse(plans.get(of)?.dueAt ?? '');
      const isWarnedLate = hasRunOut(of) && (warned.get(of) ?? Infinity) >= Date.parse(plans.get(of)?.dueAt ?? '');
      const isExcepted = facts['exceptional'] === true && (statutoryFirst || isWarnedLate);
      if (!isWarned) faults.push(`${seq}: ${each?.id} is disclosed, and ${of} was not warned`);
      else if (!answered.has(of) && (!hasRunOut(of) || isWarnedLate) && !isExcepted) faults.push(`${seq}: ${each?.id} is disclosed, and ${of} had time`);
    }
    if (act === 'applicant-replied') {
      for (const { id, task: of } of items.values()) {
        const decision = decided.get(id);
        if (decision === undefined) faults.push(`${seq}: replied, and ${id} is not decided`);
        else if (decision.discloses && decision.onSilence && of !== null && !answered.has(of) && !hasRunOut(of)) {
          faults.push(`${seq}: replied with ${id}, and ${of} has time again`);
        }
      }
    }
  }
  return faults;
}

/** How many histories are tried; HARD_STOP_RUNS tries more. */
const runs = Number(process.env['HARD_STOP_RUNS'] || 25);

test('no history of acts, races, retries and corrections discloses what its originator was not warned of or still had time for', async () => {
  const seen = { disclosed: 0, excepted: 0, silent: 0, replied: 0, refused: 0 };
  await fc.assert(
    fc.asyncProperty(history, fc.constantFrom('2026-03-09', '2026-03-16', '2026-04-08'), async (rounds, receivedOn) => {
      const { ref, warned } = await play(rounds, receivedOn);
      await triedAsTheApiSays(ref);
      const document = await web.deps.store.cases.get(ref);
      if (document === null) throw new Error(`${ref} is not there.`);
      const record = await web.deps.store.audit.of(ref);
      expect(await faultsIn(document, record, warned)).toEqual([]);
      const decisions = record.filter(({ act, facts }) => act === 'item-decided' && facts['decision'] !== 'withhold');
      seen.disclosed += decisions.length;
      seen.excepted += decisions.filter(({ facts }) => facts['exceptional'] === true).length;
      seen.silent += decisions.filter(({ facts }) => facts['ground'] === 'silent').length;
      seen.replied += record.filter(({ act }) => act === 'applicant-replied').length;
      seen.refused += rounds.flatMap(({ steps }) => steps).filter((each) => each.do === 'disclose').length - decisions.length;
    }),
    { numRuns: runs },
  );
  // A search that discloses nothing, or is refused nothing, would show nothing.
  expect(seen.disclosed).toBeGreaterThan(0);
  expect(seen.refused).toBeGreaterThan(0);
}, 600_000);

test('a decision and another originator of the same item at once: whichever comes first, the other is concluded anew', async () => {
  clock.set(thursday);
  const { audit } = web.deps.store;
  const read = audit.of.bind(audit);
  for (let round = 0; round < 4; round += 1) {
    const { ref, warned } = await play([{ steps: [{ do: 'answer', task: 0 }], twice: false }], '2026-04-08');
    const disclosing = await decidingOn(ref).send({ do: 'disclose', item: 'I1', reason: '', part: false, read: 'now' }, `hard-${(keys += 1)}`);
    // Both have read the record before either adds to it.
    let waiting: (() => void)[] = [];
    const spied = jest.spyOn(audit, 'of').mockImplementation(async (chain, act) => {
      const record = await read(chain, act);
      if (chain === ref && act === undefined && waiting.length < 2) {
        await new Promise<void>((resolve) => {
          waiting.push(resolve);
          if (waiting.length === 2) waiting.forEach((go) => go());
        });
      }
      return record;
    });
    const both = [() => decide(ref, disclosing), () => doIt(ref, { do: 'originator', item: 'I1', originator: 'probation' }, warned, `hard-${(keys += 1)}`)];
    await Promise.all((round % 2 === 0 ? both : both.toReversed()).map(async (each) => each()));
    spied.mockRestore();
    waiting = [];
    const document = await web.deps.store.cases.get(ref);
    expect(document && (await faultsIn(document, await read(ref), warned))).toEqual([]);
  }
}, 120_000);
