/**
 * From the store to the workflows: what was accepted is brought to Temporal, at once if it answers, by the sweep if it
 * does not. Used by the web right after it has stored something, and by the worker's sweep for what a crash left over.
 * Every step can be repeated: a start by the case's reference, what a case is told by its number in the record of acts.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { type Client, WorkflowExecutionAlreadyStartedError, WorkflowNotFoundError } from '@temporalio/client';
import { defineSearchAttributeKey, SearchAttributeType, TypedSearchAttributes } from '@temporalio/common';
import type { BankHolidaySource } from '../config/bank-holidays';
import type { Clock, IsoInstant } from '../config/clock';
import type { Logger } from '../config/logger';
import { processes, taskQueue } from '../config/processes';
import type { Protocol } from '../config/protocol-types';
import type { Store } from '../store';
import type { AuditEntry } from '../store/audit';
import { workflowIdOf, type CaseDocument } from '../store/cases';
import { messageOf } from '../store/messages';
import { Turns } from '../store/turns';
import { firstProjection } from '../workflows/processes';
import { searchAttributeNames as names, tellSignal, type CaseInput, type CaseMessage, type RejectionType } from '../workflows/shared/contract';
import { applyToStore, applyWaiting, isWithTemporal } from './apply';
import type { Unheard } from './unheard';
import { recordRefusal, refusalOf } from './word';

/** An act that the workflow did not accept, by the rule that forbids it. */
export class ActRejected extends Error {
  constructor(readonly rejection: RejectionType) {
    super(`The case does not accept this act: ${rejection}.`);
    this.name = 'ActRejected';
  }
}

/** Temporal, or a worker, did not answer in time; an act that was asked for may be done later. */
export class CaseOutOfReach extends Error {
  constructor(cause?: unknown) {
    super('The case cannot be reached at the moment.', { cause });
    this.name = 'CaseOutOfReach';
  }
}

/** What the workflow of a case is known by. */
type Running = Parameters<typeof workflowIdOf>[0];

interface Dependencies {
  readonly client: Client;
  readonly store: Store;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly holidays: BankHolidaySource;
  readonly protocol: Protocol;
  /**
   * Does for an answer what its workflow would have done, had it not ended the instant before. Of the worker, which sends
   * mail; without it such an answer waits for the worker's sweep.
   * @throws if it could not be done yet; it is tried again
   */
  readonly tellOfLateAnswer?: ((entry: AuditEntry) => Promise<void>) | undefined;
}

/** What one delivery has brought to the store, and is to tell its case. */
interface InHand {
  readonly ofCase: string;
  readonly entries: readonly AuditEntry[];
  isTold: boolean;
}

/**
 * For so long after a signal a case is left alone: what comes in a rush goes together, so that the case wakes for all of it
 * once. What comes after a while waits for nothing, nor does what somebody waits for.
 */
const leftAloneMs = 500;

/** For so long the case's word is waited for, looking first at every few milliseconds and then less often. */
const wordWithinMs = 10_000;
const firstLookMs = 10;
const lastLookMs = 250;

export class Dispatch {
  readonly #client: Client;
  readonly #store: Store;
  readonly #clock: Clock;
  readonly #logger: Logger;
  readonly #holidays: BankHolidaySource;
  readonly #protocol: Protocol;
  readonly #tellOfLateAnswer: Dependencies['tellOfLateAnswer'];
  /** The acts of a case are brought over in the order of its record. */
  readonly #turns = new Turns();
  /** What waits for its turn to be told, of all cases: whose turn it is takes along what there is of the same case. */
  readonly #inHand = new Set<InHand>();
  /** The cases that were told a moment ago, each with the end of that moment. */
  readonly #leftAlone = new Map<string, Promise<void>>();

  constructor({ client, store, clock, logger, holidays, protocol, tellOfLateAnswer }: Dependencies) {
    this.#client = client;
    this.#store = store;
    this.#clock = clock;
    this.#logger = logger;
    this.#holidays = holidays;
    this.#protocol = protocol;
    this.#tellOfLateAnswer = tellOfLateAnswer;
  }

  /**
   * Starts the workflow of a stored case. A repeated start changes nothing: the reference is the workflow's id, and
   * an id that was used is refused even after the case has ended.
   * @throws any fault of Temporal; the case is safe in the store and the sweep tries again. Also if the reference
   *   belongs to another case's workflow, as after one of the two was put back from a copy: it is no clock of this case.
   */
  async start(document: CaseDocument): Promise<void> {
    await this.#start(document, { workflowIdReusePolicy: 'REJECT_DUPLICATE', args: [document.startInput] });
    await this.#store.cases.markStarted(document._id, this.#clock.now());
  }

  /**
   * Starts again the workflow of an open case that Temporal does not have any more, or that somebody has ended there. It
   * begins as of the moment at which it first began, hears what is on record, and stands where it would stand. One that
   * runs, or has come to its end, stays as it is.
   * @throws as `start`
   */
  async startAgain(document: CaseDocument): Promise<void> {
    const startInput: CaseInput = { ...document.startInput, beganAt: beganAt(document) };
    const projection = firstProjection(document.process, startInput, Date.parse(beganAt(document)));
    const asItBegan = { ...document, projection };
    await this.#start(asItBegan, { workflowIdReusePolicy: 'ALLOW_DUPLICATE_FAILED_ONLY', args: [startInput] });
  }

  async #start(
    document: CaseDocument,
    how: { readonly workflowIdReusePolicy: 'REJECT_DUPLICATE' | 'ALLOW_DUPLICATE_FAILED_ONLY'; readonly args: readonly [CaseInput] },
  ): Promise<void> {
    const definition = processes[document.process];
    try {
      await this.#within(5_000, () =>
        this.#client.workflow.start<(input: CaseInput) => Promise<unknown>>(definition.workflowType, {
          ...how,
          args: [...how.args],
          taskQueue,
          workflowId: workflowIdOf(document),
          workflowIdConflictPolicy: 'FAIL',
          typedSearchAttributes: startAttributes(document),
          memo: { submission: document.submissionId, run: document.run },
          staticSummary: `${definition.title} ${document._id}: ${document.title}`,
          staticDetails: `${definition.source}.`,
        }),
      );
    } catch (error) {
      if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
      const { memo } = await this.#within(5_000, () => this.#client.workflow.getHandle(workflowIdOf(document)).describe());
      if (memo?.['submission'] !== document.submissionId) {
        throw new Error(`Temporal has another case's workflow under ${document._id}: this one has no clock.`, {
          cause: error,
        });
      }
    }
  }

  /** Brings into the store what its cases have taken already, in the order of the record; what follows from it waits for the sweep. */
  async takeIn(entries: readonly AuditEntry[]): Promise<void> {
    const basis = { store: this.#store, holidays: this.#holidays.current(), protocol: this.#protocol };
    for (const entry of entries) await applyToStore(entry, (each) => this.#caseOf(each), basis);
  }

  /** Tells an opening of a case what is on record and it has not heard. @throws any fault of Temporal */
  async tellAgain(opening: Running, unheard: readonly Unheard[]): Promise<void> {
    for (const some of inParts(unheard)) await this.#signal(opening, some.map(({ message }) => message));
  }

  /**
   * Brings an act of the record to where it has effect: into the store, and to the case's workflow, which takes it once
   * however often it comes, and gives its word in its own time. What was recorded before it goes first, as a reply means
   * nothing before its question. What comes while another act of the case is on its way, or just after, waits a moment and
   * goes in one signal with all that has come by then, or with an act that waits for nothing.
   * @param to the case, where it is at hand: it is not read anew to tell its workflow
   * @throws any fault of Temporal or the database; the act is safe in the record and the sweep tries again.
   */
  async deliver(entry: AuditEntry, to?: Running): Promise<void> {
    await this.#bringOver(entry, { to, mayWait: true });
  }

  /** @param how `mayWait`: nobody waits for it, so it may be gathered with what comes next */
  async #bringOver(
    entry: AuditEntry,
    { to, mayWait = false }: { readonly to?: Running | undefined; readonly mayWait?: boolean },
  ): Promise<void> {
    // The store first, for all of them and in no turn: it does not wait for what Temporal may be away for.
    const applied = await this.#applyUpTo(entry);
    const mine: InHand = { ofCase: entry.chain, entries: applied, isTold: false };
    this.#inHand.add(mine);
    try {
      if (mayWait) await this.#leftAlone.get(entry.chain);
      // Whoever went first has told of these, too.
      if (mine.isTold) return;
      await this.#turns.take(entry.chain, async (waited) => {
        if (mine.isTold) return;
        const together = [...this.#inHand].filter(({ ofCase }) => ofCase === entry.chain);
        await this.#tellOf(await this.#stillToTell(together.flatMap(({ entries }) => entries), waited), to);
        for (const each of together) each.isTold = true;
      });
    } finally {
      this.#inHand.delete(mine);
    }
  }

  /** @param entries of one case; a part of them can be told by now if it `waited`. @returns them in the order of its record */
  async #stillToTell(entries: readonly AuditEntry[], waited: boolean): Promise<readonly AuditEntry[]> {
    const [first, second] = entries;
    if (first === undefined) return [];
    // Of an act alone, before which nobody went, there is no need to look.
    const now = waited || second !== undefined ? await this.#store.audit.waitingOf(first.chain) : entries;
    const ids = new Set(entries.map(({ _id }) => _id));
    return now.filter((each) => ids.has(each._id) && !this.#isWithTemporal(each));
  }

  /**
   * Brings an act into the store only, after all that was recorded before it: what the next page has to show, whether or
   * not Temporal answers. It is still to be delivered.
   */
  async apply(entry: AuditEntry): Promise<void> {
    await this.#applyUpTo(entry);
  }

  /** @returns what is still to be told to the workflow, in the order of the record */
  #applyUpTo({ chain, seq }: AuditEntry): Promise<readonly AuditEntry[]> {
    const isThere = (entry: AuditEntry): boolean => this.#isThere(entry);
    return applyWaiting(chain, { store: this.#store, holidays: this.#holidays.current(), protocol: this.#protocol, isThere }, seq);
  }

  async #caseOf({ _id, chain }: AuditEntry): Promise<CaseDocument> {
    const document = await this.#store.cases.get(chain);
    if (document === null) throw new Error(`${_id} is an act on a case that is not there.`);
    return document;
  }

  async #openingOf({ _id, chain }: AuditEntry): Promise<Running> {
    const opening = await this.#store.cases.opening(chain);
    if (opening === null) throw new Error(`${_id} is an act on a case that is not there.`);
    return opening;
  }

  /** Whether a case has taken an answer by now: it may have found it by itself as it ended. */
  async #isTaken(entry: AuditEntry): Promise<boolean> {
    const { projection } = await this.#caseOf(entry);
    const known = projection.tasks.find(({ id }) => id === entry.task)?.answer?.version ?? 0;
    return known >= Number(entry.facts['version']);
  }

  #isWithTemporal(entry: AuditEntry): boolean {
    return isWithTemporal(entry, this.#clock.now());
  }

  /** What deliveries of this process that are not over have brought to the store, or what Temporal has by now. */
  #isThere(entry: AuditEntry): boolean {
    if (this.#isWithTemporal(entry)) return true;
    return [...this.#inHand].some(({ ofCase, entries }) => ofCase === entry.chain && entries.some(({ _id }) => _id === entry._id));
  }

  /** @param entries of one case, in the order of its record */
  async #tellOf(entries: readonly AuditEntry[], to?: Running): Promise<void> {
    const { audit } = this.#store;
    const telling = entries.flatMap((entry) => {
      const message = messageOf(entry);
      return message === null ? [] : [{ entry, message }];
    });
    await audit.markSettled(entries.filter((entry) => !telling.some((each) => each.entry === entry)).map(({ _id }) => _id));
    for (const some of inParts(telling)) {
      const [{ entry: first }] = some;
      if (await this.#tell(to ?? (await this.#openingOf(first)), some.map(({ message }) => message))) {
        await audit.markTold(some.map(({ entry }) => entry._id), this.#clock.now());
      } else for (const { entry } of some) await this.#cameTooLate(entry);
    }
  }

  /** The case has ended: an act has no effect any more, and an answer is told of all the same. */
  async #cameTooLate(entry: AuditEntry): Promise<void> {
    if (entry.act === 'answer-received' && !(await this.#isTaken(entry))) {
      // "Received" was said, and the workflow has ended without it: whoever can send mail tells the requester.
      if (this.#tellOfLateAnswer === undefined) return;
      await this.#tellOfLateAnswer(entry);
    }
    this.#logger.warn({ caseRef: entry.chain, act: entry.act }, 'an act came after the case had ended');
    const deps = { store: this.#store, clock: this.#clock, protocol: this.#protocol, holidays: this.#holidays };
    await recordRefusal(entry, 'CaseEnded', deps);
  }

  /** @returns whether Temporal has them for the case; not if the case has ended */
  async #tell(document: Running, messages: readonly CaseMessage[]): Promise<boolean> {
    try {
      await this.#signal(document, messages);
      return true;
    } catch (error) {
      const hasEnded = async () => (await this.#store.cases.get(document._id))?.ended === true;
      if (error instanceof WorkflowNotFoundError && (await hasEnded())) return false;
      throw error;
    }
  }

  async #signal(opening: Running, messages: readonly CaseMessage[]): Promise<void> {
    const handle = this.#client.workflow.getHandle(workflowIdOf(opening));
    await this.#within(10_000, () => handle.signal<CaseMessage[]>(tellSignal, ...messages));
    this.#leaveAlone(opening._id);
  }

  #leaveAlone(caseRef: string): void {
    const moment = sleep(leftAloneMs).then(() => {
      if (this.#leftAlone.get(caseRef) === moment) this.#leftAlone.delete(caseRef);
    });
    this.#leftAlone.set(caseRef, moment);
  }

  /**
   * Brings over an act that needs the case's word, after all that was stored before it: no act is decided on silence
   * that is none. An act that was told before has its word on record. What the case has changed is in the store by then.
   * @throws ActRejected when the rules forbid it; CaseOutOfReach when there is no word in time.
   */
  async act(entry: AuditEntry): Promise<void> {
    try {
      await this.#bringOver(entry, {});
    } catch (error) {
      throw new CaseOutOfReach(error);
    }
    await this.#wordOn(entry);
    const rejection = await refusalOf(entry, this.#store);
    if (rejection !== null) throw new ActRejected(rejection);
  }

  async #wordOn({ _id }: AuditEntry): Promise<void> {
    let wait = firstLookMs;
    for (let waited = 0; (await this.#store.audit.byId(_id))?.waiting === true; waited += wait) {
      if (waited > wordWithinMs) throw new CaseOutOfReach();
      wait = Math.min(wait * 1.5, lastLookMs);
      await sleep(wait);
    }
  }

  /**
   * Brings over everything that has been stored and has not reached Temporal. Returns how much that was.
   * @param stopping ends it before the next piece: the next sweep, or another worker's, goes on
   * @param inHandMs for so long an act is in the hands of whoever put it on record: brought over by two, a case hears it twice
   */
  async sweep(
    stopping?: AbortSignal,
    inHandMs = 0,
  ): Promise<{ readonly started: number; readonly delivered: number; readonly failed: number }> {
    const counts = { started: 0, delivered: 0, failed: 0 };
    for await (const document of this.#store.cases.notStarted()) {
      if (stopping?.aborted === true) return counts;
      const done = await this.#attempt('start', document._id, () => this.start(document));
      counts[done ? 'started' : 'failed'] += 1;
    }
    for (const entries of await this.#leftBehind(inHandMs)) {
      if (stopping?.aborted === true) return counts;
      const delivered = await this.#deliverAll(entries);
      counts.delivered += delivered;
      counts.failed += entries.length - delivered;
    }
    return counts;
  }

  /** What Temporal does not have yet, case by case in the order of its record; the case that waits longest is first. */
  async #leftBehind(inHandMs: number): Promise<readonly (readonly AuditEntry[])[]> {
    const now = Date.parse(this.#clock.now());
    // One of a time to come was recorded by another clock: it says nothing of how long it waits.
    const isInHand = ({ at }: AuditEntry) => Date.parse(at) <= now && Date.parse(at) > now - inHandMs;
    const byCase = new Map<string, AuditEntry[]>();
    for await (const entry of this.#store.audit.waiting()) {
      if (this.#isWithTemporal(entry) || isInHand(entry)) continue;
      const entries = byCase.get(entry.chain);
      if (entries === undefined) byCase.set(entry.chain, [entry]);
      else entries.push(entry);
    }
    return [...byCase.values()].map((entries) => entries.sort((a, b) => a.seq - b.seq));
  }

  /**
   * All of a case at once. Where that fails, one after the other up to the one that cannot be brought over: what came
   * before must not wait for it.
   * @returns how many were brought over
   */
  async #deliverAll(entries: readonly AuditEntry[]): Promise<number> {
    const attempt = (entry: AuditEntry) => this.#attempt('deliver', entry.chain, () => this.deliver(entry));
    const last = entries.at(-1);
    if (last === undefined || (await attempt(last))) return entries.length;
    for (const [brought, entry] of entries.slice(0, -1).entries()) if (!(await attempt(entry))) return brought;
    return entries.length - 1;
  }

  async #attempt(what: string, caseRef: string, attempt: () => Promise<unknown>): Promise<boolean> {
    try {
      await attempt();
      return true;
    } catch (err) {
      this.#logger.warn({ err, caseRef, what }, 'not brought to Temporal yet; it is tried again');
      return false;
    }
  }

  async #within<T>(milliseconds: number, call: () => Promise<T>): Promise<T> {
    return this.#client.withDeadline(Date.parse(this.#clock.now()) + milliseconds, call);
  }
}

/** So many messages a signal has at the most: far below what Temporal takes, whatever they are of. */
const inOneSignal = 50;

function* inParts<T>(all: readonly T[]): Generator<readonly [T, ...T[]]> {
  for (let from = 0; from < all.length; from += inOneSignal) yield all.slice(from, from + inOneSignal) as [T, ...T[]];
}

/** When the newest opening of a case began, as its timeline has it: told again, it says the same. */
function beganAt({ run, timeline, startedAt, openedAt }: CaseDocument): IsoInstant {
  const first = timeline.find((each) => (run === 1 ? each.event === 'request-sent' : each.event === 'case-reopened' && each.run === run));
  return first?.at ?? startedAt ?? openedAt;
}

function startAttributes(document: CaseDocument): TypedSearchAttributes {
  const { projection } = document;
  return new TypedSearchAttributes([
    { key: defineSearchAttributeKey(names.process, SearchAttributeType.KEYWORD), value: document.process },
    { key: defineSearchAttributeKey(names.reference, SearchAttributeType.KEYWORD), value: document._id },
    { key: defineSearchAttributeKey(names.stage, SearchAttributeType.KEYWORD), value: projection.stage },
    { key: defineSearchAttributeKey(names.partners, SearchAttributeType.KEYWORD_LIST), value: [...document.partners] },
    { key: defineSearchAttributeKey(names.overdue, SearchAttributeType.BOOL), value: projection.overdue },
    { key: defineSearchAttributeKey(names.openTasks, SearchAttributeType.INT), value: projection.openTasks },
    ...(projection.dueAt === null
      ? []
      : [{ key: defineSearchAttributeKey(names.dueAt, SearchAttributeType.DATETIME), value: new Date(projection.dueAt) }]),
  ]);
}
