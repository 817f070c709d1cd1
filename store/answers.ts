import type { Collection } from 'mongodb';
import type { IsoInstant } from '../config/clock';
import { isDuplicate, persistently, type Database } from './database';
import type { StoredAnswer } from './types';

/** A final answer to a task. Immutable but for the note of its delivery: once it is here, the page says "received". */
export interface AnswerDocument {
  /** `<case>/<task>`: a task has one final answer, whoever else presses the button. */
  readonly _id: string;
  /** From the form: the same form posted twice is one answer. */
  readonly submissionId: string;
  readonly caseRef: string;
  readonly task: StoredAnswer['task'];
  readonly kind: StoredAnswer['kind'];
  /** On time is judged by this. */
  readonly receivedAt: IsoInstant;
  readonly receivedBy: { readonly via: 'link' | 'signed-in' | 'api'; readonly account: string | null };
  /** What was answered, sealed with the case's key under the field `answers/<task>`. */
  readonly sealed: string;
  /** Null until the workflow has taken it. */
  readonly deliveredAt: IsoInstant | null;
}

/** Each is brought to Temporal before the next batch is read, and the database closes a cursor that rests too long. */
const smallBatch = 20;

export const answerId = (caseRef: string, task: string): string => `${caseRef}/${task}`;

export const toStoredAnswer = ({ _id, task, kind, receivedAt }: AnswerDocument): StoredAnswer => ({
  id: _id,
  task,
  kind,
  receivedAt,
});

export class Answers {
  readonly #answers: Collection<AnswerDocument>;

  constructor(database: Database) {
    this.#answers = database.collection('answers');
  }

  async ensureIndexes(): Promise<void> {
    await this.#answers.createIndex({ caseRef: 1 });
    await this.#answers.createIndex({ deliveredAt: 1 });
  }

  /**
   * Stores an answer. `repeated`: this very form was taken before, and the stored answer is given back.
   * `already-answered`: another form answered the task first.
   */
  async receive(
    answer: AnswerDocument,
  ): Promise<{ readonly result: 'received' | 'repeated' | 'already-answered'; readonly answer: AnswerDocument }> {
    try {
      await persistently(() => this.#answers.insertOne(answer));
      return { result: 'received', answer };
    } catch (error) {
      const earlier = isDuplicate(error) ? await this.#answers.findOne({ _id: answer._id }) : null;
      if (earlier === null) throw error;
      const result = earlier.submissionId === answer.submissionId ? 'repeated' : 'already-answered';
      return { result, answer: earlier };
    }
  }

  async of(caseRef: string): Promise<AnswerDocument[]> {
    return this.#answers.find({ caseRef }).toArray();
  }

  async ofTask(caseRef: string, task: string): Promise<AnswerDocument | null> {
    return this.#answers.findOne({ _id: answerId(caseRef, task) });
  }

  /** The answers to these tasks, by `answerId`. */
  async ofTasks(ids: readonly string[]): Promise<AnswerDocument[]> {
    return ids.length === 0 ? [] : this.#answers.find({ _id: { $in: [...ids] } }).toArray();
  }

  /** Answers that the workflow is not known to have, the oldest first; all, so that none waits behind others for ever. */
  notDelivered(): AsyncIterable<AnswerDocument> {
    return this.#answers.find({ deliveredAt: null }).sort({ receivedAt: 1 }).batchSize(smallBatch);
  }

  async markDelivered(id: string, at: IsoInstant): Promise<void> {
    await this.#answers.updateOne({ _id: id, deliveredAt: null }, { $set: { deliveredAt: at } });
  }
}
