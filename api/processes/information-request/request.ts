/**
 * Opening an information request (protocol section 7, Request and Response): whom one may ask for what, and the command
 * that the form and the API share. Once it returns the case is durable; bringing it to Temporal comes after, and again
 * by the sweep if it fails.
 */
import { z } from 'zod';
import { londonDateOf, monthsAfter } from '../../../calendar';
import type { IsoDate } from '../../../config/clock';
import { identifiabilities, type Category, type Partner, type Protocol } from '../../../config/protocol-types';
import { askedName, categoriesOf, partnerByCode, partnerName, takesPart } from '../../../config/protocol-rules';
import type { Account } from '../../../store/accounts';
import type { Actor } from '../../../store/audit';
import type { CaseDocument, CaseTask } from '../../../store/cases';
import type { InformationRequestInput } from '../../../workflows/information-request/contract';
import { firstProjection } from '../../../workflows/processes';
import type { TaskId } from '../../../workflows/shared/contract';
import { civilDate, optionalLine, optionalText, text } from '../../forms/fields';
import { Refusal } from '../../http/refusals';
import { planTask, policyOf, taskClockOf } from '../../../dispatch/clock';
import { means } from '../../cases/codes';
import { readRequest, termsOf, type RequestContent, type RequestTerms } from './content';
import { partFault, receivedFault } from '../../cases/taking-part';
import { submissionKey, type CaseDependencies } from '../../cases/dependencies';

/** How a request is made (section 7). */
export const channels = {
  telephone: 'Telephone',
  email: 'E-mail',
  letter: 'Letter',
  'referral-form': 'Referral form',
} as const;

/** Longer ago than this, a date is more often a slip than meant: it is asked about. */
const oldMonths = 12;
const mostAsked = 40;

/** A partner, or one of its teams. */
export type Addressee = Pick<CaseTask, 'partner' | 'team'>;
export type Opener = Pick<Account, 'partner' | 'teams'>;

/** "essex-police", "thurrock/housing": as the protocol file writes a sharer. */
export const addresseeKey = ({ partner, team }: Addressee): string => (team === null ? partner : `${partner}/${team}`);

/**
 * Whom the opener may ask on a day: every partner that has signed by then (section 12) and has not withdrawn (section
 * 13), and each of its teams; of the own organisation the teams that the opener is not of.
 */
export function addresseesFor(protocol: Protocol, opener: Opener, on: IsoDate): readonly Addressee[] {
  return protocol.organisations
    .filter((partner) => takesPart(partner, on))
    .flatMap(({ code, teams }) => [null, ...teams].map((team) => ({ partner: code, team: team?.code ?? null })))
    .filter((addressee) => !isOwn(addressee, opener));
}

const isOwn = ({ partner, team }: Addressee, opener: Opener): boolean =>
  partner === opener.partner && (team === null || opener.teams.includes(team));

/** What section 2 lists for a partner or team; empty where it lists nothing, and for whom the protocol does not know. */
export function categoriesFor(protocol: Protocol, { partner: code, team }: Addressee): readonly Category[] {
  const partner = partnerByCode(protocol, code);
  return partner === undefined ? [] : categoriesOf(protocol, partner, team ?? undefined);
}

const askedSchema = z
  .object({
    partner: z.string('Choose the partner you ask').meta({ description: 'Code of the partner', examples: ['essex-police'] }),
    team: z
      .string()
      .nullable()
      .default(null)
      .meta({ description: 'Code of the team; left out, the partner as a whole is asked' }),
    categories: z
      .array(z.string())
      .max(200)
      .default([])
      .transform((codes) => [...new Set(codes)])
      .meta({ description: 'Codes of what is asked: of those that section 2 of the protocol lists for whom is asked' }),
    justification: optionalText(2_000).meta({
      description: 'Why it is asked: needed where section 2 lists nothing, and left out where it does',
    }),
  })
  .meta({ id: 'Asked' });
type Asked = z.infer<typeof askedSchema>;

/** What opens an information request; one schema for the form and the API. */
export function requestSchema({ protocol, opener, today }: { protocol: Protocol; opener: Opener; today: IsoDate }) {
  return z
    .object({
      asked: z
        .array(askedSchema, 'Choose whom you ask')
        .min(1, 'Choose whom you ask')
        .max(mostAsked, `Ask ${mostAsked} partners and teams or fewer in one request`)
        .meta({ description: 'Each has a task and a clock of its own' }),
      identifiability: z
        .enum(identifiabilities, 'Choose whether you ask about a person')
        .meta({ description: 'Whether the answer may name or identify persons' }),
      personName: optionalLine('Enter who the request is about').meta({ description: 'The person it is about; only if personal information is asked for' }),
      personDetails: optionalText(1_000).meta({
        description: 'Date of birth, address, or what else tells the person apart',
      }),
      information: text('Enter what you ask for').meta({ description: 'What is asked, in words' }),
      purpose: text('Enter what the information is needed for', 2_000),
      legalBasis: codeOf(
        protocol.legalBases.filter(({ regime }) => regime !== 'article-9'),
        'Choose the legal basis',
        'Choose a legal basis of the list: one under Article 6 or Part 3',
      ).meta({ description: 'Code of a basis under UK GDPR Article 6 or DPA 2018 Part 3', examples: ['public-task'] }),
      specialBasis: codeOf(
        protocol.legalBases.filter(({ regime }) => regime === 'article-9'),
        '',
        'Choose a basis for special categories of the list: one under Article 9',
      )
        .nullable()
        .default(null)
        .meta({ description: 'Code of a basis under UK GDPR Article 9, where special categories may be in it' }),
      statute: z
        .string()
        .superRefine((code, context) => {
          const fault = statuteFault(protocol, code);
          if (fault !== undefined) context.addIssue({ code: 'custom', message: fault });
        })
        .nullable()
        .default(null)
        .meta({ description: 'Code of a statute of section 3 that is relied on' }),
      channel: z.enum(codesOf(channels), 'Choose how the request was made'),
      receivedOn: civilDate('Date received', 'Enter the date the request was received')
        .superRefine((on, context) => {
          if (on > today) context.addIssue({ code: 'custom', message: 'Date received must be today or in the past' });
        })
        .meta({ description: 'The day the request was made, in London: the clock starts on it', format: 'date' }),
      receivedOnConfirmed: z
        .boolean()
        .default(false)
        .meta({ description: `Needed for a date more than ${oldMonths} months ago` }),
      neededByOn: civilDate('Needed by', 'Enter the date by when it is needed')
        .superRefine((on, context) => {
          if (on < today) context.addIssue({ code: 'custom', message: 'Needed by must be today or in the future' });
        })
        .nullable()
        .default(null)
        .meta({ description: 'Only where it is urgent: the clock stays as it is', format: 'date' }),
      urgentBecause: optionalText(1_000).meta({ description: 'Why it is needed by then; needed with the date' }),
      means: z.enum(codesOf(means), 'Choose how the answer is given'),
    })
    .superRefine(
      ({ asked, receivedOn, receivedOnConfirmed }, context) => {
        const codes = [...asked.map(({ partner }) => partner), opener.partner];
        const fault = receivedFault(protocol, codes, receivedOn, today);
        const isOld = receivedOn < monthsAfter(today, -oldMonths) && !receivedOnConfirmed;
        const message =
          fault ?? (isOld ? `Date received is more than ${oldMonths} months ago: check it, or say below that it is right` : '');
        if (message !== '') context.addIssue({ code: 'custom', path: ['receivedOn'], message });
      },
      whenSound('asked', 'receivedOn'),
    )
    .superRefine(({ asked, identifiability }, context) => {
      for (const { path, message } of askedFaults(protocol, opener, asked, identifiability, today)) {
        context.addIssue({ code: 'custom', path: ['asked', ...path], message });
      }
    }, whenSound('asked'))
    .superRefine(({ identifiability, personName, personDetails }, context) => {
      const refuse = (field: string, message: string) => context.addIssue({ code: 'custom', path: [field], message });
      const leaveOut = 'Leave this out: you ask for anonymised information only';
      if (identifiability === 'personal' && personName === '') refuse('personName', 'Enter who the request is about');
      if (identifiability === 'anonymised' && personName !== '') refuse('personName', leaveOut);
      if (identifiability === 'anonymised' && personDetails !== '') refuse('personDetails', leaveOut);
    }, whenSound('identifiability', 'personName', 'personDetails'))
    .superRefine(({ neededByOn, urgentBecause }, context) => {
      const refuse = (field: string, message: string) => context.addIssue({ code: 'custom', path: [field], message });
      if (neededByOn !== null && urgentBecause === '') refuse('urgentBecause', 'Enter why it is needed by then');
      if (neededByOn === null && urgentBecause !== '') {
        refuse('neededByOn', 'Enter the date by when it is needed, or leave out why it is urgent');
      }
    }, whenSound('neededByOn', 'urgentBecause'));
}

/** A check over several fields is made as soon as those are sound, whatever is wrong with others. */
function whenSound(...fields: readonly string[]): z.core.$ZodSuperRefineParams {
  return { when: ({ issues }) => !issues.some(({ path }) => fields.includes(String(path?.[0]))) };
}

const codesOf = <Codes extends object>(names: Codes) => Object.keys(names) as (keyof Codes & string)[];

/** A code of a list of the protocol. */
function codeOf(list: readonly { readonly code: string }[], missing: string, unknown: string) {
  return z
    .string(missing)
    .min(1, missing)
    .refine((code) => code === '' || list.some((each) => each.code === code), { error: unknown });
}

function statuteFault(protocol: Protocol, code: string): string | undefined {
  const statute = protocol.statutes.find((each) => each.code === code);
  if (statute === undefined) return 'Choose a statute of the list';
  if (!statute.repealed) return undefined;
  return `${statute.name} can no longer be relied on: choose another. ${statute.note ?? ''}`.trim();
}

interface AskedFault {
  /** Below `asked`. */
  readonly path: readonly (string | number)[];
  readonly message: string;
}

function askedFaults(
  protocol: Protocol,
  opener: Opener,
  asked: readonly Asked[],
  identifiability: string,
  today: IsoDate,
): readonly AskedFault[] {
  const ownFault = partFault(partnerByCode(protocol, opener.partner), today);
  if (ownFault !== undefined) {
    return [{ path: [], message: `Your organisation ${ownFault}, so it cannot ask` }];
  }
  const keys = asked.map(addresseeKey);
  return asked.flatMap((each, index): AskedFault[] => {
    const partner = partnerByCode(protocol, each.partner);
    const fault =
      whomFault(each, partner, opener, today) ??
      (keys.indexOf(addresseeKey(each)) < index ? `${askedName(protocol, each)} is asked twice: leave one out` : undefined);
    if (fault !== undefined) return [{ path: [index, 'partner'], message: fault }];
    if (each.team !== null && partner?.teams.every(({ code }) => code !== each.team)) {
      return [{ path: [index, 'team'], message: `Choose a team of the list: ${partner.name} has none of this code` }];
    }
    const what = whatFault(protocol, each, identifiability);
    return what === undefined ? [] : [{ ...what, path: [index, ...what.path] }];
  });
}

function whomFault(
  each: Asked,
  partner: Partner | undefined,
  opener: Opener,
  today: IsoDate,
): string | undefined {
  if (partner === undefined) return 'Choose a partner of the list: this one is not part of the protocol';
  if (isOwn(each, opener)) {
    return each.team === null
      ? 'You cannot ask your own organisation: choose another partner, or another team of yours'
      : 'You cannot ask your own team: choose another';
  }
  const fault = partFault(partner, today);
  return fault === undefined ? undefined : `${partner.name} ${fault}, so it cannot be asked`;
}

/** What may be asked of whom: section 2. */
function whatFault(protocol: Protocol, each: Asked, identifiability: string): AskedFault | undefined {
  const name = askedName(protocol, each);
  const listed = categoriesFor(protocol, each);
  for (const code of each.categories) {
    const category = protocol.categories.find((known) => known.code === code);
    const message =
      category === undefined
        ? 'Choose categories of the list: one of these is not part of the protocol'
        : !listed.includes(category)
          ? `${name} does not share ${quoted(category)} under the protocol (section 2)`
          : identifiability === 'personal' && category.sharedAs === 'anonymised'
            ? `${name} shares ${quoted(category)} as anonymised information only (section 2): ask for it in a request for anonymised information`
            : undefined;
    if (message !== undefined) return { path: ['categories'], message };
  }
  if (listed.length > 0 && each.categories.length === 0) {
    return { path: ['categories'], message: `Choose what you ask ${name} for` };
  }
  if (listed.length === 0 && each.justification === '') {
    return {
      path: ['justification'],
      message: `Enter why you ask ${name}: section 2 of the protocol lists nothing that it shares`,
    };
  }
  if (listed.length > 0 && each.justification !== '') {
    return { path: ['justification'], message: `Leave this out: section 2 of the protocol lists what ${name} shares` };
  }
  return undefined;
}

const quoted = ({ name }: Category): string => `“${name}”`;

export type RequestForm = z.output<ReturnType<typeof requestSchema>>;

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

/** Who opens a case, and with which form. */
export interface Opening {
  readonly account: Account;
  readonly by: Actor;
  /** The same form sent twice opens one case. */
  readonly submissionId: string;
}

/**
 * Opens a case: once this returns it is durable. The same submission again gives back the same case.
 * @throws SentBefore; any fault of the database: then there is no case.
 */
export async function openInformationRequest(
  form: RequestForm,
  { account, by, submissionId }: Opening,
  deps: CaseDependencies,
): Promise<CaseDocument> {
  const { store, clock, dispatch, background } = deps;
  const key = submissionKey(account._id, submissionId);
  const earlier = await store.cases.bySubmission(key);
  if (earlier !== null) return sameRequest(earlier, form, deps);

  const now = clock.now();
  const caseRef = await store.cases.allocateReference('information-request', Number(londonDateOf(now).slice(0, 4)));
  const opening = newCase(caseRef, key, form, account, deps);
  const { entry } = await store.audit.append({
    chain: caseRef,
    key: 'opened',
    at: now,
    act: 'case-opened',
    by,
    facts: {
      process: opening.process,
      partners: opening.partners,
      asked: form.asked.map(addresseeKey),
      submissionId: key,
    },
  });
  const { document, isNew } = await store.cases.open(opening);
  if (!isNew) {
    // The same form came twice at one moment and the other was stored: this reference stays unused, and the record says so.
    await store.audit.append({
      chain: caseRef,
      key: 'opened-elsewhere',
      at: clock.now(),
      act: 'act-refused',
      by: { account: null, via: 'concordat', from: null },
      facts: { act: entry.act, seq: entry.seq, openedAs: document._id },
    });
    return sameRequest(document, form, deps);
  }
  background.run('start', caseRef, () => dispatch.start(document));
  return document;
}

function newCase(
  caseRef: string,
  submissionId: string,
  form: RequestForm,
  account: Account,
  { protocol, holidays, store, clock }: CaseDependencies,
): CaseDocument {
  const now = clock.now();
  const policy = policyOf(protocol, 'information-request');
  const plan = planTask({ caseRef, from: form.receivedOn, version: 1, reason: 'opened' }, policy, { holidays: holidays.current() });
  const tasks = form.asked.map(({ partner, team, categories }, index) => ({
    id: taskId(index),
    partner,
    team,
    holder: null,
    categories,
    answersBefore: 0,
    plans: [plan],
    linkGeneration: 1,
  }));
  const startInput: InformationRequestInput = {
    schema: 1,
    caseRef,
    opener: account.partner,
    tasks: tasks.map((task) => ({
      id: task.id,
      partner: task.partner,
      name: askedName(protocol, task),
      clock: taskClockOf(plan),
    })),
    questionPausesClock: protocol.settings.questionBackPausesClock,
  };
  const projection = firstProjection('information-request', startInput, Date.parse(now));
  const caseKey = store.cipher.newCaseKey(caseRef);
  return {
    _id: caseRef,
    schema: 1,
    process: 'information-request',
    title: titleOf(form.asked, account, protocol),
    submissionId,
    openedAt: now,
    openedBy: { account: account._id, partner: account.partner, teams: account.teams },
    partners: [...new Set([account.partner, ...tasks.map(({ partner }) => partner)])],
    tasks,
    terms: { ...termsIn(form) },
    policy,
    run: 1,
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

const taskId = (index: number): TaskId => `T${index + 1}`;

/** "Thurrock Council asks Essex Police and 3 others" */
function titleOf(asked: readonly Addressee[], { partner }: Opener, protocol: Protocol): string {
  const [first, ...others] = asked.map((each) => askedName(protocol, each));
  const more = others.length === 0 ? '' : ` and ${others.length} ${others.length === 1 ? 'other' : 'others'}`;
  return `${partnerName(protocol, partner)} asks ${first ?? ''}${more}`;
}

const termsIn = (form: RequestForm): RequestTerms => ({
  identifiability: form.identifiability,
  legalBasis: form.legalBasis,
  specialBasis: form.specialBasis,
  statute: form.statute,
  channel: form.channel,
  means: form.means,
  neededByOn: form.neededByOn,
});

const contentOf = (form: RequestForm): RequestContent => ({
  personName: form.personName,
  personDetails: form.personDetails,
  asked: form.information,
  purpose: form.purpose,
  urgentBecause: form.urgentBecause,
  justifications: Object.fromEntries(
    form.asked.flatMap(({ justification }, index) => (justification === '' ? [] : [[taskId(index), justification]])),
  ),
});

/** Who has a task may have changed since, so whom the form asked is read from the record of its opening. */
async function sameRequest(earlier: CaseDocument, form: RequestForm, { store }: CaseDependencies): Promise<CaseDocument> {
  const opened = await store.audit.byKey(earlier._id, 'opened');
  const before = [
    opened?.facts['asked'],
    earlier.tasks.map(({ categories }) => categories),
    earlier.tasks[0]?.plans[0]?.from,
    termsInOrder(termsOf(earlier)),
    readRequest(earlier, store),
  ];
  const now = [
    form.asked.map(addresseeKey),
    form.asked.map(({ categories }) => categories),
    form.receivedOn,
    termsInOrder(termsIn(form)),
    contentOf(form),
  ];
  if (JSON.stringify(before) !== JSON.stringify(now)) throw new SentBefore(earlier._id);
  return earlier;
}

const termsInOrder = (terms: RequestTerms): unknown => Object.entries(terms).sort(([a], [b]) => (a < b ? -1 : 1));
