import type { Collection, Filter } from 'mongodb';
import type { IsoInstant } from '../config/clock';
import { answerRule } from '../config/processes';
import type { Identifiability } from '../config/protocol-types';
import { answerKey, type AnswerFacts } from './answers';
import type { Audit, AuditEntry } from './audit';
import type { CaseDocument, CaseScope } from './cases';
import type { Database } from './database';

/** What a case has to say in its terms if answers of it can disclose something. */
export interface DisclosureTerms {
  readonly identifiability: Identifiability;
  /** UK GDPR Article 6, or DPA 2018 Part 3 for law enforcement. */
  readonly legalBasis: string;
  /** UK GDPR Article 9, where special categories are asked for. */
  readonly specialBasis: string | null;
  readonly statute: string | null;
  /** How the requester would like to be answered. */
  readonly means: string;
}

/** One line of the disclosure register: who gave whom which categories of what, when, and on what basis. */
export interface Disclosure {
  /** `<case>/answer/<task>/<version>`: the answer that disclosed it. */
  readonly _id: string;
  readonly caseRef: string;
  readonly task: string;
  readonly from: { readonly partner: string; readonly team: string | null };
  readonly to: { readonly partner: string; readonly teams: readonly string[] };
  /** Codes of section 2; empty where it lists none for the partner. */
  readonly categories: readonly string[];
  readonly identifiability: Identifiability;
  readonly legalBasis: string;
  readonly specialBasis: string | null;
  readonly statute: string | null;
  readonly means: string;
  readonly inFull: boolean;
  readonly disclosedAt: IsoInstant;
  /** When the answer came on record: one that was given by telephone, later. Missing in a line of before it was kept. */
  readonly recordedAt?: IsoInstant;
  readonly handling: {
    readonly marking: string;
    readonly notToBePassedOn: boolean;
    readonly notToBeRevealed: boolean;
  };
  /** The answer that corrected this one; what was disclosed stays disclosed. */
  readonly correctedBy: string | null;
}

/** The scope is no option: nothing is listed without saying for whom. What is left out does not matter. */
export interface DisclosureFilter extends CaseScope {
  /** Codes of the partner that gave, and of the one that got. */
  readonly from?: string;
  readonly to?: string;
  readonly category?: string;
  readonly caseRef?: string;
  /** Disclosed at this instant or later, and before the other. */
  readonly since?: IsoInstant;
  readonly before?: IsoInstant;
}

/** The disclosure register: subject access, breach, withdrawal and rectification start from it. No personal data. */
export class Disclosures {
  readonly #disclosures: Collection<Disclosure>;

  readonly #audit: Audit;

  constructor(database: Database, audit: Audit) {
    this.#disclosures = database.collection('disclosures');
    this.#audit = audit;
  }

  async ensureIndexes(): Promise<void> {
    await this.#disclosures.createIndex({ 'from.partner': 1, disclosedAt: -1 });
    await this.#disclosures.createIndex({ 'to.partner': 1, disclosedAt: -1 });
    await this.#disclosures.createIndex({ disclosedAt: -1 });
    await this.#disclosures.createIndex({ categories: 1, disclosedAt: -1 });
    await this.#disclosures.createIndex({ caseRef: 1 });
  }

  byId(id: string): Promise<Disclosure | null> {
    return this.#disclosures.findOne({ _id: id });
  }

  /**
   * Enters what an answer discloses, and marks the answer that it corrects. Can be repeated, and done for an answer
   * after it was done for the correction of it.
   * @returns what it has disclosed; null if that is nothing
   */
  async enter(document: CaseDocument, entry: AuditEntry): Promise<Omit<Disclosure, 'correctedBy'> | null> {
    const facts = entry.facts as unknown as AnswerFacts;
    const task = document.tasks.find(({ id }) => id === entry.task);
    if (task === undefined) throw new Error(`${entry.chain} has no task ${String(entry.task)}.`);
    const { version, kind, receivedAt, categories, marking, notToBePassedOn, notToBeRevealed } = facts;
    if (version - 1 !== task.answersBefore) await this.#markCorrected(entry.chain, task.id, version - 1);
    const { discloses } = answerRule(document.process, kind);
    if (discloses === undefined) return null;
    const { identifiability, legalBasis, specialBasis, statute, means } = document.terms as unknown as DisclosureTerms;
    const fields: Omit<Disclosure, '_id' | 'correctedBy'> = {
      caseRef: entry.chain,
      task: task.id,
      from: { partner: task.partner, team: task.team },
      to: { partner: document.openedBy.partner, teams: document.openedBy.teams },
      categories,
      identifiability,
      legalBasis,
      specialBasis,
      statute,
      means,
      inFull: discloses === 'in-full',
      disclosedAt: receivedAt,
      recordedAt: entry.at,
      handling: { marking, notToBePassedOn, notToBeRevealed },
    };
    await this.#disclosures.updateOne(
      { _id: entry.uniqueKey },
      { $setOnInsert: { ...fields, correctedBy: null } },
      { upsert: true },
    );
    const next = await this.#audit.byKey(entry.chain, answerKey(task.id, version + 1));
    if (next !== null && version !== task.answersBefore) await this.#markCorrected(entry.chain, task.id, version);
    return { _id: entry.uniqueKey, ...fields };
  }

  async #markCorrected(caseRef: string, task: string, version: number): Promise<void> {
    await this.#disclosures.updateOne(
      { _id: `${caseRef}/${answerKey(task, version)}` },
      { $set: { correctedBy: `${caseRef}/${answerKey(task, version + 1)}` } },
    );
  }

  /** The newest first; all of them where no limit is given. */
  async list(filter: DisclosureFilter, limit = 0, skip = 0): Promise<Disclosure[]> {
    return this.#disclosures.find(queryOf(filter)).sort(newestFirst).skip(skip).limit(limit).toArray();
  }

  /** All that was disclosed in these cases. */
  async ofCases(caseRefs: readonly string[]): Promise<Disclosure[]> {
    return caseRefs.length === 0 ? [] : this.#disclosures.find({ caseRef: { $in: [...caseRefs] } }).toArray();
  }

  /** How many there are of what `list` gives. */
  async count(filter: DisclosureFilter): Promise<number> {
    return this.#disclosures.countDocuments(queryOf(filter));
  }

  /** All that `list` gives, in batches. */
  all(filter: DisclosureFilter): AsyncIterable<Disclosure> {
    return this.#disclosures.find(queryOf(filter)).sort(newestFirst).batchSize(500);
  }
}

/** The answer that a line is of, by its name: `IR-2026-0001/answer/T1/2`. */
export function answerIn(id: string): { readonly caseRef: string; readonly task: string; readonly version: number } {
  const [caseRef = '', , task = '', version = ''] = id.split('/');
  return { caseRef, task, version: Number(version) };
}

/**
 * Which line holds now, for each of these: of an answer that was corrected, that of its newest version.
 * @param lines all of their cases
 */
export function inForce(lines: readonly Disclosure[]): ReadonlyMap<string, Disclosure> {
  const held = new Map<string, Disclosure>();
  const newest = new Map<string, Disclosure>();
  const versionOf = ({ _id }: Disclosure): number => answerIn(_id).version;
  for (const line of lines.toSorted((a, b) => versionOf(b) - versionOf(a))) {
    const task = `${line.caseRef}/${line.task}`;
    // A version between the two that shares nothing has no line.
    const holds = line.correctedBy === null ? line : (newest.get(task) ?? line);
    newest.set(task, holds);
    held.set(line._id, holds);
  }
  return held;
}

const newestFirst = { disclosedAt: -1, _id: -1 } as const;

function queryOf({ partners, from, to, category, caseRef, since, before }: DisclosureFilter): Filter<Disclosure> {
  const conditions: Filter<Disclosure>[] = [];
  if (partners !== null) {
    conditions.push({ $or: [{ 'from.partner': { $in: [...partners] } }, { 'to.partner': { $in: [...partners] } }] });
  }
  if (from !== undefined) conditions.push({ 'from.partner': from });
  if (to !== undefined) conditions.push({ 'to.partner': to });
  if (category !== undefined) conditions.push({ categories: category });
  if (caseRef !== undefined) conditions.push({ caseRef });
  if (since !== undefined) conditions.push({ disclosedAt: { $gte: storedInstant(since) } });
  if (before !== undefined) conditions.push({ disclosedAt: { $lt: storedInstant(before) } });
  return conditions.length === 0 ? {} : { $and: conditions };
}

/** With milliseconds: so it compares as a text with instants that are written with them, and with those that are not. */
const storedInstant = (at: IsoInstant): IsoInstant => new Date(at).toISOString() as IsoInstant;
