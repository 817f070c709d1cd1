import type { Collection } from 'mongodb';
import type { IsoInstant } from '../config/clock';
import type { ClockPlan } from '../config/policy';
import { processes, type ProcessSlug } from '../config/processes';
import type { CaseEvent, CaseProjection } from './types';
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
  /** The workflow's input as it was when the form was accepted, so that a start can be repeated to the letter. */
  readonly startInput: unknown;
  /** Null until Temporal has the workflow; a sweep starts what a crash left between. */
  readonly startedAt: IsoInstant | null;
  readonly key: WrappedKey;
  /** Sealed fields by name. */
  readonly content: Readonly<Record<string, string>>;
  readonly projection: CaseProjection;
  readonly timeline: readonly CaseEvent[];
  /** Sequence number of the last order whose mails are on the timeline. */
  readonly mailedSeq: number;
  /** When the workflow wakes next by itself, as a date that the watchdog can compare; null when only an act moves it. */
  readonly nextWakeAt: Date | null;
  readonly ended: boolean;
}

export interface CaseTask {
  readonly id: string;
  readonly partner: string;
  /** Every clock the task has had, with its working, the one in force last. */
  readonly plans: readonly (ClockPlan & { readonly version: number; readonly reason: string })[];
  /** Raised to revoke the links that were mailed before. */
  readonly linkGeneration: number;
}

/** What lists show: no content, no timeline. */
export type CaseSummary = Pick<
  CaseDocument,
  '_id' | 'process' | 'openedAt' | 'openedBy' | 'partners' | 'tasks' | 'startedAt' | 'projection' | 'ended'
>;

export interface CaseFilter {
  readonly partners: readonly string[] | null;
  /** The id of an account. */
  readonly openedBy?: string;
  readonly ended?: boolean;
  /** Cases in which this partner was asked and something is still unanswered. */
  readonly waitsFor?: string;
  readonly stage?: string;
}

/** Each is brought to Temporal before the next batch is read, and the database closes a cursor that rests too long. */
const smallBatch = 20;

const summaryFields = {
  process: 1,
  openedAt: 1,
  openedBy: 1,
  partners: 1,
  tasks: 1,
  startedAt: 1,
  projection: 1,
  ended: 1,
} as const;

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
    await this.#cases.createIndex({ partners: 1, openedAt: -1 });
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

  /** Takes over the workflow's state and events, unless a newer state is there already. */
  async record(caseRef: string, projection: CaseProjection, events: readonly CaseEvent[]): Promise<void> {
    await this.#cases.updateOne(
      { _id: caseRef, 'projection.seq': { $lt: projection.seq } },
      {
        $set: {
          projection,
          nextWakeAt: projection.nextWakeAt === null ? null : new Date(projection.nextWakeAt),
          ended: projection.outcome !== null,
        },
        $push: { timeline: { $each: [...events] } },
      },
    );
  }

  /** Adds what was mailed for an order to the timeline, once per order. */
  async recordMails(caseRef: string, seq: number, events: readonly CaseEvent[]): Promise<void> {
    if (events.length === 0) return;
    await this.#cases.updateOne(
      { _id: caseRef, mailedSeq: { $lt: seq } },
      { $set: { mailedSeq: seq }, $push: { timeline: { $each: [...events] } } },
    );
  }

  /** Cases of which any of these partners is part; of all partners when `partners` is null. */
  async list(
    filter: CaseFilter,
    limit: number,
    order: 'newest-first' | 'due-first' = 'newest-first',
  ): Promise<CaseSummary[]> {
    const query = {
      ...(filter.partners === null ? {} : { partners: { $in: [...filter.partners] } }),
      ...(filter.openedBy === undefined ? {} : { 'openedBy.account': filter.openedBy }),
      ...(filter.ended === undefined ? {} : { ended: filter.ended }),
      ...(filter.waitsFor === undefined
        ? {}
        : { 'tasks.partner': filter.waitsFor, 'projection.openTasks': { $gt: 0 } }),
      ...(filter.stage === undefined ? {} : { 'projection.stage': filter.stage }),
    };
    const sorting = order === 'due-first' ? ({ 'projection.dueAt': 1 } as const) : ({ openedAt: -1 } as const);
    return this.#cases.find(query).project<CaseSummary>(summaryFields).sort(sorting).limit(limit).toArray();
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
