/**
 * How what another partner gave is to be handled, for whoever decides whether it is disclosed: the conditions of the answer that is
 * in force. A correction takes the place of the answer that an item came from, so its conditions hold, whether they are more or less.
 */
import { discloses, type ItemOnRecord } from '../../dispatch/items';
import { partnerName } from '../../config/protocol-rules';
import { answerOf, type AnswerDocument } from '../../store/answers';
import type { Account } from '../../store/accounts';
import type { Actor } from '../../store/audit';
import { ContentUnreadable } from '../../store/content';
import type { CaseDocument } from '../../store/cases';
import { answerIn, inForce, type Disclosure } from '../../store/disclosures';
import type { IsoInstant } from '../../config/clock';
import { recordView } from '../case-content';
import { readAnswer } from '../cases/content';
import type { WebDependencies } from '../dependencies';
import { lineInWords } from '../disclosure-lines';
import { mayOnTask } from '../policy';

type Dependencies = Pick<WebDependencies, 'store' | 'protocol' | 'clock'>;

/** The line of the register that holds for what was given: of an answer that was corrected, that of its newest version. */
export async function linesInForce(given: readonly string[], receiver: string, { store }: Pick<Dependencies, 'store'>): Promise<ReadonlyMap<string, Disclosure>> {
  const cases = [...new Set(given.map((id) => answerIn(id).caseRef))];
  // Of what was given to this partner only.
  const lines = (await store.disclosures.ofCases(cases)).filter(({ to }) => to.partner === receiver);
  return inForce(lines);
}

/** What holds of what was given, without what was written: since when it is as it is, and whether it goes no further. Null where the register has nothing of it. */
export async function conditionsOf(given: string, receiver: string, deps: Pick<Dependencies, 'store'>): Promise<Pick<Handling, 'since' | 'isRestricted'> | null> {
  const line = (await linesInForce([given], receiver, deps)).get(given);
  if (line === undefined) return null;
  const [last] = await deps.store.audit.byKeys([line.correctedBy ?? line._id]);
  return { since: last === undefined ? line.disclosedAt : answerOf(last).recordedAt, isRestricted: isRestricted(line) };
}

/** Whether it was given on the condition that it goes no further: what is disclosed all the same needs a reason. */
export const isRestricted = ({ handling }: Pick<Disclosure, 'handling'>): boolean => handling.notToBePassedOn || handling.notToBeRevealed;

export interface Handling {
  /** The answer whose conditions hold, by its case, task and number. */
  readonly of: { readonly caseRef: string; readonly task: string; readonly version: number };
  readonly codes: Disclosure['handling'];
  /** All of the conditions in words: also what was written besides, or where that can be read. */
  readonly conditions: readonly string[];
  /** What was written besides, where the account may read it; empty where there is nothing. */
  readonly words: string;
  /** Whether something was written that the account may not read. */
  readonly hasMoreWords: boolean;
  readonly isRestricted: boolean;
  /** Whether nothing of it is shared any more. */
  readonly isTakenBack: boolean;
  /** What is to be known of corrections; empty where there was none. */
  readonly corrected: string;
  /** When the conditions, or what was given, last came to be as they are. */
  readonly since: IsoInstant;
}

/**
 * The conditions on which these were given, by the answer that each came from. What was written in them is shown to whoever may
 * read that answer, and that it is goes on record in its case before.
 * @param given answers by their names on the register
 * @throws Unavailable as `recordView`
 */
export async function handlingOf(
  given: readonly string[],
  { account, by, receiver }: { readonly account: Account; readonly by: Actor; readonly receiver: string },
  deps: Dependencies,
): Promise<ReadonlyMap<string, Handling>> {
  const { store, protocol } = deps;
  const lines = await linesInForce(given, receiver, deps);
  const holding = [...new Set(given.flatMap((id) => lines.get(id) ?? []))];
  const answers = new Map((await store.audit.byKeys(holding.flatMap(({ _id, correctedBy }) => [_id, ...(correctedBy === null ? [] : [correctedBy])]))).map((entry) => [entry.uniqueKey, answerOf(entry)]));
  const written = new Map<string, Written>();
  for (const line of holding) written.set(line._id, await writtenWith(line, answers.get(line._id), { account, by }, deps));
  return new Map(
    given.flatMap((id): [string, Handling][] => {
      const line = lines.get(id);
      if (line === undefined) return [];
      const { words, hasMoreWords } = written.get(line._id) ?? nothingWritten;
      const { caseRef, task, version } = answerIn(line._id);
      const last = answers.get(line.correctedBy ?? line._id);
      const from = partnerName(protocol, line.from.partner);
      const corrected = [
        ...(line._id === id ? [] : [`${from} corrected what it gave: these are the conditions of answer ${version}.`]),
        ...(line.correctedBy === null ? [] : [`${from} has corrected it since so that nothing is shared any more: speak to it before you decide.`]),
      ];
      const conditions = [
        ...lineInWords(line, protocol).handling,
        ...(words === '' ? [] : [`“${words}”`]),
        ...(hasMoreWords ? [`conditions in words, which whoever asked for it can read in ${caseRef}`] : []),
      ];
      return [
        [
          id,
          {
            of: { caseRef, task, version },
            codes: line.handling,
            conditions,
            words,
            hasMoreWords,
            isRestricted: isRestricted(line),
            isTakenBack: line.correctedBy !== null,
            corrected: corrected.join(' '),
            since: last?.recordedAt ?? line.disclosedAt,
          },
        ],
      ];
    }),
  );
}

/**
 * Whether an item was disclosed before the conditions, or what was given, came to be as they are: nobody has decided on those. They are
 * in the record of another case, where a correction can come in the very instant of the decision, which names those that it knew.
 */
export function isGivenOtherwise({ decided }: Pick<ItemOnRecord, 'decided'>, handling: Handling | null): boolean {
  if (handling === null || decided === null || !discloses(decided.decision)) return false;
  const { conditionsSince } = decided.entry.facts as { readonly conditionsSince?: IsoInstant };
  // A decision of before it was named has its time only.
  return conditionsSince === undefined ? Date.parse(handling.since) > Date.parse(decided.at) : conditionsSince !== handling.since;
}

type Written = Pick<Handling, 'words' | 'hasMoreWords'>;
const nothingWritten: Written = { words: '', hasMoreWords: false };

/** What was written as a condition: it is sealed in the answer, and on no register. */
async function writtenWith(
  line: Disclosure,
  answer: AnswerDocument | undefined,
  { account, by }: { readonly account: Account; readonly by: Actor },
  deps: Dependencies,
): Promise<Written> {
  const document = await deps.store.cases.get(line.caseRef);
  const task = document?.tasks.find(({ id }) => id === line.task);
  if (document === null || task === undefined || answer === undefined) return nothingWritten;
  const words = conditionsIn(document, answer, deps);
  if (words === '') return nothingWritten;
  if (words === null || !mayOnTask(account, 'see-task-content', document, task)) return { words: '', hasMoreWords: true };
  await recordView(document, by, [`${task.id}/answer/${answer.version}`], deps);
  return { words, hasMoreWords: false };
}

/** Null where it cannot be opened: an item can be decided on without it. */
function conditionsIn(document: CaseDocument, answer: AnswerDocument, { store }: Pick<Dependencies, 'store'>): string | null {
  try {
    const { markingWords, handling } = readAnswer(document, answer, store);
    return [markingWords, handling].filter((words) => words !== '').join('; ');
  } catch (error) {
    if (error instanceof ContentUnreadable) return null;
    throw error;
  }
}
