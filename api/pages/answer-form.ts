/**
 * The forms that a task is answered with: the answer, an answer that was given otherwise, passing the task on. The same
 * for whoever signed in and for whoever came by a link.
 */
import { z } from 'zod';
import { answerKindsOf, answerRule, definitionOf, processes, processSlugs, takesQuestions, type Decision, type ProcessSlug, type TaskKind } from '../../config/processes';
import { askedName, partnerByCode } from '../../config/protocol-rules';
import { wasRefused } from '../../dispatch/clock';
import { isAfterReply } from '../../dispatch/items';
import { answerOf, currentAnswer, type AnswerDocument, type AnswerFacts } from '../../store/answers';
import type { CaseTask } from '../../store/cases';
import type { StoredFile } from '../../store/files';
import { recordView } from '../case-content';
import { sizeInWords, taskName, tasksAsRecorded, taskView } from '../case-view';
import type { WebDependencies } from '../dependencies';
import { dateOfParts } from '../forms/fields';
import { momentTyped } from '../forms/moments';
import { formerSince } from '../memberships';
import { handlersOf, type Form } from '../forms/form';
import { typedOf, type Typed } from '../http/held';
import type { Limits } from '../http/limits';
import { Invalid, Refusal } from '../http/refusals';
import type { OnAnything } from '../http/routes';
import { carriesFiles, fileIdsField, fileIdsOf, readFieldsOnly, type Uploads } from '../http/uploads';
import {
  answerFiles,
  AnsweredMeanwhile,
  answerSchema,
  askedBy,
  askQuestion,
  passOn,
  passOnSchema,
  peopleToPassOnTo,
  questionSchema,
  receiveAnswer,
  recordAnswer,
  recordFile,
  recordedAnswerSchema,
  TaskClosed,
  type AnswerInput,
  type PassOnInput,
  type RecordedAnswerInput,
  type TaskAct,
} from '../cases/answer';
import { markings, waysGiven } from '../cases/codes';
import { readAnswer, readNote, type AnswerContent } from '../cases/content';
import { allWebProcesses, webProcess } from '../processes';
import type { TaskKindWords } from '../processes/process';
import type { CaseDependencies } from '../cases/dependencies';
import { openQuestion, questionsOf } from '../cases/questions';
import { readerLeft } from '../cases/taking-part';

export type AnswerDependencies = WebDependencies &
  CaseDependencies & { readonly limits: Limits; readonly uploads: Uploads };

/** What a context knows beyond the request: on which task, and who acts. */
export interface OnTaskForm extends OnAnything, Pick<TaskAct, 'document' | 'task' | 'by' | 'sender'> {
  /** Below which the pages of the task are: `/cases/IR-2026-0001/tasks/T1` or `/t/<token>`. */
  readonly base: string;
  /** Null for whoever came by a link: nobody else's name is shown, and no page of the case. */
  readonly account: { readonly _id: string } | null;
}

/** The posts that carry files: the body of any other one with files is refused unread. */
export const takesFiles = (path: string): boolean =>
  /^\/(?:cases\/[^/]+\/tasks\/[^/]+\/(?:record-)?answer|t\/[^/]+\/answer)$/.test(path);

const filesInput = 'newFiles';

interface Question {
  readonly kind: 'question';
  readonly text: string;
}

/** The checkboxes of the categories: all that are ticked, with a space between them. */
const categoriesInput = 'categories[]';

/** The inputs of an answer, by the names of the schema. */
const inputsOf = {
  kind: () => 'kind',
  kindConfirmed: () => 'kindConfirmed',
  text: () => 'question',
  categories: () => 'categories',
  shared: () => 'shared',
  files: () => filesInput,
  ground: ({ kind }: Typed) => groundInput(kind),
  marking: () => 'marking',
  markingWords: () => 'markingWords',
  handling: () => 'handling',
  corrects: () => 'kind',
  alongsideSeen: () => 'kind',
  particulars: () => 'kind',
} as const;

/** What of a task decides how it can be answered. */
const askedOf = ({ document, task }: Pick<OnTaskForm, 'document' | 'task'>, { clock }: AnswerDependencies) =>
  askedBy(document, task, clock.now());

/** What a process asks besides, of all of them: an input has the same name on every form. */
const particulars = allWebProcesses.flatMap((each) => each.particulars ?? []);

/** The input that an error of them leads to: `particulars.toldAt.time`. */
function particularsInput(field: string, typed: Typed): string | undefined {
  const [name, ...rest] = field.split('.');
  return name === 'particulars' ? particulars.map(({ inputOf }) => inputOf(rest.join('.'), typed)).find((input) => input !== undefined) : undefined;
}

/** What is left out of an answer has an input of its own. */
const groundInput = (kind: string | undefined): string => (kind !== undefined && givesInPart.includes(kind) ? 'leftOut' : 'ground');

const givesInPart: readonly string[] = processSlugs.flatMap((process) =>
  answerKindsOf(process).filter((kind) => answerRule(process, kind).discloses === 'in-part'),
);

const wordsOf = (text = ''): string[] => text.split(' ').filter((word) => word !== '');

function readInputs(typed: Typed): object {
  return {
    kind: typed['kind'],
    kindConfirmed: typed['kindConfirmed'] === 'yes',
    categories: wordsOf(typed[categoriesInput]),
    shared: typed['shared'],
    files: fileIdsOf(typed),
    ground: typed[groundInput(typed['kind'])],
    marking: typed['marking'] === '' ? undefined : typed['marking'],
    markingWords: typed['markingWords'],
    notToBePassedOn: typed['notToBePassedOn'] === 'yes',
    notToBeRevealed: typed['notToBeRevealed'] === 'yes',
    handling: typed['handling'],
    corrects: Number(typed['corrects'] ?? 0),
    alongsideSeen: typed['alongsideSeen'] === undefined ? undefined : Number(typed['alongsideSeen']),
    particulars: Object.assign({}, ...particulars.map(({ read }) => read(typed))) as object,
  };
}

/** The form as it is first shown: all categories ticked; for a correction, the answer in force. */
function firstTyped(
  { document, task }: OnTaskForm,
  inForce: { readonly entry: AnswerDocument; readonly facts: AnswerFacts; readonly content: AnswerContent } | null,
): Typed {
  const [only, ...others] = answerKindsOf(document.process, task.kind);
  // Where there is one way to answer, nobody has to choose it.
  const chosen: Typed = only !== undefined && others.length === 0 ? { kind: only } : {};
  if (inForce === null) return { ...chosen, [categoriesInput]: task.categories.join(' '), marking: 'none' };
  const { entry, facts, content } = inForce;
  const shares = facts.categories.length > 0 || content.shared !== '' || facts.files.length > 0;
  return {
    [categoriesInput]: (shares ? facts.categories : task.categories).join(' '),
    kind: facts.kind,
    shared: content.shared,
    [groundInput(facts.kind)]: content.ground,
    marking: facts.marking,
    markingWords: content.markingWords,
    notToBePassedOn: facts.notToBePassedOn ? 'yes' : '',
    notToBeRevealed: facts.notToBeRevealed ? 'yes' : '',
    handling: content.handling,
    [fileIdsField]: facts.files.join(' '),
    corrects: String(entry.version),
    ...(facts.givenBy === null ? {} : givenTyped(facts, content)),
    ...webProcess(document.process).particulars?.typed(facts.kind, content.particulars ?? {}),
  };
}

function givenTyped({ givenBy, receivedAt }: AnswerFacts, { givenByName }: AnswerContent): Typed {
  const { 'given-day': day, 'given-month': month, 'given-year': year, ...time } = momentTyped('given', receivedAt);
  return {
    givenByName,
    givenHow: givenBy ?? '',
    'givenOn-day': day ?? '',
    'givenOn-month': month ?? '',
    'givenOn-year': year ?? '',
    ...time,
  };
}

/** What is known of a task when one of its forms is shown or posted. */
async function stateOf({ document, task }: OnTaskForm, { store }: AnswerDependencies) {
  const record = await store.audit.of(document._id);
  const answers = record.filter(({ act }) => act === 'answer-received');
  const answer = currentAnswer(answers.map(answerOf), task);
  const entry = answers.find(({ key }) => key === answer?.key);
  const inForce =
    answer === null || entry === undefined
      ? null
      : { entry: answer, facts: entry.facts as unknown as AnswerFacts, content: readAnswer(document, answer, store) };
  return { record, inForce, question: openQuestion(document, task, record) };
}

/** What a task asks, in words; undefined where it is a request of the opener as any other. */
export function askedIn(process: ProcessSlug, { kind }: Pick<CaseTask, 'kind'>): Omit<TaskKindWords, 'done'> | undefined {
  const { asks, kinds } = webProcess(process).words;
  return kind === undefined ? asks : kinds?.[kind];
}

/** What every page of a task shows, without anything about anybody. */
export function factsOf({ document, task, base, account }: OnTaskForm, answer: AnswerDocument | null, deps: WebDependencies) {
  return {
    caseRef: document._id,
    opener: document.openedBy.partner,
    readerLeft: readerLeft(document, deps.clock.now(), deps.protocol),
    thing: processes[document.process].thing,
    does: webProcess(document.process).words.does([askedName(deps.protocol, task)]),
    kind: askedIn(document.process, task),
    asked: askedName(deps.protocol, task),
    task: taskView(document, task, answer, deps.clock.now()),
    counts: answer === null ? undefined : webProcess(document.process).words.answers[answer.kind]?.counts,
    base,
    backLink: account === null ? undefined : `/cases/${document._id}`,
    ended: document.ended,
  };
}

/** What the page says once a task is answered: what else its partner is asked in the case, and whether it is reminded of that. */
export async function receivedFacts(context: OnTaskForm, answer: AnswerDocument, deps: WebDependencies) {
  const { document, task } = context;
  const { store, clock, protocol } = deps;
  const now = clock.now();
  const views = document.ended ? [] : tasksAsRecorded(document, await store.audit.of(document._id), now);
  const others = document.tasks.filter(({ id, partner }) => id !== task.id && partner === task.partner);
  return {
    ...factsOf(context, answer, deps),
    answer,
    partner: task.partner,
    // What a former partner has answered is closed to it, but for what concerns former partners.
    mayCorrect:
      !document.ended &&
      (answer.recordedBy !== null || definitionOf(document.process).withFormerPartners === true || formerSince({ partner: task.partner }, deps) === undefined),
    stillOpen: others.flatMap((other) => {
      const view = views.find(({ id, status }) => id === other.id && (status === 'open' || status === 'unanswered'));
      if (view === undefined) return [];
      const { plan, overdue, isPaused } = view;
      const isReminded = !isPaused && plan.rungs.some(({ at, to }) => Date.parse(at) > Date.parse(now) && to.some((role) => role !== 'csp-manager'));
      return [{ name: taskName(document, other, protocol), plan, overdue, isReminded }];
    }),
  };
}

/** How a task can be answered, as its form offers it. */
const kindsInWords = (process: ProcessSlug, ofTask: TaskKind | undefined) =>
  answerKindsOf(process, ofTask).map((kind) => ({ value: kind, ...webProcess(process).words.answers[kind], ...answerRule(process, kind) }));

/**
 * What is offered on a form: nothing is shared with a former partner any more. What was chosen before is there all the same, as what
 * was typed belongs to it; and what was shared by telephone while it was a partner is still put on record.
 */
function kindsOffered({ document, task }: OnTaskForm, typed: Typed, way: 'answer' | 'record-answer', { clock, protocol }: AnswerDependencies) {
  const kinds = kindsInWords(document.process, task.kind);
  if (way === 'record-answer' || readerLeft(document, clock.now(), protocol) === undefined) return kinds;
  return kinds.filter(({ value, discloses }) => discloses === undefined || value === typed['kind']);
}

/** The files that a form carries, as far as they are there for this sender and task. */
async function filesOf(context: OnTaskForm, typed: Typed, kept: readonly string[], { store }: AnswerDependencies): Promise<StoredFile[]> {
  const { document } = context;
  const place = answerFiles(context);
  const found = await Promise.all(fileIdsOf(typed).map(async (id) => store.files.get(id, document._id, document.key)));
  return found.filter(
    (file): file is StoredFile =>
      file !== null && file.task === place.task && (kept.includes(file.id) || file.sender === place.sender),
  );
}

/** What the form of an answer shows besides what was typed. What was asked is left out of a case that has ended. */
async function presentAnswer(context: OnTaskForm, typed: Typed, way: 'answer' | 'record-answer', deps: AnswerDependencies) {
  const { document, task, account, base } = context;
  const { protocol, store } = deps;
  const web = webProcess(document.process);
  const { record, inForce, question } = await stateOf(context, deps);
  const isReplied = isAfterReply(task, record);
  const hasReader = readerLeft(document, deps.clock.now(), protocol) === undefined;
  const facts = { ...factsOf(context, inForce?.entry ?? null, deps), action: `${base}/${way}`, kinds: kindsOffered(context, typed, way, deps), particularsView: web.particulars?.view, ...web.particulars?.present?.(task), ground: web.words.ground, contentName: web.words.content, takesQuestions: takesQuestions(document.process, task.kind) && !isReplied && hasReader, isReplied, markings, waysGiven, filesInput };
  const files = await filesOf(context, typed, inForce?.facts.files ?? [], deps);
  const ticked = wordsOf(typed[categoriesInput]);
  const categories = task.categories.map((code) => ({
    code,
    name: protocol.categories.find((each) => each.code === code)?.name ?? code,
    ticked: ticked.includes(code),
  }));
  const shown = {
    ...facts,
    categories,
    files: files.map(({ id, name, bytes }) => ({ id, name, size: sizeInWords(bytes) })),
    fileIds: files.map(({ id }) => id).join(' '),
  };
  if (document.ended) return shown;
  const asked = questionsOf(record, task.id);
  const entries = asked.flatMap(({ asked: question, reply }) => (reply === null ? [question] : [question, reply]));
  const of = (key: string): string => key.replace(/^(\w+)\/(\w+)\//, '$2/$1/');
  const seen = [...(inForce === null ? [] : [inForce.entry.key]), ...entries.map(({ key }) => key)];
  const decided = record.filter((entry) => entry.act === 'case-decided' && !wasRefused(record, entry));
  const decidedNames = decided.map(({ seq }) => `case-decided/${seq}`);
  const alongside = web.alongside?.(document, task, record, deps);
  // Counted before it is read: what comes in between is shown, and asked about once more.
  const counted = way === 'answer' ? await web.countsAlongside?.(document, task, deps) : undefined;
  await recordView(document, context.by, ['request', ...seen.map(of), ...decidedNames, ...(alongside?.names ?? [])], deps);
  return {
    ...shown,
    request: await web.rows(document, { tasks: [task.id], all: false, safeContact: false }, deps),
    questions: entries.map((entry) => ({
      at: entry.at,
      isReply: entry.act === 'question-answered',
      text: readNote(document, entry, store),
    })),
    decided: decided.map((entry) => ({
      name: web.words.decisions[entry.facts['decision'] as Decision]?.name,
      text: readNote(document, entry, store),
    })),
    alongside: await alongside?.rows(),
    alongsideTitle: alongside?.title,
    alongsideSeen: counted,
    openQuestion: question !== null,
    inForce:
      inForce === null
        ? undefined
        : {
            version: inForce.entry.version,
            kind: web.words.answers[inForce.entry.kind]?.name,
            receivedAt: inForce.entry.receivedAt,
            shared: inForce.content.shared,
          },
    mayPassOn: inForce === null && !isReplied,
    isLink: account === null,
  };
}

/** Where a form leads once it is carried out, below the pages of its task. */
type Next = 'received' | 'question';

/** What the two forms of an answer have in common: files, corrections, what is typed when it cannot be taken. */
function answerHandlers<Context extends OnTaskForm, Input>(
  way: 'answer' | 'record-answer',
  own: Pick<Form<Context, Input>, 'fields' | 'schema' | 'read'> & {
    readonly view: string;
    readonly carryOut: (act: TaskAct, input: Input, context: Context) => Promise<Next>;
  },
  deps: AnswerDependencies,
) {
  const { limits } = deps;
  const handlers = handlersOf<Context, Input>({
    view: own.view,
    fields: own.fields,
    inputOf: particularsInput,
    schema: own.schema,
    read: own.read,
    present: async (context, typed) => presentAnswer(context, typed, way, deps),
    submit: async (context, input, submissionId) => {
      await limits.count('posts', context.sender);
      const { document, task, by, sender, base } = context;
      try {
        return `${base}/${await own.carryOut({ document, task, by, sender, submissionId }, input, context)}`;
      } catch (error) {
        if (!(error instanceof Refusal) || error instanceof Invalid) throw error;
        const typed = { ...typedOf(context.request.body), submissionId };
        const based = error instanceof AnsweredMeanwhile ? { corrects: String(error.current.version) } : {};
        await handlers.show(context, { ...typed, ...based }, [], error);
        return null;
      }
    },
  });
  /** An answer that was taken before the case was closed may come again; anything else is shown, and not taken. */
  const postToEnded = async (context: Context): Promise<void> => {
    const { request, document } = context;
    if (carriesFiles(request)) await readFieldsOnly(request);
    const typed = typedOf(request.body);
    const isWhole = own.schema(context).safeParse(own.read(typed)).success;
    if (isWhole) await handlers.post(context);
    else await handlers.show(context, typed, [], new TaskClosed(document));
  };
  return {
    get: async (context: Context): Promise<void> => {
      const { request } = context;
      request.typed ??= firstTyped(context, (await stateOf(context, deps)).inForce);
      await handlers.get(context);
    },
    /** Shows what was typed when it cannot be taken, with the reason. */
    show: handlers.show,
    post: async (context: Context): Promise<void> => {
      const { request } = context;
      if (context.document.ended) {
        await postToEnded(context);
        return;
      }
      if (carriesFiles(request)) {
        try {
          await takeFiles(context, deps);
        } catch (error) {
          if (!(error instanceof Invalid)) throw error;
          const errors = error.errors.map(({ message }) => ({ input: filesInput, message }));
          await handlers.show(context, typedOf(request.body), errors);
          return;
        }
      }
      const { add, remove, ...typed } = typedOf(request.body);
      if (remove !== undefined) {
        await removeFile(context, remove, deps);
        const left = fileIdsOf(typed).filter((id) => id !== remove);
        await handlers.show(context, { ...typed, [fileIdsField]: left.join(' ') }, []);
      } else if (add !== undefined) {
        await handlers.show(context, typed, []);
      } else {
        await handlers.post(context);
      }
    },
  };
}

async function takeFiles(context: OnTaskForm, deps: AnswerDependencies): Promise<void> {
  const { request, document } = context;
  const record = (id: string) => recordFile(context, 'file-stored', id, deps);
  await deps.uploads.take(request, { ...answerFiles(context), key: document.key, input: filesInput, record });
}

/** A file of the answer in force stays: it is left out of the correction only. */
async function removeFile(context: OnTaskForm, id: string, deps: AnswerDependencies): Promise<void> {
  const { store } = deps;
  const { document } = context;
  const file = await store.files.get(id, document._id, document.key);
  if (file === null || file.attachedTo !== null || file.sender !== context.sender) return;
  await recordFile(context, 'file-removed', id, deps);
  await store.files.remove(id, answerFiles(context));
}

/** The form of an answer, with the question back among its choices. */
export function answerForm<Context extends OnTaskForm>(deps: AnswerDependencies) {
  return answerHandlers<Context, AnswerInput | Question>(
    'answer',
    {
      view: 'answers/answer.njk',
      fields: inputsOf,
      schema: (context) =>
        z.discriminatedUnion('kind', [questionSchema.extend({ kind: z.literal('question') }), answerSchema(askedOf(context, deps))], {
          error: 'Choose how you answer',
        }),
      read: (typed) =>
        typed['kind'] === 'question' ? { kind: 'question', text: typed['question'] ?? '' } : readInputs(typed),
      carryOut: async (act, input) => {
        if (input.kind === 'question') {
          await askQuestion(act, input.text, deps);
          return 'question';
        }
        await receiveAnswer(act, input, deps);
        return 'received';
      },
    },
    deps,
  );
}

/** The form of an answer that was given by telephone or otherwise. */
export function recordForm<Context extends OnTaskForm>(
  recordedBy: (context: Context) => 'requester' | 'holder',
  deps: AnswerDependencies,
) {
  return answerHandlers<Context, RecordedAnswerInput>(
    'record-answer',
    {
      view: 'answers/record-answer.njk',
      fields: {
        givenByName: () => 'givenByName',
        givenHow: () => 'givenHow',
        givenOn: (typed) => `givenOn-${['day', 'month', 'year'].find((part) => !typed[`givenOn-${part}`]) ?? 'day'}`,
        givenTime: () => 'givenTime',
        givenOccurrence: () => 'givenOccurrence',
        ...inputsOf,
      },
      schema: (context) => recordedAnswerSchema(askedOf(context, deps), { now: deps.clock.now() }),
      read: (typed) => ({
        givenByName: typed['givenByName'] ?? '',
        givenHow: typed['givenHow'],
        givenOn: dateOfParts(typed, 'givenOn'),
        givenTime: typed['givenTime'] ?? '',
        ...(typed['givenOccurrence'] ? { givenOccurrence: typed['givenOccurrence'] } : {}),
        ...readInputs(typed),
      }),
      carryOut: async (act, input, context) => {
        await recordAnswer(act, input, recordedBy(context), deps);
        return 'received';
      },
    },
    deps,
  );
}

/** The form that passes a task on. It answers by itself: whoever passed it on may not see it any more. */
export function passOnForm<Context extends OnTaskForm>(deps: AnswerDependencies) {
  const { limits, protocol } = deps;
  return handlersOf<Context, PassOnInput>({
    view: 'answers/pass-on.njk',
    fields: { team: () => 'to', person: () => 'to' },
    schema: () =>
      passOnSchema.refine(({ team }) => team !== undefinedTeam, { error: 'Choose who takes it over', path: ['team'] }),
    read: ({ to = '' }) => {
      const [what, code = ''] = to.split('/');
      if (what === 'person') return { person: code };
      return { team: what === 'team' ? code : what === 'partner' ? null : undefinedTeam };
    },
    present: async (context) => {
      const { task, account } = context;
      const partner = partnerByCode(protocol, task.partner);
      const isWithPartner = task.team === null && task.holder === null;
      return {
        ...factsOf(context, await deps.store.answers.ofTask(context.document._id, task), deps),
        action: `${context.base}/pass-on`,
        backLink: account === null ? `${context.base}/answer` : `/cases/${context.document._id}`,
        toPartner: !isWithPartner,
        teams: (partner?.teams ?? []).filter(({ code }) => code !== task.team || task.holder !== null),
        people: account === null ? [] : await peopleToPassOnTo(task, deps),
      };
    },
    submit: async (context, input, submissionId) => {
      await limits.count('posts', context.sender);
      const { document, task, by, sender, account, response } = context;
      // Whoever came by a link was shown no people, so names none.
      if (account === null && input.person !== null) throw new Invalid([{ field: 'person', message: 'Choose a team of the list' }]);
      const entry = await passOn({ document, task, by, sender, submissionId }, input, deps);
      const { team, holder } = entry.facts;
      response.render('pages/received.njk', {
        ...factsOf(context, null, deps),
        passedOnTo: askedName(protocol, { partner: task.partner, team: team as string | null }),
        toPerson: holder !== null,
      });
      return null;
    },
  });
}

/** No choice was made. */
const undefinedTeam = '';
