/**
 * Putting a notice of withdrawal on record (protocol section 13): four weeks' written notice to the designated contact
 * point. The form and the API share the schema and the command.
 */
import { z } from 'zod';
import { formatDate, londonDateOf } from '../../../calendar';
import type { IsoDate } from '../../../config/clock';
import { hasWithdrawn, partnerByCode, partnerName, signedBy, takesPart } from '../../../config/protocol-rules';
import type { Partner, Protocol } from '../../../config/protocol-types';
import { byItself } from '../../../dispatch/apply';
import { policyOf } from '../../../dispatch/clock';
import { fourWeeks, isLeftBy, noticeDays, termsOf, type WithdrawalTerms } from '../../../dispatch/notice-of-withdrawal';
import { askForAllThatWasGiven } from '../../../dispatch/obligations';
import type { CaseDocument, NoticeGiven, TaskPlan } from '../../../store/cases';
import { submissionKey, type CaseDependencies } from '../../cases/dependencies';
import { openCase, SentBefore, type NewCase, type Opening } from '../../cases/opening';
import { civilDate, optionalText, whenSound } from '../../forms/fields';
import { Invalid } from '../../http/refusals';
import { sharedWith, type Shared } from './obligations';

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
function givenFault({ withdrawnOn }: { readonly withdrawnOn?: IsoDate | undefined }, today: IsoDate): string | undefined {
  if (withdrawnOn === undefined) return undefined;
  return withdrawnOn <= today
    ? `is a former partner since ${formatDate(withdrawnOn)}`
    : `has given notice already, and is a former partner from ${formatDate(withdrawnOn)} on`;
}

/** The four weeks of a notice that is put on record now. */
export const fourWeeksFrom = (receivedOn: IsoDate, { protocol, holidays }: Omit<Knows, 'today'>): TaskPlan =>
  fourWeeks(receivedOn, policyOf(protocol, 'withdrawal'), holidays.current());

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
        const { dueOn = today } = fourWeeksFrom(receivedOn, { protocol, holidays });
        if (dueOn >= today) return;
        const message = `Date received: the four weeks were over on ${formatDate(dueOn)}. Check it, or say below that it is right`;
        context.addIssue({ code: 'custom', path: ['receivedOn'], message });
      }
    }, whenSound('withdraws', 'receivedOn'));
}
export type WithdrawalForm = z.output<ReturnType<typeof withdrawalSchema>>;

/**
 * Everybody else that takes part is told, and says what becomes of what it holds of the one that withdraws; so does a former partner
 * that got something of it by the register: that it has left settles only what it said by then (section 13).
 */
export const othersThan = (
  withdraws: string,
  { given }: Pick<Shared, 'given'>,
  { protocol, today }: Pick<Knows, 'protocol' | 'today'>,
): readonly Partner[] =>
  protocol.organisations.filter(
    (partner) => partner.code !== withdraws && (takesPart(partner, today) || (hasWithdrawn(partner, today) && given.has(partner.code))),
  );

/**
 * Who is asked: each of the others once; the one that withdraws once for each partner that gave it something by the register,
 * and once for what the register does not know.
 */
async function askedOf(withdraws: string, { protocol, store, clock }: Pick<CaseDependencies, 'protocol' | 'store' | 'clock'>): Promise<NewCase['asked']> {
  const shared = await sharedWith(withdraws, store);
  const others = othersThan(withdraws, shared, { protocol, today: londonDateOf(clock.now()) });
  const common = { team: null, categories: [] };
  const givers = [...[...shared.received.keys()].sort(), undefined];
  return [
    ...others.map(({ code }) => ({ ...common, partner: code })),
    ...givers.map((about, index) => ({ ...common, partner: withdraws, part: index + 1, ...(about === undefined ? {} : { about }) })),
  ];
}

/**
 * Puts a notice on record: once this returns it is durable. The same submission again gives back the same case; of two
 * notices of a partner at once, there is one.
 * @throws Invalid for a partner that has given notice before; SentBefore; any fault of the database: then there is no case.
 */
export async function giveNotice({ withdraws, receivedOn, notice }: WithdrawalForm, opening: Opening, deps: CaseDependencies): Promise<CaseDocument> {
  const { protocol, store } = deps;
  const notices = await store.cases.notices();
  const earlier = await sentBefore(notices, opening, store);
  // Read at this moment: another one may have been put on record since the form was looked at.
  if (earlier === null) refuseGiven(withdraws, notices, deps);
  const days = noticeDays(receivedOn, policyOf(protocol, 'withdrawal'), deps.holidays.current());
  const terms: WithdrawalTerms = { withdraws, ...days };
  try {
    return await openCase(
      {
        process: 'withdrawal',
        title: `${partnerName(protocol, withdraws)} withdraws from the protocol`,
        // What there is to settle is found once.
        asked: earlier === null ? await askedOf(withdraws, deps) : earlier.tasks.slice(0, earlier.startInput.tasks.length),
        from: receivedOn,
        terms: { ...terms },
        changing: Object.keys(days),
        once: earlier?.submissionId ?? `notice/${withdraws}/${noticesOf(withdraws, notices).length}`,
        input: { endsAt: days.endsAt, hearsBeforeItEnds: true },
        content: { notice },
      },
      opening,
      deps,
      // What was disclosed since the register was read has found no notice yet in which to ask for it.
      (document) => askForAllThatWasGiven(document, { at: deps.clock.now(), by: byItself }, { ...deps, holidays: deps.holidays.current() }),
    );
  } catch (error) {
    // Another one has been put on record in the same instant.
    if (earlier === null && error instanceof SentBefore) refuseGiven(withdraws, await store.cases.notices(), deps);
    throw error;
  }
}

const noticesOf = (code: string, notices: readonly NoticeGiven[]): readonly NoticeGiven[] =>
  notices.filter((document) => termsOf(document).withdraws === code);

/** The case that the same form has opened before; null if it has opened none. */
async function sentBefore(
  notices: readonly NoticeGiven[],
  { account, submissionId }: Opening,
  { audit, cases }: CaseDependencies['store'],
): Promise<CaseDocument | null> {
  const form = submissionKey(account._id, submissionId);
  const openings = await audit.byKeys(notices.map(({ _id }) => `${_id}/opened`));
  const opened = openings.find(({ facts }) => facts['submissionId'] === form);
  return opened === undefined ? null : cases.get(opened.chain);
}

/** @throws Invalid if the partner is a former one, or has given notice and not taken it back */
function refuseGiven(code: string, notices: readonly NoticeGiven[], { protocol, clock }: Pick<CaseDependencies, 'protocol' | 'clock'>): void {
  const partner = partnerByCode(protocol, code);
  if (partner === undefined) return;
  const [first] = noticesOf(code, notices)
    .filter(({ projection }) => projection.outcome !== 'withdrawn')
    .map((document) => termsOf(document).formerFrom)
    .filter((day) => isLeftBy(partner, day))
    .sort();
  const fault = givenFault({ withdrawnOn: partner.withdrawnOn ?? first }, londonDateOf(clock.now()));
  if (fault !== undefined) throw new Invalid([{ field: 'withdraws', message: `${partner.name} ${fault}` }]);
}
