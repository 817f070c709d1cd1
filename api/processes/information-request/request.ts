/**
 * Opening an information request (protocol section 7, Request and Response): whom one may ask for what, and the command
 * that the form and the API share. Once it returns the case is durable; bringing it to Temporal comes after, and again
 * by the sweep if it fails.
 */
import { z } from 'zod';
import type { IsoDate } from '../../../config/clock';
import { identifiabilities, type Category, type Partner, type Protocol } from '../../../config/protocol-types';
import { askedName, partnerByCode, partnerName } from '../../../config/protocol-rules';
import { taskId } from '../../../dispatch/tasks';
import type { CaseDocument } from '../../../store/cases';
import { civilDate, optionalLine, optionalText, text, whenSound } from '../../forms/fields';
import { receivedLongAgo, receivedOnConfirmed } from '../../forms/long-ago';
import { categoriesFor, isOwn, type Addressee, type Opener } from '../../cases/addressees';
import { basisFields } from '../../cases/basis';
import { means } from '../../cases/codes';
import type { CaseDependencies } from '../../cases/dependencies';
import { addresseeKey, openCase, type Opening } from '../../cases/opening';
import { partFault, receivedFault } from '../../cases/taking-part';
import type { RequestContent, RequestTerms } from './content';

/** How a request is made (section 7). */
export const channels = {
  telephone: 'Telephone',
  email: 'E-mail',
  letter: 'Letter',
  'referral-form': 'Referral form',
} as const;

const mostAsked = 40;

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
      ...basisFields(protocol, 'Choose the legal basis'),
      channel: z.enum(codesOf(channels), 'Choose how the request was made'),
      receivedOn: civilDate('Date received', 'Enter the date the request was received')
        .superRefine((on, context) => {
          if (on > today) context.addIssue({ code: 'custom', message: 'Date received must be today or in the past' });
        })
        .meta({ description: 'The day the request was made, in London: the clock starts on it', format: 'date' }),
      receivedOnConfirmed,
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
      ({ asked, receivedOn, receivedOnConfirmed: isConfirmed }, context) => {
        const codes = [...asked.map(({ partner }) => partner), opener.partner];
        const fault = receivedFault(protocol, codes, receivedOn, today);
        const message = fault ?? receivedLongAgo(receivedOn, isConfirmed, today);
        if (message !== null) context.addIssue({ code: 'custom', path: ['receivedOn'], message });
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

const codesOf = <Codes extends object>(names: Codes) => Object.keys(names) as (keyof Codes & string)[];

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

/**
 * Opens a request: once this returns it is durable. The same submission again gives back the same case.
 * @throws SentBefore; any fault of the database: then there is no case.
 */
export async function openInformationRequest(form: RequestForm, opening: Opening, deps: CaseDependencies): Promise<CaseDocument> {
  return openCase(
    {
      process: 'information-request',
      title: titleOf(form.asked, opening.account, deps.protocol),
      asked: form.asked,
      from: form.receivedOn,
      terms: { ...termsIn(form) },
      content: contentOf(form),
      persons: [form.personName, form.personDetails],
    },
    opening,
    deps,
  );
}

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
