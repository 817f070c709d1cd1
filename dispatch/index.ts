/**
 * From the store to the workflows: what was accepted is brought to Temporal, at once if it answers, by the sweep if it
 * does not. Used by the web right after it has stored something, and by the worker's sweep for what a crash left over.
 * Every step can be repeated: a start by the case's reference, an answer by its id.
 */
import {
  type Client,
  WorkflowExecutionAlreadyStartedError,
  WorkflowNotFoundError,
  WorkflowUpdateFailedError,
} from '@temporalio/client';
import { ApplicationFailure, defineSearchAttributeKey, SearchAttributeType, TypedSearchAttributes } from '@temporalio/common';
import type { Clock } from '../config/clock';
import type { Logger } from '../config/logger';
import { processes, taskQueue } from '../config/processes';
import type { Store } from '../store';
import { toStoredAnswer, type AnswerDocument } from '../store/answers';
import type { CaseDocument } from '../store/cases';
import { updates, type ActUpdate, type AnswerTaskUpdate } from '../workflows/information-request/contract';
import { searchAttributeNames as names, type RejectionType } from '../workflows/shared/contract';

/** An act that the workflow did not accept, by the rule that forbids it. */
export class ActRejected extends Error {
  constructor(readonly rejection: RejectionType) {
    super(`The case does not accept this act: ${rejection}.`);
    this.name = 'ActRejected';
  }
}

/** Temporal, or a worker, did not answer in time; an act that was asked for may or may not have been done. */
export class CaseOutOfReach extends Error {
  constructor(cause: unknown) {
    super('The case cannot be reached at the moment.', { cause });
    this.name = 'CaseOutOfReach';
  }
}

export type Act = Exclude<keyof typeof updates, 'answerTask'>;

interface Dependencies {
  readonly client: Client;
  readonly store: Store;
  readonly clock: Clock;
  readonly logger: Logger;
}

export class Dispatch {
  readonly #client: Client;
  readonly #store: Store;
  readonly #clock: Clock;
  readonly #logger: Logger;

  constructor({ client, store, clock, logger }: Dependencies) {
    this.#client = client;
    this.#store = store;
    this.#clock = clock;
    this.#logger = logger;
  }

  /**
   * Starts the workflow of a stored case. A repeated start changes nothing: the reference is the workflow's id, and
   * an id that was used is refused even after the case has ended.
   * @throws any fault of Temporal; the case is safe in the store and the sweep tries again. Also if the reference
   *   belongs to another case's workflow, as after one of the two was put back from a copy: it is no clock of this case.
   */
  async start(document: CaseDocument): Promise<void> {
    const definition = processes[document.process];
    try {
      await this.#within(5_000, () =>
        this.#client.workflow.start(definition.workflowType, {
          taskQueue,
          workflowId: document._id,
          workflowIdReusePolicy: 'REJECT_DUPLICATE',
          workflowIdConflictPolicy: 'FAIL',
          args: [document.startInput],
          typedSearchAttributes: startAttributes(document),
          memo: { submission: document.submissionId },
          staticSummary: `${definition.title} ${document._id}: ${document.title}`,
          staticDetails: `${definition.source}.`,
        }),
      );
    } catch (error) {
      if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
      const { memo } = await this.#within(5_000, () => this.#client.workflow.getHandle(document._id).describe());
      if (memo?.['submission'] !== document.submissionId) {
        throw new Error(`Temporal has another case's workflow under ${document._id}: this one has no clock.`, {
          cause: error,
        });
      }
    }
    await this.#store.cases.markStarted(document._id, this.#clock.now());
  }

  /**
   * Brings a stored answer to its workflow, which takes it once however often it comes.
   * @throws any fault of Temporal; the answer is safe in the store and the sweep tries again.
   */
  async deliver(answer: AnswerDocument): Promise<void> {
    try {
      const update: AnswerTaskUpdate = { answer: toStoredAnswer(answer) };
      await this.#within(10_000, () =>
        this.#client.workflow
          .getHandle(answer.caseRef)
          .executeUpdate(updates.answerTask, { updateId: updateId('answerTask', answer._id), args: [update] }),
      );
    } catch (error) {
      // An ended case has no use for the answer any more; it stays in the store, under the case, for people to read.
      // Any other failure leaves the answer undelivered, to be tried again.
      const ended =
        error instanceof WorkflowNotFoundError
          ? await this.#hasEnded(answer.caseRef)
          : rejectionOf(error) === 'CaseEnded';
      if (!ended) throw error;
      this.#logger.warn({ caseRef: answer.caseRef, task: answer.task }, 'an answer came after the case had ended');
    }
    await this.#store.answers.markDelivered(answer._id, this.#clock.now());
  }

  /**
   * Asks the workflow for an act and waits for its word. Stored answers are brought to it first, so that no act is
   * decided on silence that is none.
   * @throws ActRejected when the rules forbid it; CaseOutOfReach when there is no word in time.
   */
  async act(caseRef: string, act: Act, by: string, submissionId: string): Promise<void> {
    try {
      for (const answer of await this.#store.answers.of(caseRef)) {
        if (answer.deliveredAt === null) await this.deliver(answer);
      }
      const update: ActUpdate = { by };
      await this.#within(10_000, () =>
        this.#client.workflow
          .getHandle(caseRef)
          .executeUpdate(updates[act], { updateId: updateId(act, submissionId), args: [update] }),
      );
    } catch (error) {
      const rejection = error instanceof WorkflowNotFoundError ? 'CaseEnded' : rejectionOf(error);
      if (rejection !== null) throw new ActRejected(rejection);
      throw new CaseOutOfReach(error);
    }
  }

  /** Brings over everything that has been stored and has not reached Temporal. Returns how much that was. */
  async sweep(): Promise<{ readonly started: number; readonly delivered: number; readonly failed: number }> {
    const counts = { started: 0, delivered: 0, failed: 0 };
    for await (const document of this.#store.cases.notStarted()) {
      const done = await this.#attempt('start', document._id, () => this.start(document));
      counts[done ? 'started' : 'failed'] += 1;
    }
    for await (const answer of this.#store.answers.notDelivered()) {
      const done = await this.#attempt('deliver', answer.caseRef, () => this.deliver(answer));
      counts[done ? 'delivered' : 'failed'] += 1;
    }
    return counts;
  }

  async #attempt(what: string, caseRef: string, attempt: () => Promise<void>): Promise<boolean> {
    try {
      await attempt();
      return true;
    } catch (err) {
      this.#logger.warn({ err, caseRef, what }, 'not brought to Temporal yet; it is tried again');
      return false;
    }
  }

  async #hasEnded(caseRef: string): Promise<boolean> {
    return (await this.#store.cases.get(caseRef))?.ended === true;
  }

  async #within<T>(milliseconds: number, call: () => Promise<T>): Promise<T> {
    return this.#client.withDeadline(Date.parse(this.#clock.now()) + milliseconds, call);
  }
}

/** Whoever sends an act chooses its id: apart by kind, it cannot take the place of an answer, nor of another act. */
const updateId = (update: keyof typeof updates, id: string): string => `${update}/${id}`;

/** The rule by which the workflow forbade it; null for any other failure, such as an update that a worker does not know. */
function rejectionOf(error: unknown): RejectionType | null {
  if (!(error instanceof WorkflowUpdateFailedError) || !(error.cause instanceof ApplicationFailure)) return null;
  const { type } = error.cause;
  return rejectionTypes.find((known) => known === type) ?? null;
}

const isRejection = { CaseEnded: true, TaskUnknown: true, NotYetAnswered: true, LadderNotFinished: true } as const;
const rejectionTypes = Object.keys(isRejection satisfies Record<RejectionType, true>) as RejectionType[];

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
