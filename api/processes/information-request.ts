/**
 * Information request (protocol section 7): what its forms and the API ask for, and the commands that both use. What a
 * command stores is stored before it returns; bringing it to Temporal comes after, and again by the sweep if it fails.
 */
import { createHash } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { formatDate, londonDateOf, planClock } from '../../calendar';
import { clocks } from '../../config/clocks';
import type { IsoDate } from '../../config/clock';
import type { Partner, Protocol } from '../../config/protocol';
import { clockSettings, partnerByCode, partnerName, signedBy } from '../../config/protocol-rules';
import { ActRejected, type Act } from '../../dispatch';
import type { Account } from '../../store/accounts';
import { answerId, type AnswerDocument } from '../../store/answers';
import type { CaseDocument, CaseTask } from '../../store/cases';
import type { InformationRequestInput } from '../../workflows/information-request/contract';
import { openRequest, projectionOf } from '../../workflows/information-request/rules';
import { answerKinds, type RejectionType, type TaskId } from '../../workflows/shared/contract';
import type { Background } from '../background';
import type { WebDependencies } from '../dependencies';
import { civilDate, line, optionalText, text } from '../forms/fields';
import { Refusal } from '../http/refusals';

export type RequestDependencies = Pick<
  WebDependencies,
  'protocol' | 'holidays' | 'store' | 'dispatch' | 'clock' | 'logger'
> & { readonly background: Background };

export const channels = {
  telephone: 'Telephone',
  email: 'E-mail',
  letter: 'Letter',
  'referral-form': 'Referral form',
} as const;

/** Longer ago than this, a date is more often a slip than meant: it is asked about. */
const oldMonths = 12;

/** The partners that `opener` may ask on a day: whoever has signed by then (section 12), but itself. */
export function partnersToAsk(protocol: Protocol, opener: string, on: IsoDate): readonly Partner[] {
  return protocol.organisations.filter((partner) => partner.code !== opener && signedBy(partner, on));
}

/** What opens an information request; one schema for the form and the API. */
export function requestSchema({ protocol, opener, today }: { protocol: Protocol; opener: string; today: IsoDate }) {
  const partnerOf = (code: string) => partnerByCode(protocol, code);
  const ownPartner = partnerOf(opener);
  return z
    .object({
      partner: z
        .string('Choose the partner you ask')
        .min(1, 'Choose the partner you ask')
        .superRefine((code, context) => {
          const partner = partnerOf(code);
          const fault =
            partner === undefined
              ? 'Choose a partner of the list: this one is not part of the protocol'
              : code === opener
                ? 'You cannot ask your own organisation: choose another partner'
                : partner.signedFrom === null
                  ? `${partner.name} has not signed the protocol, so it cannot be asked`
                  : undefined;
          if (code !== '' && fault !== undefined) context.addIssue({ code: 'custom', message: fault });
        })
        .meta({ description: 'Code of the partner asked', examples: ['essex-police'] }),
      receivedOn: civilDate('Date received', 'Enter the date the request was received')
        .superRefine((on, context) => {
          if (on > today) context.addIssue({ code: 'custom', message: 'Date received must be today or in the past' });
        })
        .meta({ description: 'The day the request was made, in London: the clock starts on it', format: 'date' }),
      receivedOnConfirmed: z
        .boolean()
        .default(false)
        .meta({ description: `Needed for a date more than ${oldMonths} months ago` }),
      channel: z.enum(Object.keys(channels) as (keyof typeof channels)[], 'Choose how the request was made'),
      personName: line('Enter who the request is about').meta({ description: 'The person the request is about' }),
      personDetails: optionalText(1_000).meta({
        description: 'Date of birth, address, or what else tells the person apart',
      }),
      asked: text('Enter what you ask for'),
      purpose: text('Enter what the information is needed for', 2_000),
      legalBasis: z
        .string('Choose the legal basis')
        .min(1, 'Choose the legal basis')
        .refine((code) => code === '' || protocol.legalBases.some((basis) => basis.code === code), {
          error: 'Choose a legal basis of the list',
        })
        .meta({ description: 'Code of a legal basis of the protocol', examples: ['public-task'] }),
    })
    .superRefine(
      ({ receivedOn, receivedOnConfirmed, partner }, context) => {
        const refuse = (message: string) => context.addIssue({ code: 'custom', path: ['receivedOn'], message });
        const asked = partnerOf(partner);
        for (const each of [asked, ownPartner]) {
          if (each === undefined || each.signedFrom === null || signedBy(each, receivedOn)) continue;
          refuse(
            `Date received must be on or after ${formatDate(each.signedFrom)}, when ${each.name} signed the protocol`,
          );
          return;
        }
        if (receivedOn < monthsBefore(today, oldMonths) && !receivedOnConfirmed) {
          refuse(`Date received is more than ${oldMonths} months ago: check it, or say below that it is right`);
        }
      },
      whenSound('partner', 'receivedOn'),
    );
}

/** A check over several fields is made as soon as those are sound, whatever is wrong with others. */
function whenSound(...fields: readonly string[]): z.core.$ZodSuperRefineParams {
  return { when: ({ issues }) => !issues.some(({ path }) => fields.includes(String(path?.[0]))) };
}

/** The same day in an earlier month; of a month without that day, its first after it. Only for comparing. */
function monthsBefore(date: IsoDate, months: number): string {
  const [year = 0, month = 1, day = 1] = date.split('-').map(Number);
  return new Date(Date.UTC(year, month - 1 - months, day)).toISOString().slice(0, 10);
}

export type RequestForm = z.infer<ReturnType<typeof requestSchema>>;

/** What is kept sealed of a request. */
export type RequestContent = Pick<
  RequestForm,
  'channel' | 'personName' | 'personDetails' | 'asked' | 'purpose' | 'legalBasis'
>;

export const answerKindNames: Readonly<Record<(typeof answerKinds)[number], string>> = {
  'shared-in-full': 'Shared in full',
  'shared-in-part': 'Shared in part',
  'nothing-held': 'Nothing held',
  refused: 'Refused',
};

/** A final answer to a task; one schema for the forms and the API. */
export const answerSchema = z
  .object({
    kind: z.enum(answerKinds, 'Choose how you answer'),
    shared: optionalText(20_000).meta({ description: 'The information; needed when it is shared in full or in part' }),
    ground: optionalText(4_000).meta({ description: 'Why it is refused; needed then' }),
    handling: optionalText(1_000).meta({
      description: 'Handling conditions: marking, not to be passed on, not to be revealed',
    }),
  })
  .superRefine(({ kind, shared, ground }, context) => {
    const sharing = kind === 'shared-in-full' || kind === 'shared-in-part';
    if (sharing && shared === '') {
      context.addIssue({ code: 'custom', path: ['shared'], message: 'Enter the information you share' });
    }
    if (kind === 'refused' && ground === '') {
      context.addIssue({ code: 'custom', path: ['ground'], message: 'Enter why you refuse' });
    }
  })
  .transform(({ kind, shared, ground, handling }) => {
    const sharing = kind === 'shared-in-full' || kind === 'shared-in-part';
    return {
      kind,
      shared: sharing ? shared : '',
      ground: kind === 'refused' ? ground : '',
      handling: sharing ? handling : '',
    };
  });

export type AnswerContent = z.infer<typeof answerSchema>;

/** The key of a form sent twice. Bound to its sender, so that nobody meets another's case by a key. */
export function submissionKey(sender: string, submissionId: string): string {
  return createHash('sha256').update(`${sender}/${submissionId}`).digest('hex').slice(0, 32);
}

/** The same form came before with something else in it: taking it for a repeat would lose what is new. */
export class SentBefore extends Refusal {
  constructor(readonly caseRef: string) {
    super(
      409,
      `This form was already sent as ${caseRef}`,
      'It was changed and sent again. What was sent first stands. To ask for something else, start a new request.',
    );
  }
}

/**
 * Opens a case: once this returns it is durable. The same submission again gives back the same case.
 * @throws SentBefore
 */
export async function openInformationRequest(
  form: RequestForm,
  account: Account,
  submissionId: string,
  deps: RequestDependencies,
): Promise<CaseDocument> {
  const { store, clock, dispatch, background } = deps;
  const key = submissionKey(account._id, submissionId);
  const earlier = await store.cases.bySubmission(key);
  if (earlier !== null) return sameRequest(earlier, form, deps);

  const now = clock.now();
  const caseRef = await store.cases.allocateReference('information-request', Number(londonDateOf(now).slice(0, 4)));
  const opening = newCase(caseRef, key, form, account, deps);
  const { document, isNew } = await store.cases.open(opening);
  if (!isNew) return sameRequest(document, form, deps);
  background.run('start', caseRef, () => dispatch.start(document));
  return document;
}

function newCase(
  caseRef: string,
  submissionId: string,
  form: RequestForm,
  account: Account,
  { protocol, holidays, store, clock }: RequestDependencies,
): CaseDocument {
  const now = clock.now();
  const plan = planClock(
    {
      clock: 'information-request',
      from: form.receivedOn,
      ladder: protocol.ladders['information-request'],
      spreadKey: caseRef,
    },
    { holidays, settings: { ...clocks, 'information-request': clockSettings(protocol, 'information-request') } },
  );
  const { dueOn, dueAt, rungs, calendarVersion } = plan;
  if (dueOn === undefined) throw new Error('The clock of an information request has a due date.');
  const nameOf = (code: string): string => partnerName(protocol, code);
  const asked = nameOf(form.partner);
  const startInput: InformationRequestInput = {
    schema: 1,
    caseRef,
    opener: account.partner,
    tasks: [
      { id: 'T1', partner: form.partner, name: asked, clock: { version: 1, dueOn, dueAt, rungs, calendarVersion } },
    ],
  };
  const projection = projectionOf(openRequest(startInput, Date.parse(now)));
  const caseKey = store.cipher.newCaseKey(caseRef);
  return {
    _id: caseRef,
    schema: 1,
    process: 'information-request',
    title: `${nameOf(account.partner)} asks ${asked}`,
    submissionId,
    openedAt: now,
    openedBy: { account: account._id, partner: account.partner, teams: account.teams },
    partners: [account.partner, form.partner],
    tasks: [{ id: 'T1', partner: form.partner, plans: [{ ...plan, version: 1, reason: 'opened' }], linkGeneration: 1 }],
    startInput,
    startedAt: null,
    key: caseKey,
    content: { request: store.cipher.seal(caseKey, caseRef, 'request', JSON.stringify(contentOf(form))) },
    projection,
    timeline: [],
    mailedSeq: 0,
    nextWakeAt: projection.nextWakeAt === null ? null : new Date(projection.nextWakeAt),
    ended: false,
  };
}

function contentOf({ channel, personName, personDetails, asked, purpose, legalBasis }: RequestForm): RequestContent {
  return { channel, personName, personDetails, asked, purpose, legalBasis };
}

function sameRequest(earlier: CaseDocument, form: RequestForm, { store }: RequestDependencies): CaseDocument {
  const [task] = earlier.tasks;
  const same =
    task?.partner === form.partner &&
    task.plans[0]?.from === form.receivedOn &&
    JSON.stringify(readRequest(earlier, store)) === JSON.stringify(contentOf(form));
  if (!same) throw new SentBefore(earlier._id);
  return earlier;
}

/** What was asked, opened. Only for whom the policy lets see it. @throws ContentUnreadable */
export function readRequest({ _id, key, content }: CaseDocument, { cipher }: WebDependencies['store']): RequestContent {
  return JSON.parse(cipher.open(key, _id, 'request', content['request'] ?? '')) as RequestContent;
}

/** What was asked, with names in place of codes. Only for whom the policy lets see it. @throws ContentUnreadable */
export function requestInWords(
  document: CaseDocument,
  { store, protocol }: Pick<WebDependencies, 'store' | 'protocol'>,
): Readonly<Record<keyof RequestContent, string>> {
  const content = readRequest(document, store);
  const basis = protocol.legalBases.find(({ code }) => code === content.legalBasis);
  return {
    ...content,
    channel: channels[content.channel],
    legalBasis: basis === undefined ? content.legalBasis : `${basis.name} (${basis.provision})`,
  };
}

/** What was answered, opened. Only for whom the policy lets see it. @throws ContentUnreadable */
export function readAnswer(
  { _id, key }: CaseDocument,
  { task, sealed }: AnswerDocument,
  { cipher }: WebDependencies['store'],
): AnswerContent {
  return JSON.parse(cipher.open(key, _id, `answers/${task}`, sealed)) as AnswerContent;
}

/** A task that takes no answer any more, and why. */
export class TaskClosed extends Refusal {
  constructor(readonly why: 'answered' | 'ended') {
    super(
      409,
      why === 'answered' ? 'This request is already answered' : 'This request is closed',
      why === 'answered'
        ? 'An answer was received before; what you sent was not added. To correct it, speak to the partner that asked.'
        : 'It takes no answers any more. Speak to the partner that asked, if you still have something to share.',
    );
  }
}

/**
 * Takes an answer: once this returns it is durable. The same submission again gives back the same answer.
 * @throws TaskClosed
 */
export async function answerTask(
  {
    document,
    task,
    content,
    submissionId,
    by,
  }: {
    readonly document: CaseDocument;
    readonly task: CaseTask;
    readonly content: AnswerContent;
    readonly submissionId: string;
    readonly by: AnswerDocument['receivedBy'] & { readonly sender: string };
  },
  { store, clock, dispatch, background }: RequestDependencies,
): Promise<AnswerDocument> {
  const { _id: caseRef, key } = document;
  const submission = submissionKey(by.sender, submissionId);
  if (document.ended) {
    const earlier = await store.answers.ofTask(caseRef, task.id);
    if (earlier?.submissionId !== submission) throw new TaskClosed('ended');
  }
  const { result, answer } = await store.answers.receive({
    _id: answerId(caseRef, task.id),
    submissionId: submission,
    caseRef,
    task: task.id as TaskId,
    kind: content.kind,
    receivedAt: clock.now(),
    receivedBy: { via: by.via, account: by.account },
    sealed: store.cipher.seal(key, caseRef, `answers/${task.id}`, JSON.stringify(content)),
    deliveredAt: null,
  });
  const repeated =
    result === 'repeated' && JSON.stringify(readAnswer(document, answer, store)) === JSON.stringify(content);
  if (result !== 'received' && !repeated) throw new TaskClosed('answered');
  if (result === 'received') background.run('deliver', caseRef, () => dispatch.deliver(answer));
  return answer;
}

const rejections: Readonly<Record<RejectionType, string>> = {
  CaseEnded: 'The case is closed already.',
  TaskUnknown: 'The case has no such task.',
  NotYetAnswered: 'Not everybody has answered yet, so there is nothing to confirm.',
  LadderNotFinished:
    'The reminders and escalations are not finished yet. Until they are, the case cannot be closed as unanswered.',
};

/** Asks the workflow for an act, for page and API. @throws Refusal with the reason; CaseOutOfReach */
export async function carryOutAct(
  act: Act,
  { document, account }: { readonly document: CaseDocument; readonly account: Account },
  submissionId: string,
  { dispatch, store }: Pick<RequestDependencies, 'dispatch' | 'store'>,
): Promise<void> {
  try {
    await dispatch.act(document._id, act, account._id, submissionId);
  } catch (error) {
    if (error instanceof ActRejected) throw new Refusal(409, 'This cannot be done now', rejections[error.rejection]);
    throw error;
  }
  // The workflow has closed the case; its record follows in a moment, and the next page should show it.
  for (let tries = 0; tries < 20 && (await store.cases.get(document._id))?.ended !== true; tries += 1) await sleep(100);
}
