/**
 * Putting a notice of withdrawal on record (protocol section 13): four weeks' written notice to the designated contact
 * point. The form and the API share the schema and the command.
 */
import { z } from 'zod';
import { formatDate, londonDateOf } from '../../../calendar';
import type { IsoDate } from '../../../config/clock';
import { partnerByCode, partnerName, signedBy, takesPart } from '../../../config/protocol-rules';
import type { Partner, Protocol } from '../../../config/protocol-types';
import { planTask, policyOf } from '../../../dispatch/clock';
import type { CaseDocument, TaskPlan } from '../../../store/cases';
import { submissionKey, type CaseDependencies } from '../../cases/dependencies';
import { openCase, type NewCase, type Opening } from '../../cases/opening';
import { civilDate, optionalText, whenSound } from '../../forms/fields';
import { Invalid } from '../../http/refusals';
import { obligationsIn, termsOfObligations, type Obligation, type WithdrawalTerms } from './content';

type Knows = Pick<CaseDependencies, 'protocol' | 'holidays'> & { readonly today: IsoDate };

/** Who can withdraw: whoever takes part and has given no notice, but the contact point that receives the notice. */
export const mayWithdraw = ({ protocol, today }: Pick<Knows, 'protocol' | 'today'>): readonly Partner[] =>
  protocol.organisations.filter((partner) => withdrawalFault(partner, protocol, today) === undefined && givenFault(partner, today) === undefined);

/** Why a partner cannot withdraw, to go after its name; undefined if it can. */
function withdrawalFault(partner: Partner, { contactPoint }: Protocol, today: IsoDate): string | undefined {
  if (!signedBy(partner, today)) return 'has not signed the protocol';
  return partner.code === contactPoint.partner ? 'is the designated contact point: name another one in the protocol file first' : undefined;
}

/** What a partner has given notice of before, to go after its name; undefined if it has not. */
function givenFault({ withdrawnOn }: Partner, today: IsoDate): string | undefined {
  if (withdrawnOn === undefined) return undefined;
  return withdrawnOn <= today
    ? `is a former partner since ${formatDate(withdrawnOn)}`
    : `has given notice already, and is a former partner from ${formatDate(withdrawnOn)} on`;
}

/** The four weeks of a notice that was received on a day. */
export const fourWeeks = ({ protocol, holidays, receivedOn }: Omit<Knows, 'today'> & { readonly receivedOn: IsoDate }): TaskPlan =>
  planTask(
    { caseRef: '', from: receivedOn, version: 1, reason: 'opened' },
    policyOf(protocol, 'withdrawal'),
    { holidays: holidays.current() },
  );

export function withdrawalSchema({ protocol, holidays, today }: Knows) {
  return z
    .object({
      withdraws: z
        .string('Choose the partner that withdraws')
        .refine((code) => partnerByCode(protocol, code) !== undefined, 'Choose the partner that withdraws')
        .meta({ description: 'Code of the partner that withdraws' }),
      receivedOn: civilDate('Date received', 'Enter the date on which the notice was received')
        .superRefine((on, context) => {
          if (on > today) context.addIssue({ code: 'custom', message: 'Date received must be today or in the past' });
        })
        .meta({ description: 'The day, in London, on which the contact point received the notice: the 28 days run from it', format: 'date' }),
      receivedOnConfirmed: z.boolean().default(false).meta({
        description: 'Needed where the four weeks are over already: the access ends at once, and the notice cannot be taken back',
      }),
      notice: optionalText(4_000).meta({ description: 'What the notice says, as far as the other partners need to know it' }),
    })
    .superRefine(({ withdraws, receivedOn, receivedOnConfirmed }, context) => {
      const partner = partnerByCode(protocol, withdraws);
      if (partner === undefined) return;
      const fault = withdrawalFault(partner, protocol, today);
      if (fault !== undefined) context.addIssue({ code: 'custom', path: ['withdraws'], message: `${partner.name} ${fault}` });
      else if (partner.signedFrom !== null && receivedOn < partner.signedFrom) {
        const message = `Date received must be on or after ${formatDate(partner.signedFrom)}, when ${partner.name} signed the protocol`;
        context.addIssue({ code: 'custom', path: ['receivedOn'], message });
      } else if (!receivedOnConfirmed) {
        const { dueOn = today } = fourWeeks({ protocol, holidays, receivedOn });
        if (dueOn >= today) return;
        const message = `Date received: the four weeks were over on ${formatDate(dueOn)}. Check it, or say below that it is right`;
        context.addIssue({ code: 'custom', path: ['receivedOn'], message });
      }
    }, whenSound('withdraws', 'receivedOn'));
}
export type WithdrawalForm = z.output<ReturnType<typeof withdrawalSchema>>;

/** Everybody else that takes part is told, and says what becomes of what it holds of the one that withdraws. */
export const othersThan = (withdraws: string, { protocol, today }: Pick<Knows, 'protocol' | 'today'>): readonly Partner[] =>
  protocol.organisations.filter((partner) => partner.code !== withdraws && takesPart(partner, today));

/**
 * What each side holds of the other, by the register and the open cases. Each of the others has one task; the one that
 * withdraws has one for each partner that gave it something, and one for what the register does not know.
 */
export async function obligationsOf(withdraws: string, deps: Pick<CaseDependencies, 'protocol' | 'store' | 'clock'>): Promise<readonly Obligation[]> {
  const { protocol, store, clock } = deps;
  const others = othersThan(withdraws, { protocol, today: londonDateOf(clock.now()) });
  const cases = await store.cases.openWith(withdraws);
  const openCases = (partner: string): string[] => cases.filter(({ partners }) => partners.includes(partner)).map(({ _id }) => _id);
  const [given, received] = [new Map<string, number>(), new Map<string, number>()];
  const add = (to: Map<string, number>, partner: string) => to.set(partner, (to.get(partner) ?? 0) + 1);
  for await (const { from, to } of store.disclosures.all({ partners: [withdraws] })) {
    if (from.partner === withdraws && to.partner !== withdraws) add(given, to.partner);
    if (to.partner === withdraws && from.partner !== withdraws) add(received, from.partner);
  }
  return [
    ...others.map(({ code }) => ({ holds: code, of: withdraws, disclosures: given.get(code) ?? 0, openCases: openCases(code) })),
    ...[...received].sort().map(([code, disclosures]) => ({ holds: withdraws, of: code, disclosures, openCases: openCases(code) })),
    { holds: withdraws, of: null, disclosures: 0, openCases: [] },
  ];
}

function askedOf(obligations: readonly Obligation[], withdraws: string): NewCase['asked'] {
  const others = obligations.filter(({ holds }) => holds !== withdraws).length;
  return obligations.map(({ holds, of }, index) => ({
    partner: holds,
    team: null,
    ...(holds === withdraws ? { part: index - others + 1 } : {}),
    ...(holds === withdraws && of !== null ? { about: of } : {}),
    categories: [],
  }));
}

/**
 * Puts a notice on record: once this returns it is durable. The same submission again gives back the same case.
 * @throws Invalid for a partner that has given notice before; SentBefore; any fault of the database: then there is no case.
 */
export async function giveNotice({ withdraws, receivedOn, notice }: WithdrawalForm, opening: Opening, deps: CaseDependencies): Promise<CaseDocument> {
  const { protocol, store, clock } = deps;
  const partner = partnerByCode(protocol, withdraws);
  const given = partner === undefined ? undefined : givenFault(partner, londonDateOf(clock.now()));
  // The same form that comes again finds the notice that it has given.
  const earlier = await store.cases.bySubmission(submissionKey(opening.account._id, opening.submissionId));
  if (given !== undefined && earlier === null) throw new Invalid([{ field: 'withdraws', message: `${partnerName(protocol, withdraws)} ${given}` }]);
  // What there is to settle is found once.
  const obligations = earlier === null ? await obligationsOf(withdraws, deps) : obligationsIn(earlier);
  const { dueOn, dueAt } = fourWeeks({ ...deps, receivedOn });
  if (dueOn === undefined) throw new Error('The four weeks of a notice end on a day.');
  const found = termsOfObligations(obligations);
  const terms: WithdrawalTerms = { withdraws, receivedOn, lastDay: dueOn, formerFrom: londonDateOf(dueAt), ...found };
  return openCase(
    {
      process: 'withdrawal',
      title: `${partnerName(protocol, withdraws)} withdraws from the protocol`,
      asked: askedOf(obligations, withdraws),
      from: receivedOn,
      terms: { ...terms },
      // They say nothing of the form.
      changing: Object.keys(found),
      input: { endsAt: dueAt },
      content: { notice },
    },
    opening,
    deps,
  );
}
