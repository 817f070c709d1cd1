/**
 * Putting an FOI or EIR request on record (protocol section 5): the statutory clock starts, and the originator of each item is
 * asked for its advice. The form and the API share the schema and the command.
 */
import { z } from 'zod';
import { londonDateOf } from '../../../calendar';
import { accessRegimes, type AccessRegime } from '../../../config/access-grounds';
import type { IsoDate } from '../../../config/clock';
import type { Protocol } from '../../../config/protocol-types';
import { partnerByCode, partnerName } from '../../../config/protocol-rules';
import { planTask, policyFor, policyOf } from '../../../dispatch/clock';
import type { CaseDocument, CasePolicy, TaskPlan } from '../../../store/cases';
import { consultedOn, itemSchema, mostItems, pastDate, refuseOwnAsOriginator } from '../../applicant-requests/items';
import { submissionKey, type CaseDependencies } from '../../cases/dependencies';
import { openCase, type NewCase, type Opening } from '../../cases/opening';
import { optionalLine, optionalText, text, whenSound } from '../../forms/fields';
import { receivedLongAgo, receivedOnConfirmed } from '../../forms/long-ago';
import { Refusal } from '../../http/refusals';
import { clockOf, type InformationAccessContent, type InformationAccessTerms } from './content';

type Knows = Pick<CaseDependencies, 'protocol'> & { readonly today: IsoDate };

export function informationAccessSchema({ protocol, today }: Knows) {
  return z
    .object({
      applicant: optionalLine('Enter who asks').meta({
        description: 'Who asks; needed under FOIA (section 8), and not under the EIR. Kept sealed, and shown to no originator',
      }),
      contact: optionalText(500).meta({ description: 'Where the reply goes; kept sealed, and shown to no originator' }),
      asked: text('Enter what is asked for', 4_000).meta({ description: 'What is asked for, in the words of the applicant where they matter; kept sealed' }),
      regime: z.enum(accessRegimes, 'Choose by which law it is answered').meta({
        description: '`foi`: Freedom of Information Act 2000; `eir`: Environmental Information Regulations 2004',
      }),
      receivedOn: pastDate('Date received', 'Enter the date on which the request was received', today).meta({
        description: 'The day, in London, on which the authority received the request, wherever in it',
      }),
      receivedOnConfirmed,
      items: z
        .array(itemSchema(protocol))
        .max(mostItems, `Use ${mostItems} items or fewer: more can be added afterwards`)
        .default([])
        .meta({ description: 'What is held of what is asked for, by where it came from. Each originator is asked for its advice at once' }),
    })
    .superRefine(({ receivedOn, receivedOnConfirmed: isConfirmed }, context) => {
      const message = receivedLongAgo(receivedOn, isConfirmed, today);
      if (message !== null) context.addIssue({ code: 'custom', path: ['receivedOn'], message });
    }, whenSound('receivedOn'))
    .superRefine(
      ({ applicant, regime }, context) => {
        if (regime === 'foi' && applicant === '') {
          context.addIssue({ code: 'custom', path: ['applicant'], message: 'Enter who asks: an FOI request has to give a name' });
        }
      },
      whenSound('applicant', 'regime'),
    );
}
export type InformationAccessForm = z.output<ReturnType<typeof informationAccessSchema>>;

export const policyFrom = (protocol: Protocol, regime: AccessRegime): CasePolicy => policyOf(protocol, 'information-access', { reply: clockOf[regime] });

/** The statutory clock of the reply, as it is at the opening. */
export const replyPlan = (
  { regime, receivedOn }: Pick<InformationAccessForm, 'regime' | 'receivedOn'>,
  { protocol, holidays }: Pick<CaseDependencies, 'protocol' | 'holidays'>,
): TaskPlan =>
  planTask(
    { caseRef: '', from: receivedOn, version: 1, reason: 'opened' },
    policyFor(policyFrom(protocol, regime), { kind: 'reply' }),
    { holidays: holidays.current() },
  );

/**
 * Why a partner cannot receive such a request, and what can be done with one that has come to it; null where it can. Only a
 * public authority has the duties of FOIA and the EIR.
 */
export function whyNotReceived(code: string, protocol: Protocol): string | null {
  const partner = partnerByCode(protocol, code);
  if (partner?.publicAuthority === true) return null;
  return (
    `${partnerName(protocol, code)} is no public authority under the protocol, so it cannot be asked under the Freedom of Information Act 2000 ` +
    `or the Environmental Information Regulations 2004. ${partner?.publicAuthorityNote === undefined ? '' : `${partner.publicAuthorityNote} `}` +
    'Tell the applicant so, and name the public authority that may hold what is asked for; with the applicant’s consent, pass the request on to it. ' +
    'If the request is about information that you hold for an authority, pass it to that authority on the same day: its 20 working days may run already. ' +
    'If this is wrong, ask the CSP manager to have the protocol file corrected.'
  );
}

/** What this process refuses to a partner that is no public authority. */
export class NoPublicAuthority extends Refusal {
  constructor(why: string) {
    super(403, 'Your organisation is no public authority', why);
  }
}

/**
 * Puts a request on record: once this returns it is durable. The same submission again gives back the same case.
 * @throws NoPublicAuthority; SentBefore; any fault of the database: then there is no case.
 */
export async function openInformationAccess(form: InformationAccessForm, opening: Opening, deps: CaseDependencies): Promise<CaseDocument> {
  const { protocol, store, clock } = deps;
  const { applicant, contact, asked: words, regime, receivedOn, items } = form;
  const { partner } = opening.account;
  const why = whyNotReceived(partner, protocol);
  if (why !== null) throw new NoPublicAuthority(why);
  refuseOwnAsOriginator(items, partner);
  const { placed, asked } = consultedOn(items, { tasksBefore: 1, itemsBefore: 0 });
  const earlier = await store.cases.bySubmission(submissionKey(opening.account._id, opening.submissionId));
  // The same form that comes again on another day has asked on the day on which it came first.
  const today = earlier === null ? londonDateOf(clock.now()) : londonDateOf(earlier.openedAt);
  const { dueOn } = replyPlan(form, deps);
  if (dueOn === undefined) throw new Error('A statutory clock ends on a day.');
  const terms: InformationAccessTerms = { regime, receivedOn };
  const content: InformationAccessContent = {
    applicant,
    contact,
    asked: words,
    items: Object.fromEntries(placed.map(({ id }, index) => [id, items[index]?.description ?? ''])),
  };
  const consulted: NewCase['asked'] = asked.map((each) => ({ ...each, from: today, dueFor: { setOn: today, statutoryDueOn: dueOn } }));
  return openCase(
    {
      process: 'information-access',
      title: `${partnerName(protocol, partner)} has received an FOI or EIR request`,
      asked: [{ kind: 'reply', partner, team: null, categories: [] }, ...consulted],
      policy: policyFrom(protocol, regime),
      from: receivedOn,
      terms: { ...terms },
      items: placed,
      input: { items: placed.map(({ id, task }) => ({ id, task })), questionPausesClock: false },
      content,
      persons: applicant === '' ? [] : [applicant],
    },
    opening,
    deps,
  );
}
