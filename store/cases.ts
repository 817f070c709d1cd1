import type { Collection, Filter, Sort } from 'mongodb';
import type { IsoDate, IsoInstant } from '../config/clock';
import type { ClockId, ClockPlan, ClockSettings, RungPolicy, WorkingCalendar } from '../config/policy';
import { processes, type ProcessSlug, type TaskKind } from '../config/processes';
import { apartFor, keptApart } from './apart';
import type { ByLaw, CaseEvent, CaseInput, CaseProjection, DutyRung, MoveCause, TaskAnswer } from './types';

export type { MoveCause } from './types';
import type { WrappedKey } from './content';
import { isDuplicate, persistently, type Database } from './database';

/** A case as the store holds it. The store owns the content; `projection` and `timeline` are copies from the workflow. */
export interface CaseDocument {
  readonly _id: string;
  readonly schema: 1;
  readonly process: ProcessSlug;
  /** "Thurrock Council asks Essex Police": organisations, never people. */
  readonly title: string;
  /** From the form: a form posted twice opens one case. Unique. */
  readonly submissionId: string;
  readonly openedAt: IsoInstant;
  /** With the teams as they were: they see the content, whoever joins or leaves the partner later. */
  readonly openedBy: { readonly account: string; readonly partner: string; readonly teams: readonly string[] };
  /** The partners of the case, the opener's first. */
  readonly partners: readonly string[];
  readonly tasks: readonly CaseTask[];
  /** What there has been to do besides answering; what of it waits, the projection says. */
  readonly duties?: readonly CaseDuty[];
  /** Of a subject access request, its items as it was opened with them; what became of them, the record of acts says. */
  readonly items?: readonly CaseItem[];
  /** What it rests on, in codes; what was written of people is in `content`. */
  readonly terms: CaseTerms;
  /** What the protocol said when it was opened: a later protocol changes no clock of an open case. */
  readonly policy: CasePolicy;
  /** 1, and one more each time that the case is reopened: each opening has a workflow of its own. */
  readonly run: number;
  /** The workflow's input as it was when the form was accepted, so that a start can be repeated to the letter. */
  readonly startInput: CaseInput;
  /** Null until Temporal has the workflow; a sweep starts what a crash left between. */
  readonly startedAt: IsoInstant | null;
  readonly key: WrappedKey;
  /** Sealed fields by name. */
  readonly content: Readonly<Record<string, string>>;
  /** The digests by which a person is found who is named in it (`persons.ts`). */
  readonly persons?: readonly string[];
  readonly projection: CaseProjection;
  /** When it closes by itself; there since nothing was waited for any more in its newest opening that came so far. */
  readonly closing?: Closing;
  readonly timeline: readonly CaseEvent[];
  /** When the workflow wakes next by itself, as a date that the watchdog can compare; null when only an act moves it. */
  readonly nextWakeAt: Date | null;
  readonly ended: boolean;
}

/** Something that is held of the applicant of a subject access request; what it is, is sealed. */
export interface CaseItem {
  /** `I1`, the first */
  readonly id: string;
  /** Code of the partner that it came from; null for what is the receiver's own. */
  readonly originator: string | null;
  /** The task by which the originator is consulted on it. */
  readonly task: string | null;
}

/** Something that is to be done in a case by a day, besides answering. */
export interface CaseDuty {
  readonly id: string;
  readonly partner: string;
  /** The account that has it; null for the contact of the partner. */
  readonly holder: string | null;
  readonly dueOn: IsoDate;
  /** As people number it, where that is not the number of its id: an action has one in the plan that it is of. */
  readonly number?: number;
  /** When whom is reminded; missing, with `counted`, in one of before dates of duties were counted again. */
  readonly rungs?: readonly DutyRung[];
  readonly counted?: DutyCount;
}

/** The number by which people speak of a duty. */
export const numberOf = ({ id, number }: Pick<CaseDuty, 'id' | 'number'>): number => number ?? Number(id.replace(/^.*-/, ''));

/** How the date of a duty and its reminders were counted. */
export interface DutyCount {
  /** 1 as it was first counted; a move of it has the number under which it is on record. */
  readonly version: number;
  /** The day in London from which so many working days make its date; null where somebody has chosen the date. */
  readonly since: { readonly on: IsoDate; readonly workingDays: number; /** That of England and Wales unless it is said. */ readonly calendar?: WorkingCalendar } | null;
  readonly calendarVersion: string;
}

/** The moment at which a case closes by itself, as it was counted. */
export interface Closing {
  /** Since when nothing is waited for. */
  readonly after: IsoInstant;
  /** The day that it is counted from, where that was before: that on which an applicant was told. */
  readonly from?: IsoDate;
  readonly closeAt: IsoInstant;
  readonly calendarVersion: string;
  /** 0 as it was first counted; a move of it has the number under which it is on record. */
  readonly number: number;
}

/** How the clocks of a case count, and what follows from them. */
export interface CasePolicy {
  /** Which clock its tasks run by. */
  readonly clockId: ClockId;
  readonly clock: ClockSettings;
  readonly ladder: readonly RungPolicy[];
  /** After the last answer, or after its applicant was told, a case closes by itself, if it does. */
  readonly closesAfter?: { readonly workingDays: number };
  /** How long before a panel answers are due that are counted back from it. */
  readonly answersBeforePanel: { readonly workingDays: number };
  /** By the kind of its tasks, where it has several; the clock above is that of the first. */
  readonly kinds?: Readonly<Partial<Record<TaskKind, Pick<CasePolicy, 'clockId' | 'clock' | 'ladder'>>>>;
}

/** Codes of the protocol file, enumerations and dates. Which there are, the process of the case says. */
export type CaseTerms = Readonly<Record<string, string | boolean | null | readonly string[]>>;

/** A clock of a task with its working, and why it was worked out. */
export interface TaskPlan extends ClockPlan {
  /** 1 for the first clock of a task; each later one has a higher number. */
  readonly version: number;
  readonly reason: PlanReason;
}

/** Why a clock was worked out: the causes of a move, and what else begins or resumes one. */
export type PlanReason = 'opened' | 'paused' | 'reopened' | MoveCause;

export interface CaseTask {
  readonly id: string;
  /** What is asked of the partner, where its process asks more than one thing. */
  readonly kind?: TaskKind;
  readonly partner: string;
  /** The team of the partner that is asked; null for the partner as a whole. */
  readonly team: string | null;
  /** The account of the person the task was passed on to; null while it is with the contact. */
  readonly holder: string | null;
  /** Which of its tasks it is, and whose information it is about, where one partner has a task for each of several. */
  readonly part?: number;
  readonly about?: string;
  /** Of a request of an applicant, the items that an originator was asked about. */
  readonly items?: readonly string[];
  /** Those among them that came from somebody else after all. */
  readonly movedItems?: readonly string[];
  /** Codes of what is asked of it (section 2). */
  readonly categories: readonly string[];
  /** How many answers there were when it was asked (again): the one it waits for has the next number. */
  readonly answersBefore: number;
  /** Every clock the task has had, with its working, the one in force last. */
  readonly plans: readonly TaskPlan[];
  readonly byLaw?: ByLaw;
  /** Raised to revoke the links that were mailed before. */
  readonly linkGeneration: number;
}

/** What lists show: no content, no timeline. */
export type CaseSummary = Pick<
  CaseDocument,
  '_id' | 'process' | 'openedAt' | 'openedBy' | 'partners' | 'tasks' | 'startedAt' | 'terms' | 'duties' | 'run' | 'projection' | 'ended'
>;

/** What the dates of a case are counted again from. */
export type CaseClocks = Pick<CaseDocument, '_id' | 'process' | 'run' | 'tasks' | 'policy' | 'startInput' | 'projection' | 'closing' | 'ended' | 'duties'>;

/** Whose cases are asked for: those that one of these partners is part of; all of them where it is null. */
export interface CaseScope {
  readonly partners: readonly string[] | null;
  /** And those on whose panel this account is, or in which it has something to do. */
  readonly named?: string;
}

/** The team that opened a case: the account itself, or whoever shared one of these teams of the partner with it. */
export type Opening = CaseDocument['openedBy'];

/** Whom tasks are with. Among the teams null is the partner as a whole; null in place of them is every task of it. */
export interface Assignment {
  readonly account: string;
  readonly partner: string;
  readonly teams: readonly (string | null)[] | null;
}

/** What an open case waits for somebody to do. */
export const waits = ['answer', 'reply', 'confirmation', 'decision'] as const;
export type Wait = (typeof waits)[number];

/** The scope is no option: nothing is listed or counted without saying for whom. What is left out does not matter. */
export interface CaseFilter extends CaseScope {
  readonly process?: ProcessSlug;
  readonly stage?: string;
  readonly waits?: Wait;
  /** Its partner is part of the case, was asked, or asks. */
  readonly partner?: { readonly code: string; readonly side: 'either' | 'asked' | 'asking' };
  readonly openedBy?: Opening;
  readonly ended?: boolean;
  /** The first due moment of what is not answered comes after the one, and not after the other. */
  readonly dueAfter?: IsoInstant;
  readonly dueUntil?: IsoInstant;
  /** Overdue at this instant: what is not answered was due by then, and not all of it stands still. */
  readonly overdueAt?: IsoInstant;
  /** One of its tasks is with the account, or is asked of one of these teams of the partner. */
  readonly assignedTo?: Assignment;
  /** Somebody may have something to do in it besides answering: of the team that opened it, of the panel, of a duty. */
  readonly concerns?: Opening;
  /** References of cases that are left out. */
  readonly except?: readonly string[];
}

/** `due-first`: what has no due moment any more (answered, closed) comes last, the newest of it first. */
export type CaseOrder = 'newest-first' | 'due-first' | 'closes-first' | 'by-reference';

/** Each is brought to Temporal before the next batch is read, and the database closes a cursor that rests too long. */
const smallBatch = 20;

/** Tasks are numbered as they stand: `T1` is the first. */
const indexOf = (task: string): number => Number(task.slice(1)) - 1;

/** The series that a reference is of, and its number: `IR-2026` and 1 of `IR-2026-0001`. */
export function referenceParts(reference: string): { readonly series: string; readonly number: number } {
  const at = reference.lastIndexOf('-');
  return { series: reference.slice(0, at), number: Number(reference.slice(at + 1)) };
}

/** What Temporal knows the running opening of a case by. */
export const workflowIdOf = ({ _id, run }: Pick<CaseDocument, '_id' | 'run'>): string =>
  run === 1 ? _id : `${_id}-${run}`;

const summaryFields = {
  process: 1,
  openedAt: 1,
  openedBy: 1,
  partners: 1,
  tasks: 1,
  startedAt: 1,
  terms: 1,
  duties: 1,
  run: 1,
  projection: 1,
  ended: 1,
} as const;

const clockFields = { process: 1, run: 1, tasks: 1, duties: 1, policy: 1, startInput: 1, projection: 1, closing: 1, ended: 1 } as const;

const sorts = {
  'newest-first': { openedAt: -1, _id: -1 },
  'due-first': { 'projection.dueAt': 1, _id: 1 },
  'closes-first': { 'projection.closeAt': 1, _id: 1 },
  'by-reference': { _id: 1 },
} as const satisfies Record<CaseOrder, Sort>;

const waiting: Readonly<Record<Wait, Filter<CaseDocument>>> = {
  answer: { ended: false, 'projection.openTasks': { $gt: 0 } },
  reply: { ended: false, 'projection.tasks.question': { $gt: 0 } },
  confirmation: { ended: false, 'projection.stage': 'answered' },
  decision: { ended: false, 'projection.tasks.status': 'unanswered' },
};

/** What is asked of a case that never hangs on a partner which is kept apart from others. */
function whichOf(filter: CaseFilter): Filter<CaseDocument>[] {
  const { partners, process, partner, openedBy, ended, assignedTo, concerns, except } = filter;
  const conditions: Filter<CaseDocument>[] = [];
  if (partners !== null) {
    const ofPartners = { partners: { $in: [...partners] } };
    conditions.push(filter.named === undefined ? ofPartners : { $or: [ofPartners, ...naming(filter.named)] });
  }
  if (process !== undefined) conditions.push({ process });
  if (partner !== undefined) conditions.push({ [sides[partner.side]]: partner.code }, ...learntOf(partner.code, partners));
  if (openedBy !== undefined) {
    conditions.push(...openedByTeam(openedBy));
  }
  if (ended !== undefined) conditions.push({ ended });
  if (assignedTo !== undefined) {
    const { account, partner: asked, teams } = assignedTo;
    const holders = teams === null ? {} : { $or: [{ holder: account }, { team: { $in: [...teams] } }] };
    conditions.push({ tasks: { $elemMatch: { partner: asked, ...holders } } });
  }
  if (concerns !== undefined) {
    conditions.push({ $or: [{ $and: openedByTeam(concerns) }, ...naming(concerns.account), { 'duties.partner': concerns.partner }] });
  }
  if (except !== undefined) conditions.push({ _id: { $nin: [...except] } });
  return conditions;
}

/** How it stands, by what its workflow has said. `standsSo` asks the same of a case as a partner sees it that is kept apart. */
function standingOf({ stage, waits: wait, dueAfter, dueUntil, overdueAt }: CaseFilter): Filter<CaseDocument>[] {
  const conditions: Filter<CaseDocument>[] = [];
  if (stage !== undefined) conditions.push({ 'projection.stage': stage });
  if (wait !== undefined) conditions.push(waiting[wait]);
  if (dueAfter !== undefined) conditions.push({ 'projection.dueAt': { $gt: storedInstant(dueAfter) } });
  if (dueUntil !== undefined) conditions.push({ 'projection.dueAt': { $gt: '', $lte: storedInstant(dueUntil) } });
  if (overdueAt !== undefined) {
    const isPast = { $gt: '', $lte: storedInstant(overdueAt) };
    const runs = { 'projection.tasks': { $elemMatch: { status: { $in: ['open', 'unanswered'] }, pausedAt: null } } } as const;
    // A case whose workflow has said nothing since the build of before is overdue by its tasks alone.
    conditions.push({ ended: false, $or: [{ 'projection.overdueFrom': isPast }, { 'projection.overdueFrom': { $exists: false }, 'projection.dueAt': isPast, ...runs }] });
  }
  return conditions;
}

const isWaiting: Readonly<Record<Wait, (projection: CaseProjection) => boolean>> = {
  answer: ({ openTasks }) => openTasks > 0,
  reply: ({ tasks }) => tasks.some(({ question }) => question !== null && question > 0),
  confirmation: ({ stage }) => stage === 'answered',
  decision: ({ tasks }) => tasks.some(({ status }) => status === 'unanswered'),
};

/** Whether an open case stands as a filter asks (`standingOf`). */
function standsSo({ projection }: CaseSummary, { stage, waits: wait, dueAfter, dueUntil, overdueAt }: CaseFilter): boolean {
  const { dueAt, overdueFrom = null } = projection;
  const isBy = (moment: IsoInstant | null, until: IsoInstant): boolean => moment !== null && moment <= storedInstant(until);
  return (
    (stage === undefined || projection.stage === stage) &&
    (wait === undefined || isWaiting[wait](projection)) &&
    (dueAfter === undefined || (dueAt !== null && !isBy(dueAt, dueAfter))) &&
    (dueUntil === undefined || isBy(dueAt, dueUntil)) &&
    (overdueAt === undefined || isBy(overdueFrom, overdueAt))
  );
}

const allOf = (conditions: readonly Filter<CaseDocument>[]): Filter<CaseDocument> => (conditions.length === 0 ? {} : { $and: [...conditions] });

/**
 * The cases that whoever asks sees as they are. The others are open requests of an applicant to another partner: how these stand
 * depends on partners that must not be learnt of, so the database is not asked for that.
 */
function asTheyAre({ partners, named }: CaseScope): Filter<CaseDocument>[] {
  if (partners === null) return [];
  const others = named === undefined ? [] : naming(named);
  return [{ $or: [{ process: { $nin: [...keptApart] } }, { ended: true }, { 'openedBy.partner': { $in: [...partners] } }, ...others] }];
}

/** What `asTheyAre` leaves out. */
const keptApartFrom = ({ partners, named }: CaseScope & { readonly partners: readonly string[] }): Filter<CaseDocument>[] => [
  { process: { $in: [...keptApart] }, ended: false, 'openedBy.partner': { $nin: [...partners] } },
  ...(named === undefined ? [] : [{ 'terms.panel': { $ne: named }, 'duties.holder': { $ne: named } }]),
];

const queryOf = (filter: CaseFilter): Filter<CaseDocument> => allOf([...whichOf(filter), ...standingOf(filter), ...asTheyAre(filter)]);

/** The order of the database, of cases that are put among those which it has given. */
const inOrder: Readonly<Record<CaseOrder, (one: CaseSummary, other: CaseSummary) => number>> = {
  'newest-first': (one, other) => compare(other.openedAt, one.openedAt) || compare(other._id, one._id),
  'due-first': (one, other) => {
    const [due, otherDue] = [one.projection.dueAt, other.projection.dueAt];
    if (due === null && otherDue === null) return inOrder['newest-first'](one, other);
    return compareMoments(due, otherDue) || compare(one._id, other._id);
  },
  // The database has what has no moment first.
  'closes-first': (one, other) => compare(one.projection.closeAt ?? '', other.projection.closeAt ?? '') || compare(one._id, other._id),
  'by-reference': (one, other) => compare(one._id, other._id),
};
const compare = (one: string, other: string): number => (one < other ? -1 : one > other ? 1 : 0);
const compareMoments = (one: IsoInstant | null, other: IsoInstant | null): number =>
  one === null ? 1 : other === null ? -1 : compare(one, other);

/** Cases with a partner are found by those who may know that it is in them: where originators are consulted, its own people and the receiver's. */
function learntOf(code: string, partners: CaseScope['partners']): Filter<CaseDocument>[] {
  if (partners === null || partners.includes(code)) return [];
  return [{ $or: [{ process: { $nin: [...keptApart] } }, { 'openedBy.partner': { $in: [...partners, code] } }] }];
}

/** The partners that are still part of a case: its opener's, those that are asked, and those that have something to do. */
function partnersLeft({ partners, openedBy, tasks, duties = [] }: Pick<CaseDocument, 'partners' | 'openedBy' | 'tasks' | 'duties'>): string[] {
  const asked = [...tasks, ...duties.filter(({ holder }) => holder === null)].map(({ partner }) => partner);
  return partners.filter((code) => code === openedBy.partner || asked.includes(code));
}

const openedByTeam = ({ account, partner, teams }: Opening): Filter<CaseDocument>[] => [
  { 'openedBy.partner': partner },
  { $or: [{ 'openedBy.account': account }, { 'openedBy.teams': { $in: [...teams] } }] },
];

/** How a case names an account beside its opener and the holders of its tasks. */
const naming = (account: string): Filter<CaseDocument>[] => [{ 'terms.panel': account }, { 'duties.holder': account }];

const sides = { either: 'partners', asked: 'tasks.partner', asking: 'openedBy.partner' } as const;

/** Written as the workflow writes them, with milliseconds: only then do they compare as texts. */
const storedInstant = (at: IsoInstant): string => new Date(at).toISOString();

/** A notice of withdrawal, as far as it says who is a partner. */
export type NoticeGiven = Pick<CaseDocument, '_id' | 'terms'> & { readonly projection: Pick<CaseDocument['projection'], 'outcome'> };

/** The cases of withdrawal, by their ids, which are in order. */
const noticesOfWithdrawal = { _id: { $gte: `${processes.withdrawal.prefix}-`, $lt: `${processes.withdrawal.prefix}.` } };

export class Cases {
  readonly #cases: Collection<CaseDocument>;
  readonly #counters: Collection<{ _id: string; last: number }>;

  constructor(database: Database) {
    this.#cases = database.collection('cases');
    this.#counters = database.collection('counters');
  }

  async ensureIndexes(): Promise<void> {
    await this.#cases.createIndex({ submissionId: 1 }, { unique: true }, {});
    await this.#cases.createIndex({ startedAt: 1 });
    await this.#cases.createIndex({ ended: 1, nextWakeAt: 1 });
    await this.#cases.createIndex({ ended: 1, process: 1, 'projection.dueAt': 1 });
    await this.#cases.createIndex({ ended: 1, process: 1, 'projection.overdueFrom': 1 });
    await this.#cases.createIndex({ partners: 1, openedAt: -1 });
    await this.#cases.createIndex({ partners: 1, 'projection.dueAt': 1 });
    await this.#cases.createIndex({ openedAt: -1 });
    await this.#cases.createIndex({ 'projection.dueAt': 1 });
    await this.#cases.createIndex({ 'openedBy.partner': 1, ended: 1, 'projection.dueAt': 1 });
    await this.#cases.createIndex({ 'projection.tasks.status': 1 });
    await this.#cases.createIndex({ persons: 1 });
  }

  /** The next free reference of a process in a year, `IR-2026-0001`. A reference that is not used leaves a gap. */
  async allocateReference(process: ProcessSlug, year: number): Promise<string> {
    const series = `${processes[process].prefix}-${year}`;
    const counter = await this.#counters.findOneAndUpdate(
      { _id: series },
      { $inc: { last: 1 } },
      { upsert: true, returnDocument: 'after' },
    );
    if (counter === null) throw new Error(`No reference could be allocated in the series ${series}.`);
    return `${series}-${String(counter.last).padStart(4, '0')}`;
  }

  /** The number that was given last in each series of references, such as `IR-2026`. */
  async lastReferences(): Promise<ReadonlyMap<string, number>> {
    return new Map((await this.#counters.find().toArray()).map(({ _id, last }) => [_id, last]));
  }

  /** Gives no number of a series up to this one any more. */
  async passOverReferences(series: string, upTo: number): Promise<void> {
    await this.#counters.updateOne({ _id: series }, { $max: { last: upTo } }, { upsert: true });
  }

  /** Stores a new case. A second form with the same submission id gives back the case of the first. */
  async open(document: CaseDocument): Promise<{ readonly document: CaseDocument; readonly isNew: boolean }> {
    try {
      await persistently(() => this.#cases.insertOne(document));
      return { document, isNew: true };
    } catch (error) {
      const earlier = isDuplicate(error) ? await this.bySubmission(document.submissionId) : null;
      if (earlier === null) throw error;
      return { document: earlier, isNew: false };
    }
  }

  async get(caseRef: string): Promise<CaseDocument | null> {
    return this.#cases.findOne({ _id: caseRef });
  }

  /** What Temporal knows a case by, and no more of it. */
  async opening(caseRef: string): Promise<Pick<CaseDocument, '_id' | 'run'> | null> {
    return this.#cases.findOne<Pick<CaseDocument, '_id' | 'run'>>({ _id: caseRef }, { projection: { run: 1 } });
  }

  async bySubmission(submissionId: string): Promise<CaseDocument | null> {
    return this.#cases.findOne({ submissionId });
  }

  async markStarted(caseRef: string, at: IsoInstant): Promise<void> {
    await this.#cases.updateOne({ _id: caseRef, startedAt: null }, { $set: { startedAt: at } });
  }

  /** Cases whose workflow is not known to be started, the oldest first; all, so that none waits behind others for ever. */
  notStarted(): AsyncIterable<CaseDocument> {
    return this.#cases.find({ startedAt: null }).sort({ openedAt: 1 }).batchSize(smallBatch);
  }

  /** The task is somebody else's now, and the links that were mailed before lead nowhere. Done once for a generation. */
  async passOn(
    caseRef: string,
    task: string,
    to: Pick<CaseTask, 'team' | 'holder'> & { readonly generation: number },
  ): Promise<void> {
    const at = `tasks.${indexOf(task)}`;
    await this.#cases.updateOne(
      { _id: caseRef, [`${at}.linkGeneration`]: { $lt: to.generation } },
      { $set: { [`${at}.team`]: to.team, [`${at}.holder`]: to.holder, [`${at}.linkGeneration`]: to.generation } },
    );
  }

  /** Adds a clock that was worked out anew; the earlier ones stay on record. Done once for a version. */
  async addPlan(caseRef: string, task: string, plan: TaskPlan): Promise<void> {
    const at = `tasks.${indexOf(task)}.plans`;
    await this.#cases.updateOne({ _id: caseRef, [`${at}.version`]: { $ne: plan.version } }, { $push: { [at]: plan } });
  }

  /** Changes some of what the case rests on: what is not named stays. Can be repeated. @param only while it rests on these */
  async setTerms(caseRef: string, terms: CaseTerms, only: CaseTerms = {}): Promise<void> {
    const ofCase = (named: CaseTerms) => Object.fromEntries(Object.entries(named).map(([name, value]) => [`terms.${name}`, value]));
    await this.#cases.updateOne({ _id: caseRef, ...ofCase(only) }, { $set: ofCase(terms) });
  }

  /** Puts right from when the law counts for some of the tasks. Can be repeated. */
  async setByLaw(caseRef: string, byLaw: Readonly<Record<string, ByLaw>>): Promise<void> {
    const ofTasks = Object.entries(byLaw).map(([task, each]) => [`tasks.${indexOf(task)}.byLaw`, each] as const);
    await this.#cases.updateOne({ _id: caseRef }, { $set: Object.fromEntries(ofTasks) });
  }

  /** Adds what is to be done by whom; a partner that has to do something is part of the case. Each is added once. */
  async addDuties(caseRef: string, duties: readonly CaseDuty[]): Promise<void> {
    for (const duty of duties) {
      const partner = duty.holder === null ? { $addToSet: { partners: duty.partner } } : {};
      await this.#cases.updateOne({ _id: caseRef, 'duties.id': { $ne: duty.id } }, { $push: { duties: duty }, ...partner });
    }
  }

  /**
   * Who has given notice and not taken it back, and from which day on each is a former partner: it is read before each
   * request.
   */
  async withdrawals(): Promise<readonly { readonly partner: string; readonly formerFrom: IsoDate }[]> {
    return (await this.notices())
      .filter(({ projection }) => projection.outcome !== 'withdrawn')
      .map(({ terms }) => ({ partner: terms['withdraws'] as string, formerFrom: terms['formerFrom'] as IsoDate }));
  }

  /** Every notice that was ever given, with what became of it. */
  async notices(): Promise<readonly NoticeGiven[]> {
    return this.#cases.find(noticesOfWithdrawal).project<NoticeGiven>({ terms: 1, 'projection.outcome': 1 }).toArray();
  }

  /** The notices of these partners that were not taken back, settled or not, in the order in which they came. */
  async noticesOf(partners: readonly string[]): Promise<CaseDocument[]> {
    const standing = { ...noticesOfWithdrawal, 'terms.withdraws': { $in: [...partners] }, 'projection.outcome': { $ne: 'withdrawn' } };
    return this.#cases.find(standing).sort({ openedAt: 1, _id: 1 }).toArray();
  }

  /** The open cases that a partner takes part in, by reference; but for withdrawals, in which everybody does. */
  async openWith(partner: string): Promise<readonly Pick<CaseDocument, '_id' | 'process' | 'partners' | 'openedBy'>[]> {
    return this.#cases
      .find({ partners: partner, ended: false, process: { $ne: 'withdrawal' } })
      .project<Pick<CaseDocument, '_id' | 'process' | 'partners' | 'openedBy'>>({ process: 1, partners: 1, openedBy: 1 })
      .sort({ _id: 1 })
      .toArray();
  }

  /** Moves what is to be done to another day. Done once for a version, and not after a later one. */
  async moveDuty(caseRef: string, { id, counted, ...to }: Pick<CaseDuty, 'id' | 'dueOn' | 'rungs'> & { readonly counted: DutyCount }): Promise<void> {
    for (;;) {
      const duties = (await this.get(caseRef))?.duties ?? [];
      const index = duties.findIndex((duty) => duty.id === id && (duty.counted?.version ?? 0) < counted.version);
      if (index === -1) return;
      const at = `duties.${index}`;
      const { matchedCount } = await this.#cases.updateOne(
        // Others can be taken away meanwhile, and it can move further.
        { _id: caseRef, [`${at}.id`]: id, [`${at}.counted.version`]: { $lt: counted.version } },
        { $set: { [`${at}.dueOn`]: to.dueOn, [`${at}.rungs`]: to.rungs, [`${at}.counted`]: counted } },
      );
      if (matchedCount === 1) return;
    }
  }

  /** Asks more of an open case: its next tasks, numbered on. Done once for the same tasks. */
  async addTasks(caseRef: string, tasks: readonly CaseTask[]): Promise<void> {
    const [first] = tasks;
    if (first === undefined) return;
    await this.#cases.updateOne(
      { _id: caseRef, 'tasks.id': { $ne: first.id } },
      { $push: { tasks: { $each: [...tasks] } }, $addToSet: { partners: { $each: tasks.map(({ partner }) => partner) } } },
    );
  }

  /** Items that a task asks about came from somebody else after all. Can be repeated. */
  async takeItems(caseRef: string, task: string, items: readonly string[]): Promise<void> {
    await this.#cases.updateOne({ _id: caseRef }, { $addToSet: { [`tasks.${indexOf(task)}.movedItems`]: { $each: [...items] } } });
  }

  /** They did not, as the case did not accept that. Can be repeated. */
  async giveItemsBack(caseRef: string, task: string, items: readonly string[]): Promise<void> {
    await this.#cases.updateOne({ _id: caseRef }, { $pull: { [`tasks.${indexOf(task)}.movedItems`]: { $in: [...items] } } });
  }

  /** An answer of this version is lost, which the case knows of: the next one that the task is given is newer. Can be repeated. */
  async answerIsLost(caseRef: string, task: string, version: number): Promise<void> {
    await this.#cases.updateOne({ _id: caseRef }, { $max: { [`tasks.${indexOf(task)}.answersBefore`]: version } });
  }

  /**
   * Takes away tasks that the case did not accept, and the partners that it has for them only. Of an open case only where none
   * is left: the next ones stand in the place that their number says.
   */
  async dropTasks(caseRef: string, dropped: readonly CaseTask[]): Promise<void> {
    const ids = dropped.map(({ id }) => id);
    for (;;) {
      const document = await this.get(caseRef);
      if (document === null || document.projection.tasks.some(({ id }) => ids.includes(id))) return;
      const tasks = document.tasks.filter(({ id }) => !ids.includes(id));
      if (tasks.length === document.tasks.length || !(document.ended || tasks.length === 0)) return;
      const { matchedCount } = await this.#cases.updateOne(
        // A case that has begun anew meanwhile keeps what it was opened with, and a partner that was added stays.
        { _id: caseRef, run: document.run, ended: document.ended, partners: document.partners },
        { $pull: { tasks: { id: { $in: ids } } }, $set: { partners: partnersLeft({ ...document, tasks }) } },
      );
      if (matchedCount === 1) return;
    }
  }

  /** Takes away what is not to be done after all, and the partners that the case has for it only. */
  async dropDuties(caseRef: string, dropped: readonly Pick<CaseDuty, 'id'>[]): Promise<void> {
    const ids = dropped.map(({ id }) => id);
    for (;;) {
      const document = await this.get(caseRef);
      if (document?.duties === undefined) return;
      const duties = document.duties.filter(({ id }) => !ids.includes(id));
      const { matchedCount } = await this.#cases.updateOne(
        // A partner that was added meanwhile stays.
        { _id: caseRef, partners: document.partners },
        { $pull: { duties: { id: { $in: ids } } }, $set: { partners: partnersLeft({ ...document, duties }) } },
      );
      if (matchedCount === 1) return;
    }
  }

  /** Takes away a clock that the case did not accept. */
  async dropPlan(caseRef: string, task: string, version: number): Promise<void> {
    await this.#cases.updateOne({ _id: caseRef }, { $pull: { [`tasks.${indexOf(task)}.plans`]: { version } } });
  }

  /** Moves the closing that is counted from the same moment. Done once for a number, and not after a later one. */
  async moveClosing(caseRef: string, closing: Closing): Promise<void> {
    await this.#cases.updateOne(
      { _id: caseRef, 'closing.after': closing.after, 'closing.number': { $lt: closing.number } },
      { $set: { closing } },
    );
  }

  /** Opens a closed case again, as its next run; the sweep starts the workflow. Done once for a run. */
  async reopen(
    caseRef: string,
    next: Pick<CaseDocument, 'run' | 'policy' | 'tasks' | 'startInput' | 'projection' | 'nextWakeAt'>,
  ): Promise<void> {
    await this.#cases.updateOne(
      { _id: caseRef, run: next.run - 1, ended: true },
      { $set: { ...next, startedAt: null, ended: false } },
    );
  }

  /** Wraps the case's key with another key of the ring, unless it was wrapped anew meanwhile. */
  async rewrap(caseRef: string, from: WrappedKey, to: WrappedKey): Promise<boolean> {
    const done = await this.#cases.updateOne({ _id: caseRef, 'key.sealed': from.sealed }, { $set: { key: to } });
    return done.modifiedCount === 1;
  }

  /** Cases, open and closed, whose key is wrapped with another key of the ring than this one. */
  keysNotUnder(ringKey: string): AsyncIterable<Pick<CaseDocument, '_id' | 'key'>> {
    return this.#cases
      .find({ 'key.ringKey': { $ne: ringKey } })
      .project<Pick<CaseDocument, '_id' | 'key'>>({ key: 1 })
      .batchSize(smallBatch);
  }

  /** How many cases have their key wrapped with which key of the ring. */
  async countByRingKey(): Promise<ReadonlyMap<string, number>> {
    const counted = await this.#cases
      .aggregate<{ _id: string; cases: number }>([{ $group: { _id: '$key.ringKey', cases: { $sum: 1 } } }])
      .toArray();
    return new Map(counted.map(({ _id, cases }) => [_id, cases]));
  }

  /** Open cases in the order of their references, after one of them. */
  async openAfter(caseRef: string | null, limit: number): Promise<CaseClocks[]> {
    return this.#cases
      .find({ ended: false, _id: { $gt: caseRef ?? '' } })
      .project<CaseClocks>(clockFields)
      .sort({ _id: 1 })
      .limit(limit)
      .toArray();
  }

  /**
   * Takes over the workflow's state and events, unless a newer state is there already, or the case was reopened since. An
   * event that is on the timeline is not put there again: a task that a crash undid says it anew, under another number.
   * @param closing where it was counted with this state
   */
  async record(
    caseRef: string,
    projection: CaseProjection,
    events: readonly CaseEvent[],
    closing?: Closing,
  ): Promise<void> {
    await this.#cases.updateOne(
      { _id: caseRef, run: projection.run, 'projection.seq': { $lt: projection.seq } },
      {
        $set: {
          projection,
          nextWakeAt: projection.nextWakeAt === null ? null : new Date(projection.nextWakeAt),
          ended: projection.outcome !== null,
          ...(closing === undefined ? {} : { closing }),
        },
        $addToSet: { timeline: { $each: [...events] } },
      },
    );
  }

  /** Notes an answer that was received in the instant in which its case ended, where no workflow does it any more. */
  async noteLateAnswer(caseRef: string, task: string, answer: TaskAnswer & { readonly late: boolean }, event: CaseEvent): Promise<void> {
    const at = `projection.tasks.${indexOf(task)}`;
    await this.#cases.updateOne(
      { _id: caseRef, ended: true, [`${at}.answer.version`]: { $not: { $gte: answer.version } } },
      { $set: { [`${at}.answer`]: answer, [`${at}.status`]: 'answered' }, $push: { timeline: event } },
    );
  }

  /** Adds what was mailed to the timeline, each mail once. */
  async recordMails(caseRef: string, { run }: Pick<CaseProjection, 'run'>, events: readonly CaseEvent[]): Promise<void> {
    if (events.length === 0) return;
    await this.#cases.updateOne({ _id: caseRef, run }, { $addToSet: { timeline: { $each: [...events] } } });
  }

  /** Cases as their documents are: what whoever asks must not see of them is taken out where they are shown (`api/apart.ts`). */
  async list(filter: CaseFilter, limit: number, order: CaseOrder = 'newest-first', skip = 0): Promise<CaseSummary[]> {
    const apart = await this.#apart(filter);
    if (apart.length === 0) return this.#listed(filter, limit, order, skip);
    // Of what the database gives, so many at least come before the page.
    const before = Math.max(0, skip - apart.length);
    const listed = await this.#listed(filter, skip - before + limit, order, before);
    const sorted = [...listed.map((found) => ({ found, seen: found })), ...apart].sort((one, other) => inOrder[order](one.seen, other.seen));
    return sorted.slice(skip - before, skip - before + limit).map(({ found }) => found);
  }

  async #listed(filter: CaseFilter, limit: number, order: CaseOrder, skip: number): Promise<CaseSummary[]> {
    if (order !== 'due-first') return this.#page(queryOf(filter), sorts[order], skip, limit);
    const due = { $and: [queryOf(filter), { 'projection.dueAt': { $gt: '' } }] };
    const first = await this.#page(due, sorts[order], skip, limit);
    if (first.length === limit) return first;
    // The database sorts what has no due moment to the front: it is asked for by itself, and put behind the rest.
    const dueBefore = first.length > 0 || skip === 0 ? first.length + skip : await this.#cases.countDocuments(due);
    const undue = { $and: [queryOf(filter), { 'projection.dueAt': null }] };
    const rest = await this.#page(undue, sorts['newest-first'], Math.max(0, skip - dueBefore), limit - first.length);
    return [...first, ...rest];
  }

  /** Of the cases that a partner is kept apart in, those which stand as is asked for by what this partner sees of them. */
  async #apart(filter: CaseFilter): Promise<{ readonly found: CaseSummary; readonly seen: CaseSummary }[]> {
    const { partners } = filter;
    if (partners === null) return [];
    const all = await this.#cases.find(allOf([...whichOf(filter), ...keptApartFrom({ ...filter, partners })])).project<CaseSummary>(summaryFields).toArray();
    return all.map((found) => ({ found, seen: apartFor(found, partners) })).filter(({ seen }) => standsSo(seen, filter));
  }

  /**
   * All that wait for an answer, the first due first: read as far as they are needed. By the first due moment of all that waits in a
   * case, which whoever asks may have no part in: the tasks that are shown have to be looked at and sorted by themselves.
   */
  dueFirst(filter: Omit<CaseFilter, 'stage' | 'dueAfter' | 'dueUntil' | 'overdueAt'>): AsyncIterable<CaseSummary> {
    return this.#cases
      .find(allOf([...whichOf(filter), ...standingOf(filter), { 'projection.dueAt': { $gt: '' } }]))
      .project<CaseSummary>(summaryFields)
      .sort(sorts['due-first'])
      .batchSize(200);
  }

  /** All of them, one after the other and in no order: for what is sorted by something that is not in the database. */
  every(filter: Omit<CaseFilter, 'stage' | 'waits' | 'dueAfter' | 'dueUntil' | 'overdueAt'>): AsyncIterable<CaseSummary> {
    return this.#cases.find(allOf(whichOf(filter))).project<CaseSummary>(summaryFields).batchSize(200);
  }

  /** The cases of a partner that have all these digests of a person, the newest first. */
  async naming(persons: readonly string[], partner: string, limit: number): Promise<CaseSummary[]> {
    return this.#page({ persons: { $all: [...persons] }, partners: partner }, sorts['newest-first'], 0, limit);
  }

  /** How many there are of what `list` gives. */
  async count(filter: CaseFilter): Promise<number> {
    const [counted, apart] = await Promise.all([this.#cases.countDocuments(queryOf(filter)), this.#apart(filter)]);
    return counted + apart.length;
  }

  async #page(query: Filter<CaseDocument>, sort: Sort, skip: number, limit: number): Promise<CaseSummary[]> {
    return this.#cases.find(query).project<CaseSummary>(summaryFields).sort(sort).skip(skip).limit(limit).toArray();
  }

  /** How many open cases should have woken before this moment and have not been heard of since, and the first of those moments. */
  async lateFigures(before: Date): Promise<{ readonly count: number; readonly oldest: Date | null }> {
    const late: Filter<CaseDocument> = { ended: false, nextWakeAt: { $ne: null, $lt: before } };
    const [first] = await this.#cases
      .find(late)
      .project<Pick<CaseDocument, 'nextWakeAt'>>({ nextWakeAt: 1 })
      .sort({ nextWakeAt: 1 })
      .limit(1)
      .toArray();
    return { count: first === undefined ? 0 : await this.#cases.countDocuments(late), oldest: first?.nextWakeAt ?? null };
  }

  /** How many stored cases Temporal does not have yet. */
  async countNotStarted(): Promise<number> {
    return this.#cases.countDocuments({ startedAt: null });
  }

  /** Open cases that should have woken before this moment and have not been heard of since. */
  async withoutSign(before: Date, limit: number): Promise<CaseSummary[]> {
    return this.#cases
      .find({ ended: false, nextWakeAt: { $ne: null, $lt: before } })
      .project<CaseSummary>(summaryFields)
      .limit(limit)
      .toArray();
  }

  /** Every open case, in batches, for checks that look at all of them. */
  openCases(): AsyncIterable<CaseSummary> {
    return this.#cases.find({ ended: false }).project<CaseSummary>(summaryFields).batchSize(500);
  }
}
