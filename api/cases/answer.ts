/**
 * Answering a task (protocol section 7): the answer and its corrections, what was answered by telephone or otherwise, a
 * question back, and passing the task on. Pages, links and API use these commands alike; each is on record before it
 * returns, and only then is the case told of it.
 */
import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { formatDate, formatInstant, londonMoments, startDayOf, startOfLondonDay } from '../../calendar';
import type { IsoDate, IsoInstant } from '../../config/clock';
import { answerKindsOf, answerRule, processes, processSlugs, takesQuestions, type AnswerKind, type AnswerRule, type ProcessSlug } from '../../config/processes';
import { askedName, partnerByCode, partnerName } from '../../config/protocol-rules';
import { isAfterReply, itemsAsked } from '../../dispatch/items';
import type { Account } from '../../store/accounts';
import {
  answerKey,
  answerOf,
  type AnswerDocument,
  type AnswerFacts,
} from '../../store/answers';
import type { Actor, AuditEntry } from '../../store/audit';
import type { CaseDocument, CaseTask } from '../../store/cases';
import { FileNotThere, type FilePlace } from '../../store/files';
import { civilDate, line, optionalLine, optionalText, text, timeLeftOut, timeTwice } from '../forms/fields';
import { occurrence } from '../forms/moments';
import { Invalid, Refusal } from '../http/refusals';
import { allWebProcesses, webProcess } from '../processes';
import type { AnsweredAt, Particulars } from '../processes/process';
import { codesOf, markings, waysGiven } from './codes';
import { readAnswer, readNote, sealEntry, type AnswerContent, type AnswerParticulars } from './content';
import { submissionKey, type CaseDependencies } from './dependencies';
import { openQuestion } from './questions';
import { openerLeft } from '../../dispatch/memberships';

const eachOnce = (named: readonly string[]): string[] => [...new Set(named)];

/** What of a task decides how it can be answered. The document of the API shows the answers to tasks of all processes. */
export interface Asked extends Pick<CaseTask, 'kind' | 'categories'> {
  readonly process: ProcessSlug | 'any';
  /** Against what the particulars of its answers are checked, where its process asks for any. */
  readonly at?: AnsweredAt;
  /** Whether what an answer of its kind does not carry is refused, and not left out. */
  readonly refusesOtherParts?: true;
}

/** What is asked by a task of a case, at this moment. */
export const askedBy = (
  { process, terms }: Pick<CaseDocument, 'process' | 'terms'>,
  task: CaseTask,
  now: IsoInstant,
): Asked & Pick<CaseTask, 'plans'> => {
  const plan = task.plans.at(-1);
  return { ...task, process, ...(plan === undefined ? {} : { at: { terms, dueAt: plan.dueAt, now, items: itemsAsked(task), movedItems: task.movedItems ?? [], ...(task.byLaw === undefined ? {} : { awareAt: task.byLaw.from }) } }) };
};

/** What a process asks in its answers besides; of tasks of all processes, what any of them does. */
const particularsOf = (process: Asked['process']): Particulars | undefined =>
  process === 'any' ? undefined : webProcess(process).particulars;

const particularsField = (process: Asked['process']) =>
  process === 'any'
    ? z
        .union(allWebProcesses.flatMap(({ particulars }) => particulars?.documented ?? []))
        .optional()
        .meta({ description: 'What the process of the task asks in this kind of answer besides' })
    : z.record(z.string(), z.unknown()).optional();

/** The particulars of an answer as they are kept; and what is wrong with them. */
function particularsIn({ kind, particulars = {} }: Fields, { process, at }: Asked): z.ZodSafeParseResult<AnswerParticulars> {
  const schema = at === undefined ? null : (particularsOf(process)?.schemaOf(kind, at) ?? null);
  return (schema ?? noParticulars).safeParse(schema === null ? {} : particulars);
}
const noParticulars: z.ZodType<AnswerParticulars> = z.record(z.string(), z.string());

const kindsOf = ({ process, kind }: Pick<Asked, 'process' | 'kind'>): readonly AnswerKind[] =>
  process === 'any' ? [...new Set(processSlugs.flatMap((each) => answerKindsOf(each)))] : answerKindsOf(process, kind);

const ruleOf = (process: Asked['process'], kind: AnswerKind): AnswerRule =>
  process === 'any' ? {} : answerRule(process, kind);

const answerFields = ({ process, kind, categories }: Asked) => ({
  kind: z.enum(kindsOf({ process, ...(kind === undefined ? {} : { kind }) }), 'Choose how you answer'),
  kindConfirmed: z.boolean().default(false).meta({
    description: 'Needed where what is on record speaks against the answer: nothing is held of what the disclosure register has as given',
  }),
  alongsideSeen: z.int().min(0).optional().meta({
    description: 'In a withdrawal: how many disclosures the register had as the answer was decided on. With more by now it is not taken. Not looked at if left out',
  }),
  categories: z
    .array(
      z.string().refine((code) => categories.includes(code), 'Choose only categories that were asked for'),
      'Choose what you share',
    )
    .default([...categories])
    .transform(eachOnce)
    .meta({ description: 'Codes of the categories that are shared, of those asked for; all of them if left out' }),
  shared: optionalText(20_000).meta({
    description: 'The information, where it is shared in full or in part; needed then, unless files are attached',
  }),
  ground: optionalText(4_000).meta({
    description: 'Why it is refused, or what is left out and why where it is shared in part; needed then',
  }),
  marking: z.enum(codesOf(markings), 'Choose a protective marking').optional().meta({
    description: '`none` if left out. A correction that says nothing of how it is to be handled keeps what the answer that it corrects says',
  }),
  markingWords: optionalLine('Enter the marking', 100).meta({ description: 'The marking in words; needed where it is `other`' }),
  notToBePassedOn: z.boolean().optional().meta({ description: 'False if left out, but for such a correction' }),
  notToBeRevealed: z.boolean().optional().meta({ description: 'Not to be revealed to the person concerned' }),
  handling: optionalText(1_000).meta({ description: 'Further handling conditions in words' }),
  files: z
    .array(z.uuid('Use the ids of files that you have sent'))
    .max(50, 'Use 50 files or fewer')
    .default([])
    .transform(eachOnce)
    .meta({ description: 'Ids of files that were sent for this task' }),
  corrects: z
    .int()
    .min(0)
    .default(0)
    .meta({ description: 'The version of the answer that this one corrects; left out for a first answer' }),
  ...(process === 'any' || particularsOf(process) !== undefined ? { particulars: particularsField(process) } : {}),
});

type Fields = Omit<z.output<z.ZodObject<ReturnType<typeof answerFields>>>, 'particulars'> & {
  readonly particulars?: unknown;
};

/**
 * Refuses what an answer of its kind does not carry, where whoever sent it chose each field: a page shows those that apply, and a
 * browser that shows them all sends them all. What says nothing, as no marking, does no harm.
 */
function refuseOtherParts(given: Fields, context: z.RefinementCtx, { process, at }: Asked): void {
  if (process === 'any') return;
  const { discloses, ground } = ruleOf(process, given.kind);
  const hasParticulars = at !== undefined && (particularsOf(process)?.schemaOf(given.kind, at) ?? null) !== null;
  const isOther = {
    shared: discloses === undefined && given.shared !== '',
    ground: ground !== true && given.ground !== '',
    marking: discloses === undefined && given.marking !== undefined && given.marking !== 'none',
    markingWords: (discloses === undefined || given.marking !== 'other') && given.markingWords !== '',
    notToBePassedOn: discloses === undefined && given.notToBePassedOn === true,
    notToBeRevealed: discloses === undefined && given.notToBeRevealed === true,
    handling: discloses === undefined && given.handling !== '',
    files: discloses === undefined && given.files.length > 0,
    particulars: !hasParticulars && Object.keys(given.particulars ?? {}).length > 0,
  };
  for (const [field, is] of Object.entries(isOther)) {
    if (is) context.addIssue({ code: 'custom', path: [field], message: 'An answer of this kind does not carry this. Leave it out: nothing was put on record' });
  }
}

/** What each kind of answer needs. */
function checkParts(given: Fields, context: z.RefinementCtx, asked: Asked): void {
  if (asked.refusesOtherParts === true) refuseOtherParts(given, context, asked);
  const { process, categories } = asked;
  for (const { path, message } of particularsIn(given, asked).error?.issues ?? []) {
    context.addIssue({ code: 'custom', path: ['particulars', ...path], message });
  }
  const refuse = (path: keyof Fields, message: string) => context.addIssue({ code: 'custom', path: [path], message });
  const { discloses, ground } = ruleOf(process, given.kind);
  const lacksGround = ground === true && given.ground === '';
  if (lacksGround && discloses === undefined && process !== 'any') refuse('ground', webProcess(process).words.ground.missing);
  if (discloses === undefined) return;
  if (categories.length > 0 && given.categories.length === 0) refuse('categories', 'Choose what you share');
  if (given.shared === '' && given.files.length === 0) {
    refuse('shared', 'Enter the information you share, or add a file');
  }
  if (lacksGround) refuse('ground', 'Enter what you leave out and why');
  if (given.marking === 'other' && given.markingWords === '') refuse('markingWords', 'Enter the marking');
}

/** Without what does not belong to the kind of the answer. */
function onlyItsParts<Given extends Fields>(
  given: Given,
  asked: Asked,
): Omit<Given, 'particulars'> & { readonly particulars: AnswerParticulars } {
  const rule = ruleOf(asked.process, given.kind);
  const ground = rule.ground === true ? given.ground : '';
  const particulars = particularsIn(given, asked).data ?? {};
  if (rule.discloses !== undefined) {
    return { ...given, ground, particulars, markingWords: given.marking === 'other' ? given.markingWords : '' };
  }
  return {
    ...given,
    ground,
    particulars,
    categories: [],
    shared: '',
    marking: 'none',
    markingWords: '',
    notToBePassedOn: false,
    notToBeRevealed: false,
    handling: '',
    files: [],
  };
}

/** Checks over several fields are made as soon as those are sound, whatever is wrong with others. */
const kindIsSound: z.core.$ZodSuperRefineParams = {
  when: ({ value, issues }) =>
    (value as { kind?: unknown }).kind !== undefined && !issues.some(({ path }) => path?.[0] === 'kind'),
};

/** A final answer to a task; one schema for page, link and API. */
export const answerSchema = (asked: Asked) =>
  z
    .object(answerFields(asked))
    .superRefine((given, context) => checkParts(given, context, asked), kindIsSound)
    .transform((given) => onlyItsParts(given, asked));
export type AnswerInput = z.output<ReturnType<typeof answerSchema>>;

/** An answer that was given beside Concordat: the same, and who gave it, how and when. */
export const recordedAnswerSchema = (
  { plans, ...asked }: Asked & Pick<CaseTask, 'plans'>,
  { now }: { readonly now: IsoInstant },
) => {
  const plan = plans.at(-1);
  // The newest clock's: what was said before a task was asked again is no answer to that.
  const startedOn = plan === undefined ? undefined : startDayOf(plan);
  // Hours are counted from a moment, days from a day.
  const startedAt = plan === undefined || startedOn === undefined ? undefined : plan.dueOn === undefined ? (plan.from as IsoInstant) : startOfLondonDay(startedOn);
  interface Given {
    readonly givenOn: IsoDate;
    readonly givenTime: string;
    readonly givenOccurrence?: 'first' | 'second' | undefined;
  }
  const canBe = (at: IsoInstant): boolean =>
    Date.parse(at) <= Date.parse(now) && (startedAt === undefined || Date.parse(at) >= Date.parse(startedAt));
  /** Of an hour that comes twice the one that was chosen, or that alone can have been; null if it has to be chosen. */
  const givenAtOf = ({ givenOn, givenTime, givenOccurrence }: Given): IsoInstant | null | undefined => {
    const { first, second } = londonMoments(givenOn, givenTime);
    if (first === undefined || second === undefined) return first;
    if (givenOccurrence !== undefined) return { first, second }[givenOccurrence];
    if (canBe(first) && canBe(second)) return null;
    return canBe(second) ? second : first;
  };
  return z
    .object({
      givenByName: line('Enter who gave the answer').meta({ description: 'The person who gave the answer' }),
      givenHow: z.enum(codesOf(waysGiven), 'Choose how the answer was given'),
      givenOn: civilDate('Date given', 'Enter the date the answer was given').meta({
        description: 'The day the answer was given, in London',
        format: 'date',
      }),
      givenTime: z
        .string('Enter the time the answer was given')
        .trim()
        .min(1, 'Enter the time the answer was given')
        .regex(/^$|^([01]?\d|2[0-3])[:.][0-5]\d$/, 'Time given must be a time, such as 14:05')
        .transform((time) => time.replace('.', ':').padStart(5, '0'))
        .meta({ description: 'The time of that day, in London', examples: ['14:05'] }),
      givenOccurrence: occurrence,
      ...answerFields(asked),
    })
    .superRefine((given, context) => checkParts(given, context, asked), kindIsSound)
    .superRefine(
      ({ givenOn, givenTime, givenOccurrence }, context) => {
        const refuse = (message: string) => context.addIssue({ code: 'custom', path: ['givenOn'], message });
        const given = givenAtOf({ givenOn, givenTime, givenOccurrence });
        if (given === undefined) {
          context.addIssue({ code: 'custom', path: ['givenTime'], message: timeLeftOut(givenOn, givenTime) });
          return;
        }
        if (given === null) {
          context.addIssue({ code: 'custom', path: ['givenOccurrence'], message: timeTwice(givenOn, givenTime) });
          return;
        }
        const givenAt = Date.parse(given);
        if (givenAt > Date.parse(now)) refuse('Date and time given must be in the past');
        if (plan === undefined || startedOn === undefined || startedAt === undefined || givenAt >= Date.parse(startedAt)) return;
        refuse(
          plan.dueOn === undefined
            ? `Date and time given must be ${formatInstant(startedAt)} or later, when the hours started`
            : `Date given must be on or after ${formatDate(startedOn)}, when the clock of this request started`,
        );
      },
      { when: ({ issues }) => !issues.some(({ path }) => ['givenOn', 'givenTime'].includes(String(path?.[0]))) },
    )
    .transform(({ givenOn, givenTime, givenOccurrence, ...given }) => ({
      ...onlyItsParts(given, asked),
      // One that is left out, or has to be chosen, was refused.
      givenAt: givenAtOf({ givenOn, givenTime, givenOccurrence }) ?? startOfLondonDay(givenOn),
    }));
};
export type RecordedAnswerInput = z.output<ReturnType<typeof recordedAnswerSchema>>;

export const questionSchema = z.object({
  text: text('Enter your question', 4_000).meta({ description: 'What you need to know before you can answer' }),
});

/** Where a task can go: a person, else a team, else the partner as a whole. */
export const passOnSchema = z
  .object({
    team: z
      .string()
      .nullable()
      .default(null)
      .meta({ description: 'Code of a team of the partner; null: the whole partner' }),
    person: z
      .string()
      .nullable()
      .default(null)
      .meta({ description: 'Account of a person of the partner, in place of a team: the task stays with its team' }),
  })
  .refine(({ team, person }) => team === null || person === null, {
    error: 'Choose a team or a person, not both',
    path: ['person'],
  });
export type PassOnInput = z.output<typeof passOnSchema>;

/** Who does something on a task, with what made it one act. */
export interface TaskAct {
  readonly document: CaseDocument;
  readonly task: CaseTask;
  readonly by: Actor;
  /** An account's id or `link/<hash>`: whose files are taken, and whose repeats are known. */
  readonly sender: string;
  readonly submissionId: string;
}

/** A task that takes no answer, question or passing on any more. What was typed can still be shown. */
export class TaskClosed extends Refusal {
  constructor({ _id, process }: Pick<CaseDocument, '_id' | 'process'>) {
    super(
      409,
      `This ${processes[process].thing} is closed`,
      `${_id} takes no answers any more, so what you sent was not added. Speak to the partner that opened ` +
        'it, if you still have something to say.',
    );
  }
}

/** An answer that is based on another than the one in force: somebody else answered, or corrected it, meanwhile. */
export class AnsweredMeanwhile extends Refusal {
  constructor(readonly current: AnswerDocument) {
    super(
      409,
      'Another answer was received first',
      `It came at ${formatInstant(current.receivedAt)}, and what you sent was not added. To put yours in its place, send ` +
        `it as a correction of version ${current.version}.`,
    );
  }
}

class AlreadyAnswered extends Refusal {
  constructor(process: ProcessSlug) {
    super(
      409,
      `This ${processes[process].thing} is answered`,
      'An answer was received, so this cannot be done any more. You can correct the answer until the case is closed.',
    );
  }
}

/** Takes an answer, or the correction of one. @throws TaskClosed, AnsweredMeanwhile, Invalid for files and versions */
export async function receiveAnswer(act: TaskAct, input: AnswerInput, deps: CaseDependencies): Promise<AnswerDocument> {
  return keepAnswer(act, input, { receivedAt: deps.clock.now(), recordedBy: null, givenBy: null, givenByName: '' }, deps);
}

/** Puts an answer on record that was given by telephone or otherwise. @throws as `receiveAnswer` */
export async function recordAnswer(
  act: TaskAct,
  { givenAt, givenHow, givenByName, ...input }: RecordedAnswerInput,
  recordedBy: 'requester' | 'holder',
  deps: CaseDependencies,
): Promise<AnswerDocument> {
  return keepAnswer(act, input, { receivedAt: givenAt, recordedBy, givenBy: givenHow, givenByName }, deps);
}

/** The place of the files of an answer. */
export const answerFiles = ({ document, task, sender }: Pick<TaskAct, 'document' | 'task' | 'sender'>) =>
  ({ caseRef: document._id, task: task.id, field: 'answer', sender }) as const satisfies FilePlace & { sender: string };

/** Puts on record what is done with a file of an answer. @throws any fault of the database: then it must not be done. */
export async function recordFile(
  { document, task, by }: Pick<TaskAct, 'document' | 'task' | 'by'>,
  act: 'file-stored' | 'file-removed' | 'file-downloaded',
  file: string,
  { store, clock }: Pick<CaseDependencies, 'store' | 'clock'>,
): Promise<void> {
  // A file is stored and removed once, and downloaded however often.
  const key = `${act}/${act === 'file-downloaded' ? randomUUID() : file}`;
  await store.audit.append({ chain: document._id, key, at: clock.now(), act, by, task: task.id, facts: { file } });
}

/** How an answer is to be handled: as it says, or, where it corrects one and says nothing of that, as the corrected one does. */
async function handlingOf(
  { document, task }: TaskAct,
  { kind, corrects, marking, markingWords, notToBePassedOn, notToBeRevealed, handling }: AnswerInput,
  { store }: Pick<CaseDependencies, 'store'>,
): Promise<Pick<AnswerFacts, 'marking' | 'notToBePassedOn' | 'notToBeRevealed'> & Pick<AnswerContent, 'markingWords' | 'handling'>> {
  const saysNothing = marking === undefined && notToBePassedOn === undefined && notToBeRevealed === undefined && handling === '';
  const corrected = saysNothing && corrects > 0 && ruleOf(document.process, kind).discloses !== undefined ? await store.audit.byKey(document._id, answerKey(task.id, corrects)) : null;
  if (corrected !== null) {
    const facts = corrected.facts as unknown as AnswerFacts;
    const content = readAnswer(document, answerOf(corrected), store);
    return {
      marking: facts.marking,
      notToBePassedOn: facts.notToBePassedOn,
      notToBeRevealed: facts.notToBeRevealed,
      markingWords: content.markingWords,
      handling: content.handling,
    };
  }
  return { marking: marking ?? 'none', markingWords, notToBePassedOn: notToBePassedOn ?? false, notToBeRevealed: notToBeRevealed ?? false, handling };
}

async function keepAnswer(
  act: TaskAct,
  input: AnswerInput,
  given: Pick<AnswerFacts, 'receivedAt' | 'recordedBy' | 'givenBy'> & Pick<AnswerContent, 'givenByName'>,
  deps: CaseDependencies,
): Promise<AnswerDocument> {
  const { document, task, by } = act;
  const { store, clock } = deps;
  const { kind, shared, ground, particulars } = input;
  const { marking, markingWords, notToBePassedOn, notToBeRevealed, handling } = await handlingOf(act, input, deps);
  const content: AnswerContent = {
    kind,
    shared,
    ground,
    markingWords,
    handling,
    givenByName: given.givenByName,
    ...(Object.keys(particulars).length === 0 ? {} : { particulars }),
  };
  const version = Math.max(input.corrects, task.answersBefore) + 1;
  const facts: AnswerFacts = {
    version,
    kind,
    receivedAt: webProcess(document.process).particulars?.doneAt(particulars) ?? given.receivedAt,
    submissionId: submissionKey(act.sender, act.submissionId),
    recordedBy: given.recordedBy,
    givenBy: given.givenBy,
    categories: input.categories,
    files: input.files,
    marking,
    notToBePassedOn,
    notToBeRevealed,
    ...webProcess(document.process).particulars?.facts?.(particulars),
  };
  const current = await store.answers.ofTask(document._id, task);
  const key = answerKey(task.id, version);
  const sameOr = (entry: AuditEntry, newest: AnswerDocument): AnswerDocument => {
    if (isSame(entry, facts, content, document, deps)) return answerOf(entry);
    throw document.ended ? new TaskClosed(document) : new AnsweredMeanwhile(newest);
  };

  const earlier = await store.audit.byKey(document._id, key);
  if (earlier !== null) return sameOr(earlier, current ?? answerOf(earlier));
  if (document.ended) throw new TaskClosed(document);
  if (input.corrects > (current?.version ?? 0)) {
    throw new Invalid([{ field: 'corrects', message: `There is no answer with the version ${input.corrects}` }]);
  }
  // The same again is no correction: nothing is new for anybody.
  const inForce = current === null ? null : await store.audit.byKey(document._id, current.key);
  if (inForce !== null && current !== null && isSame(inForce, { ...facts, version: current.version, submissionId: current.submissionId }, content, document, deps)) {
    return current;
  }
  const { whyNoAnswer } = webProcess(document.process);
  const why = whyNoAnswer === undefined ? null : whyNoAnswer(kind, task, await store.audit.of(document._id));
  if (why !== null) throw new Refusal(409, 'This answer cannot be given any more', why);
  refuseToShareWithFormer(document, facts, deps);
  const { contradictedBy, countsAlongside } = webProcess(document.process);
  const against = input.kindConfirmed || contradictedBy === undefined ? null : await contradictedBy({ kind, givenAt: given.receivedAt }, document, task, deps);
  if (input.alongsideSeen !== undefined && countsAlongside !== undefined && (await countsAlongside(document, task, deps)) > input.alongsideSeen) {
    throw new Invalid([{ field: 'kind', message: 'More has come to the disclosure register since you looked at it. Look at the list above, and send your answer again if it holds for all of it' }]);
  }
  if (against !== null) throw new Invalid([{ field: 'kind', message: `${against}. Check it, or confirm below that your answer is right` }]);
  await attachFiles(act, input.files, current, facts.submissionId, deps);
  const { entry, isNew } = await store.audit.append({
    chain: document._id,
    key,
    at: clock.now(),
    act: 'answer-received',
    by,
    task: task.id,
    facts: { ...facts },
    sealed: sealEntry(document, key, content, store),
    waiting: true,
  });
  if (!isNew) return sameOr(entry, answerOf(entry));
  tell(entry, deps);
  return answerOf(entry);
}

/** @throws Invalid where an answer shares something with a partner that was a former one when it was given */
function refuseToShareWithFormer(document: CaseDocument, { kind, receivedAt }: Pick<AnswerFacts, 'kind' | 'receivedAt'>, { protocol }: Pick<CaseDependencies, 'protocol'>): void {
  const left = openerLeft(document, receivedAt, protocol);
  if (left === undefined || answerRule(document.process, kind).discloses === undefined) return;
  const name = partnerName(protocol, document.openedBy.partner);
  throw new Invalid([
    { field: 'kind', message: `${name} is a former partner from ${formatDate(left)} on, and can read no answer: share nothing with it. The CSP manager can end the ${processes[document.process].thing}` },
  ]);
}

/** Whether what is on record is this very submission, come again. When it came makes no difference. */
function isSame(
  entry: AuditEntry,
  facts: AnswerFacts,
  content: AnswerContent,
  document: CaseDocument,
  { store }: Pick<CaseDependencies, 'store'>,
): boolean {
  const known = entry.facts as unknown as AnswerFacts;
  const now = facts.recordedBy === null ? { ...facts, receivedAt: known.receivedAt } : facts;
  return sameFields(known, now) && sameFields(readAnswer(document, answerOf(entry), store), content);
}

/** Field by field: the database does not keep their order. */
const sameFields = <T extends object>(one: T, other: T): boolean =>
  Object.entries(other).every(([name, value]) => JSON.stringify(one[name as keyof T]) === JSON.stringify(value));

/** A correction keeps files of the answer that it corrects; the others must be the sender's own, sent for this task. */
async function attachFiles(
  act: TaskAct,
  files: readonly string[],
  current: AnswerDocument | null,
  submission: string,
  { store }: Pick<CaseDependencies, 'store'>,
): Promise<void> {
  const added = files.filter((id) => current?.files.includes(id) !== true);
  try {
    await store.files.attach(added, answerFiles(act), submission);
  } catch (error) {
    if (!(error instanceof FileNotThere)) throw error;
    throw new Invalid([{ field: 'files', message: error.message }]);
  }
}

/** The case hears of it as soon as it can; whoever acted does not wait for it. */
function tell(entry: AuditEntry, { background, dispatch }: Pick<CaseDependencies, 'background' | 'dispatch'>): void {
  background.run('deliver', entry.chain, async () => {
    await dispatch.deliver(entry);
  });
}

/**
 * Asks the requester something before the task can be answered: it is no answer, and there is one at a time.
 * @throws TaskClosed; Refusal if the task is answered, or a question is open
 */
export async function askQuestion(act: TaskAct, words: string, deps: CaseDependencies): Promise<AuditEntry> {
  const { document, task, by } = act;
  const { store, clock } = deps;
  if (!takesQuestions(document.process, task.kind)) throw new NoQuestions();
  const submission = submissionKey(act.sender, act.submissionId);
  const record = await store.audit.of(document._id);
  const asked = record.filter((entry) => entry.act === 'question-asked' && entry.task === task.id);
  const repeated = (entry: AuditEntry): boolean =>
    entry.facts['submissionId'] === submission && readNote(document, entry, store) === words;
  const earlier = asked.find(repeated);
  if (earlier !== undefined) return earlier;
  await refuseIfSettled(act, deps);
  if (openQuestion(document, task, record) !== null) throw new QuestionOpen();
  const number = asked.length + 1;
  const key = `question/${task.id}/${number}`;
  const { entry, isNew } = await store.audit.append({
    chain: document._id,
    key,
    at: clock.now(),
    act: 'question-asked',
    by,
    task: task.id,
    facts: { number, submissionId: submission },
    sealed: sealEntry(document, key, { text: words }, store),
    waiting: true,
  });
  if (isNew) tell(entry, deps);
  else if (!repeated(entry)) throw new QuestionOpen();
  return entry;
}

class NoQuestions extends Refusal {
  constructor() {
    super(409, 'No question is taken here', 'Your organisation decides this by itself. Record what it has decided.');
  }
}

class QuestionOpen extends Refusal {
  constructor() {
    super(
      409,
      'A question is open already',
      'The partner that asked has not replied to it yet. Wait for the reply, or answer the request.',
    );
  }
}

async function refuseIfSettled({ document, task }: TaskAct, { store }: Pick<CaseDependencies, 'store'>): Promise<void> {
  if (document.ended) throw new TaskClosed(document);
  if ((await store.answers.ofTask(document._id, task)) !== null) throw new AlreadyAnswered(document.process);
  if (isAfterReply(task, await store.audit.of(document._id))) {
    throw new Refusal(409, 'The applicant has the reply', 'Nothing is asked of you any more.');
  }
}

/** The people that a task can be passed on to: who works for the partner or is a contact of it. */
export async function peopleToPassOnTo(
  { partner, holder }: Pick<CaseTask, 'partner' | 'holder'>,
  { store }: Pick<CaseDependencies, 'store'>,
): Promise<Account[]> {
  const people = await store.accounts.ofPartner(partner);
  return people.filter(({ _id, roles }) => _id !== holder && (roles.includes('staff') || roles.includes('spoc')));
}

/**
 * Passes a task on within its partner: the links that were mailed lead nowhere from now on, and whoever has it now is
 * mailed a new one. The clock runs on.
 * @throws TaskClosed; Refusal if the task is answered, or was passed on by somebody else meanwhile; Invalid
 */
export async function passOn(act: TaskAct, { team, person }: PassOnInput, deps: CaseDependencies): Promise<AuditEntry> {
  const { document, task, by } = act;
  const { store, dispatch, clock, protocol } = deps;
  const submission = submissionKey(act.sender, act.submissionId);
  const repeated = (entry: AuditEntry | null): boolean => entry?.facts['submissionId'] === submission;
  const last = await store.audit.byKey(document._id, passedOnKey(task.id, task.linkGeneration));
  if (last !== null && repeated(last)) return last;
  await refuseIfSettled(act, deps);
  if (person !== null) {
    const people = await peopleToPassOnTo(task, deps);
    if (!people.some(({ _id }) => _id === person)) {
      throw new Invalid([{ field: 'person', message: 'Choose a person of the list' }]);
    }
  } else if (team !== null && partnerByCode(protocol, task.partner)?.teams.some(({ code }) => code === team) !== true) {
    throw new Invalid([{ field: 'team', message: 'Choose a team of the list' }]);
  } else if (team === task.team && task.holder === null) {
    throw new Invalid([{ field: 'team', message: `The ${processes[document.process].thing} is there already: choose somebody else` }]);
  }
  const to = person === null ? { team, holder: null } : { team: task.team, holder: person };
  const generation = task.linkGeneration + 1;
  const { entry, isNew } = await store.audit.append({
    chain: document._id,
    key: passedOnKey(task.id, generation),
    at: clock.now(),
    act: 'task-passed-on',
    by,
    task: task.id,
    facts: { ...to, generation, name: askedName(protocol, { partner: task.partner, team: to.team }), submissionId: submission },
    waiting: true,
  });
  if (!isNew && !repeated(entry)) {
    throw new Refusal(409, `This ${processes[document.process].thing} was passed on already`, 'Somebody passed it on a moment ago. Load the page again.');
  }
  // At once, not when the case hears of it: the old links must lead nowhere as soon as the page says so.
  await dispatch.apply(entry);
  if (isNew) tell(entry, deps);
  return entry;
}

const passedOnKey = (task: string, generation: number): string => `passed-on/${task}/${generation}`;
