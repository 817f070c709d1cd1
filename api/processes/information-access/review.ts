/**
 * The internal review of an FOI or EIR request: the applicant is not satisfied with the reply, and somebody who did not decide looks at
 * it again. Under the EIR the answer is due 40 working days after the applicant has said so (regulation 11(4)); under FOIA the code of
 * practice of section 45 and the Information Commissioner expect it in 20 working days, or 40 where it is exceptionally complex. The
 * case that was closed by the reply goes on in a run of its own.
 */
import { z } from 'zod';
import { formatDate, londonDateOf } from '../../../calendar';
import type { AccessRegime } from '../../../config/access-grounds';
import type { IsoDate } from '../../../config/clock';
import { wasRefused } from '../../../dispatch/clock';
import { planDuty } from '../../../dispatch/duties';
import { itemsOf } from '../../../dispatch/items';
import { nextOpening } from '../../../dispatch/reopening';
import type { Account } from '../../../store/accounts';
import type { AuditEntry, AuditFacts } from '../../../store/audit';
import type { CaseDocument, CaseDuty } from '../../../store/cases';
import { dutyTold } from '../../../store/messages';
import { reviewResults, type Recipient } from '../../../workflows/shared/contract';
import type { InformationAccessInput } from '../../../workflows/information-access/contract';
import { carryOutAct, NotPossible, openAgain, refuseIfChanged, rejections, submissionOf, type Acting } from '../../cases/acts';
import type { CaseDependencies } from '../../cases/dependencies';
import { civilDate, line, optionalText, text } from '../../forms/fields';
import { Invalid } from '../../http/refusals';
import { termsOf } from './content';

/** Working days until it is answered, as the law and the Commissioner have it. */
export const reviewedWithin: Readonly<Record<AccessRegime, readonly number[]>> = { foi: [20, 40], eir: [40] };

export const reviewSchema = z.object({
  receivedOn: civilDate('Date received', 'Enter the date on which the applicant said so').meta({
    description: 'The day, in London, on which the applicant asked for it',
    format: 'date',
  }),
  within: z.union([z.literal(20), z.literal(40)], 'Choose within how many working days it is answered').optional().meta({
    description: 'Working days until it is answered. Of an FOI request 20, or 40 where it is exceptionally complex; of an EIR request 40. The first of these if left out',
  }),
  text: text('Enter why the applicant is not satisfied', 4_000).meta({ description: 'Kept sealed' }),
  looksAgain: line('Enter who looks at it again').meta({ description: 'Somebody who did not decide, by role; kept sealed' }),
  account: optionalText(200)
    .transform((address) => address.toLowerCase())
    .meta({ description: 'The sign-in address of whoever looks at it again, of your organisation: sees the case, is reminded, and can record what came of it' }),
});

export const reviewDecisionSchema = z.object({
  result: z.enum(reviewResults, 'Choose what came of it').meta({ description: '`stands`, `changed`, or `taken-back` by the applicant' }),
  toldOn: civilDate('Date told', 'Enter the date on which the applicant was told').meta({ description: 'The day, in London; of one that was taken back, that day', format: 'date' }),
  text: text('Enter what the applicant was told', 10_000).meta({ description: 'What the applicant was told, and why; kept sealed' }),
});

/** An internal review that runs. */
export interface Review extends CaseDuty {
  readonly number: number;
  readonly said: AuditEntry;
  readonly receivedOn: IsoDate;
}

/** The internal review that runs; null if there is none. */
export function reviewOf(document: CaseDocument, record: readonly AuditEntry[]): Review | null {
  const said = record.findLast(({ act, facts }) => act === 'case-reopened' && facts['duty'] !== undefined);
  if (said === undefined || document.ended) return null;
  const number = said.facts['number'] as number;
  if (record.some((entry) => entry.act === 'looked-at-again' && entry.facts['number'] === number && !wasRefused(record, entry))) return null;
  const put = said.facts['duty'] as unknown as CaseDuty;
  // Its day can have moved since.
  return { ...(document.duties?.find(({ id }) => id === put.id) ?? put), number, said, receivedOn: said.facts['receivedOn'] as IsoDate };
}

/** The reply that the applicant has; undefined while there is none. */
const replyOf = (record: readonly AuditEntry[]): AuditEntry | undefined => record.findLast((entry) => entry.act === 'applicant-replied' && !wasRefused(record, entry));

/** Why no internal review can begin as things stand; null if one can. */
export function whyNoReview({ ended, projection }: Pick<CaseDocument, 'ended' | 'projection'>, record: readonly AuditEntry[]): string | null {
  if (replyOf(record) === undefined) return 'The applicant has no reply yet, so there is nothing to look at again.';
  if (!ended) return rejections.LookedAtAgain;
  const isDone = projection.outcome === 'review-stands' || projection.outcome === 'review-changed';
  return isDone ? 'It was looked at again. What the applicant can do now is to apply to the Information Commissioner.' : null;
}

/**
 * Puts on record that the applicant asks for an internal review. Whoever is named looks at it again; somebody without an account is
 * reminded by whoever put the request on record.
 * @throws Refusal 409; Invalid for a day that cannot be, or an account that there is none of or that has decided
 */
export async function askForReview(
  { receivedOn, within, text: why, looksAgain, account: named, ...acting }: Acting & z.output<typeof reviewSchema>,
  deps: CaseDependencies,
): Promise<void> {
  const { store, clock, holidays } = deps;
  const { document } = acting;
  const record = await store.audit.of(document._id);
  const note = { text: why, looksAgain };
  const earlier = record.find(submissionOf(acting, 'case-reopened').isSame);
  if (earlier !== undefined) {
    refuseIfChanged(document, earlier, note, deps);
    return;
  }
  const impossible = whyNoReview(document, record);
  if (impossible !== null) throw new NotPossible(impossible);
  const refuse = (field: string, message: string) => new Invalid([{ field, message }]);
  if (receivedOn > londonDateOf(clock.now())) throw refuse('receivedOn', 'Date received must be today or in the past');
  const repliedOn = replyOf(record)?.facts['repliedOn'] as IsoDate;
  if (receivedOn < repliedOn) throw refuse('receivedOn', `Date received must be ${formatDate(repliedOn)} or later: the applicant had the reply then`);
  const [ordinary, longer] = reviewedWithin[termsOf(document).regime];
  const workingDays = within ?? ordinary ?? 0;
  if (workingDays !== ordinary && workingDays !== longer) throw refuse('within', 'Under the EIR it is answered within 40 working days');
  const holder = await reviewerOf(named, document, record, deps);
  const number = record.filter(({ act, facts }) => act === 'case-reopened' && facts['duty'] !== undefined).length + 1;
  const told: readonly Recipient[] = holder === null ? ['requester'] : ['spoc', 'requester'];
  const duty = planDuty(
    {
      id: `looking-again-${number}`,
      partner: document.openedBy.partner,
      holder: holder?._id ?? null,
      by: { on: receivedOn, workingDays, calendar: 'united-kingdom' },
      caseRef: document._id,
      to: told,
      above: 'csp-manager',
    },
    holidays.current(),
  );
  const own: Omit<InformationAccessInput, keyof CaseDocument['startInput']> = {
    items: itemsOf(document, record).map(({ id, task }) => ({ id, task: task as `T${number}` | null })),
    review: { number, duty: dutyTold(duty), told },
  };
  const next = nextOpening(document, { again: [], own, policy: document.policy }, record, { protocol: deps.protocol, holidays: holidays.current(), now: deps.clock.now() });
  await openAgain(acting, { next, facts: { number, receivedOn, duty } as unknown as AuditFacts, note }, deps);
}

/** @throws Invalid for an account that there is none of, of another organisation, or that has decided or replied */
async function reviewerOf(username: string, { openedBy }: CaseDocument, record: readonly AuditEntry[], { store }: CaseDependencies): Promise<Account | null> {
  if (username === '') return null;
  const account = await store.accounts.byUsername(username);
  const refuse = (message: string) => new Invalid([{ field: 'account', message }]);
  if (account === null || account.partner !== openedBy.partner) throw refuse(`Nobody of your organisation signs in as ${username}: check the address`);
  const hadPart = record.some(({ act, by }) => (act === 'item-decided' || act === 'applicant-replied') && by.account === account._id);
  if (hadPart) throw refuse('Name somebody who had no part in the decision: this one has decided on an item, or put the reply on record');
  return account;
}

/**
 * Puts on record what came of it, of which the applicant was told: that closes the case again.
 * @throws Refusal 409; Invalid for a day that cannot be; CaseOutOfReach, and it may still be done later
 */
export async function decideReview(
  { result, toldOn, text: why, ...acting }: Acting & z.output<typeof reviewDecisionSchema>,
  deps: CaseDependencies,
): Promise<void> {
  const { document } = acting;
  const record = await deps.store.audit.of(document._id);
  const review = reviewOf(document, record);
  const number = review?.number ?? (record.find(submissionOf(acting, 'looked-at-again').isSame)?.facts['number'] as number | undefined);
  if (number === undefined) throw new NotPossible(rejections.NotLookedAtAgain);
  const refuse = (message: string) => new Invalid([{ field: 'toldOn', message }]);
  if (toldOn > londonDateOf(deps.clock.now())) throw refuse('Date told must be today or in the past');
  if (review !== null && toldOn < review.receivedOn) throw refuse(`Date told must be ${formatDate(review.receivedOn)} or later: the applicant asked for it then`);
  await carryOutAct(
    acting,
    { name: `looked-again/${number}`, act: 'looked-at-again', facts: { number, result, toldOn }, note: { text: why } },
    deps,
  );
}
