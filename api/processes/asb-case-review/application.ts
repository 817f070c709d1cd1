/**
 * Opening an ASB case review (protocol section 7; 2014 Act section 104): the application, the decision on its threshold
 * and whom to ask; and the command that the form and the API share. Once it returns the case is durable.
 */
import { z } from 'zod';
import { CalendarError, checkPanel, londonDateOf, reviewThreshold, type Threshold } from '../../../calendar';
import type { IsoDate } from '../../../config/clock';
import type { DueFor } from '../../../config/policy';
import { askedName, partnerByCode, partnerName } from '../../../config/protocol-rules';
import type { Protocol } from '../../../config/protocol-types';
import type { CaseDocument, TaskPlan } from '../../../store/cases';
import { planTask, policyOf } from '../../../dispatch/clock';
import { addresseesFor, categoriesFor, type Addressee, type Opener } from '../../cases/addressees';
import { basisFields } from '../../cases/basis';
import type { CaseDependencies } from '../../cases/dependencies';
import { addresseeKey, openCase, type Opening } from '../../cases/opening';
import { partFault } from '../../cases/taking-part';
import { civilDate, line, nearDate, optionalLine, optionalText, text, whenSound } from '../../forms/fields';
import type { ReviewContent, ReviewTerms, ThresholdDecision } from './content';
import { calendar, planRecording, planTelling } from './duties';

export const process = 'asb-case-review';

/** More than this were never seen in one application; the rest can be written into the behaviour. */
export const mostComplaints = 12;
const mostAsked = 40;

/** What sets the due date of the partners' answers. */
export const dueChoices = ['clock', 'panel', 'chosen'] as const;

const complaintSchema = z
  .object({
    behaviourOn: civilDate('Date of the behaviour', 'Enter the date of the behaviour').meta({ format: 'date' }),
    complainedOn: civilDate('Date of the complaint', 'Enter the date of the complaint').meta({ format: 'date' }),
    complainedTo: optionalLine('Enter to whom it was complained', 200).meta({ description: 'To whom, with a reference' }),
  })
  .meta({ id: 'Complaint' });

const askedSchema = z
  .object({
    partner: z.string('Choose the partner you ask').meta({ description: 'Code of the partner', examples: ['essex-police'] }),
    team: z.string().nullable().default(null).meta({ description: 'Code of the team; left out, the partner as a whole is asked' }),
  })
  .meta({ id: 'AskedForReview' });

interface Setting {
  readonly protocol: Protocol;
  readonly opener: Opener;
  readonly today: IsoDate;
  /** Works out the due date, to refuse one that cannot be. */
  readonly plan: (due: DueInput) => unknown;
}

/** Whom a review asks, on what basis, by when. */
const askingFields = (protocol: Protocol, today: IsoDate) => ({
  asked: z
    .array(askedSchema)
    .max(mostAsked, `Ask ${mostAsked} partners and teams or fewer in one review`)
    .default([])
    .meta({ description: 'Each has a task and a ladder of its own; none where the threshold is not met' }),
  allReason: optionalText(2_000).meta({ description: 'Why every partner is asked; needed then' }),
  unlistedReason: optionalText(2_000).meta({ description: 'Why partners are asked for which section 2 lists nothing; needed then' }),
  ...basisFields(protocol),
  due: z.enum(dueChoices, 'Choose by when the partners answer').default('clock'),
  panelOn: nearDate('Date of the panel', 'Enter the date of the panel', today).nullable().default(null),
  dueOn: nearDate('Due date', 'Enter the due date', today)
    .nullable()
    .default(null)
    .meta({ description: 'Needed where it is `chosen`', format: 'date' }),
});
type Asking = z.output<z.ZodObject<ReturnType<typeof askingFields>>>;

/** What opens a review; one schema for the form and the API. */
export function reviewSchema(setting: Setting) {
  const { protocol, today } = setting;
  return z
    .object({
      appliedOn: civilDate('Date of the application', 'Enter the date of the application')
        .superRefine((on, context) => {
          if (on > today) context.addIssue({ code: 'custom', message: 'Date of the application must be today or in the past' });
        })
        .meta({ description: 'The day on which the review was applied for', format: 'date' }),
      applicantName: line('Enter who applied for the review').meta({ description: 'Who applied; anybody can' }),
      applicantContact: optionalText(1_000).meta({ description: 'How the applicant is reached; only the review team sees it' }),
      victimName: optionalLine('Enter who the victim is').meta({ description: 'Who suffered it, if that is not the applicant' }),
      persons: text('Enter whom the partners are to look for', 4_000).meta({
        description: 'Names, dates of birth and addresses of the victim and of whoever is said to have caused it',
      }),
      behaviour: text('Enter what has happened', 10_000).meta({ description: 'What has happened, where, since when' }),
      complaints: z
        .array(complaintSchema)
        .min(1, 'Enter at least one complaint')
        .max(mostComplaints, `Enter ${mostComplaints} complaints or fewer`),
      decision: z
        .enum(['granted', 'not-granted'], 'Choose whether the threshold is met')
        .default('granted')
        .meta({ description: 'Below the count that obliges it is decided with reasons' }),
      decisionReason: optionalText(4_000).meta({ description: 'Needed below the count that obliges' }),
      ...askingFields(protocol, today),
    })
    .superRefine(({ appliedOn, complaints, decision, decisionReason }, context) => {
      const counted = thresholdOrFault(protocol, { appliedOn, complaints });
      if (counted instanceof CalendarError) {
        context.addIssue({ code: 'custom', path: counted.field.split('.').map(indexOrName), message: withoutStop(counted.message) });
      } else if (counted.obliges && decision === 'not-granted') {
        context.addIssue({ code: 'custom', path: ['decision'], message: `The review must be carried out: ${counted.qualifying} complaints qualify` });
      } else if (!counted.obliges && decisionReason === '') {
        context.addIssue({ code: 'custom', path: ['decisionReason'], message: 'Enter why the threshold is met, or not' });
      }
    }, whenSound('appliedOn', 'complaints', 'decision', 'decisionReason'))
    .superRefine((form, context) => {
      const faults = form.decision === 'not-granted' ? notGrantedFaults(form.asked) : whomFaults(form, setting);
      report(faults, context);
    }, whenSound('decision', 'asked', 'allReason', 'unlistedReason'))
    .superRefine((form, context) => {
      if (form.decision === 'granted') report(basisFaults(form), context);
    }, whenSound('decision', 'legalBasis'))
    .superRefine((form, context) => {
      if (form.decision === 'granted') report(whenFaults(form, setting), context);
    }, whenSound('decision', 'due', 'panelOn', 'dueOn'))
    .transform((form) => (form.decision === 'granted' ? onlyItsDates(form) : onlyTheDecision(form)));
}
export type ReviewForm = z.output<ReturnType<typeof reviewSchema>>;

/** What is asked in a review that is granted after all; the same as at the opening. */
export function askingSchema(setting: Setting) {
  const { protocol, today } = setting;
  return z
    .object(askingFields(protocol, today))
    .superRefine((form, context) => report(whomFaults(form, setting), context), whenSound('asked', 'allReason', 'unlistedReason'))
    .superRefine((form, context) => report(basisFaults(form), context), whenSound('legalBasis'))
    .superRefine((form, context) => report(whenFaults(form, setting), context), whenSound('due', 'panelOn', 'dueOn'))
    .transform(onlyItsDates);
}
export type AskingForm = z.output<ReturnType<typeof askingSchema>>;

const report = (faults: readonly Fault[], context: z.RefinementCtx): void => {
  for (const { path, message } of faults) context.addIssue({ code: 'custom', path: [...path], message });
};

function whomFaults({ asked, allReason, unlistedReason }: Pick<Asking, 'asked' | 'allReason' | 'unlistedReason'>, { protocol, opener, today }: Setting): readonly Fault[] {
  const faults = askedFaults(protocol, opener, asked, today);
  if (faults.length > 0) return faults;
  const unlisted = unlistedOf(protocol, asked);
  return [
    ...(asksAll(protocol, opener, asked, today) && allReason === ''
      ? [{ path: ['allReason'], message: 'Enter why every partner is asked, or ask fewer' }]
      : []),
    ...(unlisted !== undefined && unlistedReason === ''
      ? [{ path: ['unlistedReason'], message: `Enter why you ask ${askedName(protocol, unlisted)}: section 2 of the protocol lists nothing that it shares` }]
      : []),
  ];
}

const basisFaults = ({ legalBasis }: Pick<Asking, 'legalBasis'>): readonly Fault[] =>
  legalBasis === '' ? [{ path: ['legalBasis'], message: 'Choose the legal basis' }] : [];

function whenFaults({ due, panelOn, dueOn }: DueInput, { today, plan }: Setting): readonly Fault[] {
  const fault = (field: string, message: string): readonly Fault[] => [{ path: [field], message }];
  if (due === 'panel' && panelOn === null) return fault('panelOn', 'Enter the date of the panel');
  if (due === 'chosen' && dueOn === null) return fault('dueOn', 'Enter the due date');
  if (panelOn !== null && panelOn <= today) return fault('panelOn', 'Date of the panel must be in the future');
  if (due === 'chosen' && panelOn !== null && dueOn !== null && panelOn <= dueOn) return fault('dueOn', 'Due date must be before the panel');
  try {
    plan({ due, panelOn, dueOn });
    return [];
  } catch (error) {
    if (!(error instanceof CalendarError)) throw error;
    return fault(error.field, withoutStop(error.message));
  }
}

/** The first for which section 2 lists nothing. */
const unlistedOf = <Each extends Addressee>(protocol: Protocol, asked: readonly Each[]): Each | undefined =>
  asked.find((each) => categoriesFor(protocol, each).length === 0);

/** The reasons that are needed for asking these: what was typed before others were chosen is not kept. */
export const reasonsNeeded = (
  { protocol, opener, today }: Omit<Setting, 'plan'>,
  asked: readonly Addressee[],
  { allReason = '', unlistedReason = '' }: Readonly<Record<string, string>>,
) => ({
  allReason: asksAll(protocol, opener, asked, today) ? allReason : '',
  unlistedReason: unlistedOf(protocol, asked) === undefined ? '' : unlistedReason,
});

const onlyItsDates = <Form extends { due: string; dueOn: IsoDate | null }>(form: Form): Form =>
  form.due === 'chosen' ? form : { ...form, dueOn: null };

/** Where nobody is asked, nothing is kept of how it would have been. */
const onlyTheDecision = <Form extends object>(form: Form): Form => ({
  ...form,
  allReason: '',
  unlistedReason: '',
  legalBasis: '',
  specialBasis: null,
  statute: null,
  due: 'clock',
  panelOn: null,
  dueOn: null,
});

export type DueInput = { readonly due: (typeof dueChoices)[number]; readonly panelOn: IsoDate | null; readonly dueOn: IsoDate | null };

const indexOrName = (part: string): string | number => (/^\d+$/.test(part) ? Number(part) : part);
const withoutStop = (sentence: string): string => sentence.replace(/\.$/, '');

function thresholdOrFault(
  protocol: Protocol,
  application: Parameters<typeof reviewThreshold>[0],
): Threshold | CalendarError {
  try {
    return thresholdOf(protocol, application);
  } catch (error) {
    if (error instanceof CalendarError) return error;
    throw error;
  }
}

/** What the complaints of an application come to under the protocol. @throws CalendarError */
export const thresholdOf = (protocol: Protocol, application: Parameters<typeof reviewThreshold>[0]): Threshold =>
  reviewThreshold(application, protocol.settings.qualifyingComplaints);

export const decisionOf = (protocol: Protocol, form: Pick<ReviewForm, 'appliedOn' | 'complaints' | 'decision'>): ThresholdDecision =>
  form.decision === 'not-granted' ? 'not-granted' : thresholdOf(protocol, form).obliges ? 'obliged' : 'granted';

interface Fault {
  readonly path: readonly (string | number)[];
  readonly message: string;
}

const notGrantedFaults = (asked: readonly Addressee[]): readonly Fault[] =>
  asked.length === 0 ? [] : [{ path: ['asked'], message: 'Ask nobody: the threshold is not met, so there is no review to ask for' }];

function askedFaults(protocol: Protocol, opener: Opener, asked: readonly Addressee[], today: IsoDate): readonly Fault[] {
  const ownFault = partFault(partnerByCode(protocol, opener.partner), today);
  if (ownFault !== undefined) return [{ path: ['asked'], message: `Your organisation ${ownFault}, so it cannot ask` }];
  if (asked.length === 0) return [{ path: ['asked'], message: 'Choose whom you ask' }];
  const possible = addresseesFor(protocol, opener, today).map(addresseeKey);
  const keys = asked.map(addresseeKey);
  return asked.flatMap((each, index): Fault[] => {
    const fault = (message: string): Fault[] => [{ path: ['asked', index, 'partner'], message }];
    const partner = partnerByCode(protocol, each.partner);
    if (partner === undefined) return fault('Choose a partner of the list: this one is not part of the protocol');
    const part = partFault(partner, today);
    if (part !== undefined) return fault(`${partner.name} ${part}, so it cannot be asked`);
    if (!possible.includes(addresseeKey(each))) return fault('Choose partners and teams of the list: one of these is not on it');
    if (keys.indexOf(addresseeKey(each)) < index) return fault(`${askedName(protocol, each)} is asked twice: leave one out`);
    if (sharesAnonymisedOnly(protocol, each)) {
      return fault(`${askedName(protocol, each)} shares anonymised information only (section 2), so it cannot be asked about a named person`);
    }
    return [];
  });
}

/** Whether all that section 2 lists for a partner or team is anonymised: nothing of it answers about a named person. */
export function sharesAnonymisedOnly(protocol: Protocol, addressee: Addressee): boolean {
  const listed = categoriesFor(protocol, addressee);
  return listed.length > 0 && listed.every(({ sharedAs }) => sharedAs === 'anonymised');
}

/** Whom a review can ask: each that may be asked at all, and does not share anonymised data only. */
export const reviewAddressees = (protocol: Protocol, opener: Opener, on: IsoDate): readonly Addressee[] =>
  addresseesFor(protocol, opener, on).filter((each) => !sharesAnonymisedOnly(protocol, each));

/**
 * Whether every other organisation that can be asked is asked, as a whole or by a team: minimisation needs a reason for it,
 * whether or not teams of one's own are asked, too.
 */
export function asksAll(protocol: Protocol, opener: Opener, asked: readonly Addressee[], on: IsoDate): boolean {
  const possible = new Set(reviewAddressees(protocol, opener, on).map(({ partner }) => partner));
  possible.delete(opener.partner);
  return [...possible].every((code) => asked.some(({ partner }) => partner === code));
}

/** All that a partner may share about a named person: a review asks for all that is held. */
const askedCategories = (protocol: Protocol, addressee: Addressee): string[] =>
  categoriesFor(protocol, addressee)
    .filter(({ sharedAs }) => sharedAs === 'personal')
    .map(({ code }) => code);

/** Each with what it is asked for. */
export const whomAsked = (protocol: Protocol, asked: AskingForm['asked']) =>
  asked.map(({ partner, team }) => ({ partner, team, categories: askedCategories(protocol, { partner, team }) }));

/** What sets the due date, where it is not the clock of the protocol. */
export function dueForOf({ due, panelOn, dueOn }: DueInput, setOn: IsoDate): DueFor | undefined {
  if (due === 'panel' && panelOn !== null) return { panelOn, setOn };
  return due === 'chosen' && dueOn !== null ? { chosenOn: dueOn, setOn } : undefined;
}

/**
 * The clock of everybody who is asked today, over before the panel meets.
 * @param policy of the case, where there is one already
 * @throws CalendarError
 */
export function planOf(
  due: DueInput,
  { protocol, clock, holidays }: Pick<CaseDependencies, 'protocol' | 'clock' | 'holidays'>,
  policy = policyOf(protocol, process),
): TaskPlan {
  const from = londonDateOf(clock.now());
  const draft = { caseRef: '', from, dueFor: dueForOf(due, from), version: 1, reason: 'opened' } as const;
  const counted = { holidays: holidays.current() };
  const plan = planTask(draft, policy, counted);
  const { due: setBy, panelOn } = due;
  if (setBy !== 'panel' && panelOn !== null) checkPanel({ panelOn, dueOn: plan.dueOn, calendar }, counted);
  return plan;
}

/** The schema as it applies to somebody now. */
export const reviewSchemaFor = (opener: Opener, deps: Pick<CaseDependencies, 'protocol' | 'clock' | 'holidays'>) => {
  const { protocol, clock } = deps;
  const today = londonDateOf(clock.now());
  return reviewSchema({ protocol, opener, today, plan: (due) => planOf(due, deps) });
};

/**
 * Opens a review: once this returns it is durable. The same submission again gives back the same case.
 * @throws SentBefore; any fault of the database: then there is no case.
 */
export async function openReview(form: ReviewForm, opening: Opening, deps: CaseDependencies): Promise<CaseDocument> {
  const { protocol, clock } = deps;
  const today = londonDateOf(clock.now());
  const terms: ReviewTerms = {
    threshold: decisionOf(protocol, form),
    appliedOn: form.appliedOn,
    panelOn: form.panelOn,
    panel: [],
    panelPartners: [],
    grantedBy: null,
    identifiability: 'personal',
    legalBasis: form.legalBasis,
    specialBasis: form.specialBasis,
    statute: form.statute,
    means: 'concordat',
  };
  return openCase(
    {
      process,
      title: titleOf(form.asked, opening.account, protocol),
      asked: whomAsked(protocol, form.asked),
      from: today,
      dueFor: dueForOf(form, today),
      terms: { ...terms },
      // The panel can be named, and its day set anew, at any time; what is not granted can be on looking at it again.
      changing: ['panel', 'panelPartners', 'panelOn', 'grantedBy', ...(form.decision === 'granted' ? [] : ['threshold', 'legalBasis', 'specialBasis', 'statute'])],
      dutiesOf: (caseRef) => {
        const first = { caseRef, number: 1, partner: opening.account.partner };
        return [planTelling({ ...first, of: 'decision' }, deps), ...(form.panelOn === null ? [] : [planRecording({ ...first, panelOn: form.panelOn }, deps)])];
      },
      ...(form.panelOn === null ? {} : { input: { panelOn: form.panelOn } }),
      content: contentOf(form),
      persons: [form.applicantName, form.victimName, form.persons],
    },
    opening,
    deps,
  );
}

const contentOf = (form: ReviewForm): ReviewContent => ({
  applicantName: form.applicantName,
  applicantContact: form.applicantContact,
  victimName: form.victimName,
  persons: form.persons,
  behaviour: form.behaviour,
  complaints: form.complaints,
  decisionReason: form.decisionReason,
  allReason: form.allReason,
  unlistedReason: form.unlistedReason,
});

/** "ASB case review by Thurrock Council: 3 asked": organisations, never people. */
const titleOf = (asked: readonly Addressee[], { partner }: Opener, protocol: Protocol): string =>
  `${partnerName(protocol, partner)} reviews a case of anti-social behaviour: ` +
  (asked.length === 0 ? 'threshold not met' : `${asked.length} asked`);
