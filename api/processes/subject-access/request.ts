/**
 * Putting a subject access request on record (protocol section 5): the statutory clock starts, and each originator of an item
 * is warned. The form and the API share the schema and the command.
 */
import { z } from 'zod';
import { londonDateOf } from '../../../calendar';
import type { IsoDate } from '../../../config/clock';
import type { ClockId } from '../../../config/policy';
import type { Protocol } from '../../../config/protocol-types';
import { partnerName } from '../../../config/protocol-rules';
import { planTask, policyFor, policyOf } from '../../../dispatch/clock';
import type { CaseDocument, CasePolicy, TaskPlan } from '../../../store/cases';
import { submissionKey, type CaseDependencies } from '../../cases/dependencies';
import { openCase, type NewCase, type Opening } from '../../cases/opening';
import { line, optionalLine, optionalText, text, whenSound } from '../../forms/fields';
import { receivedLongAgo, receivedOnConfirmed } from '../../forms/long-ago';
import { stopAtOpening } from '../../applicant-requests/clock-acts';
import type { Awaiting } from '../../applicant-requests/content';
import { consultedOn, itemSchema, mostItems, pastDate, refuseOwnAsOriginator, refuseOwnInWordsOf } from '../../applicant-requests/items';
import { refuseOwnOfRegister } from '../../applicant-requests/proposals';
import { regimes, type SubjectAccessContent, type SubjectAccessRegime, type SubjectAccessTerms } from './content';

type Knows = Pick<CaseDependencies, 'protocol'> & { readonly today: IsoDate };

const regimeCodes = Object.keys(regimes) as [SubjectAccessRegime, ...SubjectAccessRegime[]];

export const clockOf = { 'uk-gdpr': 'subject-access', 'law-enforcement': 'subject-access-law-enforcement' } as const satisfies Record<SubjectAccessRegime, ClockId>;

/** What else was asked of the applicant, and whether it has come. */
const needed = (name: string, missing: string, today: IsoDate) =>
  z.union([z.enum(['not-needed', 'awaited']), pastDate(name, missing, today)], { error: missing }).default('not-needed');

export function subjectAccessSchema({ protocol, today }: Knows) {
  return z
    .object({
      applicant: line('Enter whose data it is about').meta({ description: 'The person whose data are asked for; kept sealed' }),
      actsFor: optionalLine('Enter who asks for them').meta({ description: 'Who asks, if somebody acts for that person; kept sealed' }),
      contact: optionalText(500).meta({ description: 'Where the reply goes; kept sealed' }),
      asked: text('Enter what is asked for', 4_000).meta({ description: 'What is asked for, in the words of the applicant where they matter; kept sealed' }),
      regime: z.enum(regimeCodes, 'Choose by which law it is answered').meta({
        description: 'UK GDPR, or Part 3 of the Data Protection Act 2018: it decides how the clock counts',
      }),
      receivedOn: pastDate('Date received', 'Enter the date on which the request was received', today).meta({
        description: 'The day, in London, on which the request was received',
      }),
      receivedOnConfirmed,
      identity: needed('Date of the proof', 'Say whether proof of identity is needed, and when it came', today).meta({
        description: '`not-needed`, `awaited`, or the day on which the proof of identity came in: the clock does not start before it',
      }),
      fee: needed('Date of the fee', 'Say whether a fee is needed, and when it came', today).meta({
        description: '`not-needed`, `awaited`, or the day on which the fee came in: the clock does not start before it',
      }),
      items: z
        .array(itemSchema(protocol))
        .max(mostItems, `Use ${mostItems} items or fewer: more can be added afterwards`)
        .default([])
        .meta({ description: 'What is held of the person, by where it came from. Each originator is warned at once' }),
    })
    .superRefine(({ receivedOn, receivedOnConfirmed: isConfirmed }, context) => {
      const message = receivedLongAgo(receivedOn, isConfirmed, today);
      if (message !== null) context.addIssue({ code: 'custom', path: ['receivedOn'], message });
    }, whenSound('receivedOn'));
}
export type SubjectAccessForm = z.output<ReturnType<typeof subjectAccessSchema>>;

const dayIn = (given: SubjectAccessForm['identity']): IsoDate | null => (given === 'not-needed' || given === 'awaited' ? null : given);

/**
 * The day that the clock counts from: the latest of those on which the request, the proof and the fee came in; today at the
 * earliest while one of them is awaited, as nothing is late that has not begun.
 */
export const startOf = (form: Pick<SubjectAccessForm, 'receivedOn' | 'identity' | 'fee'>, today: IsoDate): IsoDate =>
  [form.receivedOn, dayIn(form.identity), dayIn(form.fee), awaitedAtFirst(form) === null ? null : today].filter((on) => on !== null).sort().at(-1) as IsoDate;

/** What the clock waits for before it starts; null if nothing. */
export function awaitedAtFirst({ identity, fee }: Pick<SubjectAccessForm, 'identity' | 'fee'>): Awaiting | null {
  if (identity === 'awaited') return fee === 'awaited' ? 'identity-and-fee' : 'identity';
  return fee === 'awaited' ? 'fee' : null;
}

export const policyFrom = (protocol: Protocol, regime: SubjectAccessRegime): CasePolicy => policyOf(protocol, 'subject-access', { reply: clockOf[regime] });

/** The statutory clock of the reply, as it is at the opening. */
export const replyPlan = (
  form: Pick<SubjectAccessForm, 'regime' | 'receivedOn' | 'identity' | 'fee'>,
  today: IsoDate,
  { protocol, holidays }: Pick<CaseDependencies, 'protocol' | 'holidays'>,
): TaskPlan =>
  planTask(
    { caseRef: '', from: startOf(form, today), version: 1, reason: 'opened' },
    policyFor(policyFrom(protocol, form.regime), { kind: 'reply' }),
    { holidays: holidays.current() },
  );

/**
 * Puts a request on record: once this returns it is durable. The same submission again gives back the same case.
 * @throws SentBefore; any fault of the database: then there is no case.
 */
export async function openSubjectAccess(form: SubjectAccessForm, opening: Opening, deps: CaseDependencies): Promise<CaseDocument> {
  const { protocol, store, clock } = deps;
  const { applicant, actsFor, contact, asked: words, regime, receivedOn, identity, fee, items } = form;
  refuseOwnAsOriginator(items, opening.account.partner);
  refuseOwnInWordsOf(items, [], 0, protocol);
  await refuseOwnOfRegister(items, opening.account.partner, deps);
  const { placed, asked } = consultedOn(items, { tasksBefore: 1, itemsBefore: 0 });
  const earlier = await store.cases.bySubmission(submissionKey(opening.account._id, opening.submissionId));
  // The same form that comes again on another day has asked on the day on which it came first.
  const today = earlier === null ? londonDateOf(clock.now()) : londonDateOf(earlier.openedAt);
  const { dueOn } = replyPlan(form, today, deps);
  if (dueOn === undefined) throw new Error('A statutory clock ends on a day.');
  const terms: SubjectAccessTerms = { regime, receivedOn, identityOn: dayIn(identity), feeOn: dayIn(fee) };
  const content: SubjectAccessContent = {
    applicant,
    actsFor,
    contact,
    asked: words,
    items: Object.fromEntries(placed.map(({ id }, index) => [id, items[index]?.description ?? ''])),
  };
  const { partner } = opening.account;
  const consulted: NewCase['asked'] = asked.map((each) => ({ ...each, from: today, dueFor: { setOn: today, statutoryDueOn: dueOn } }));
  const awaiting = awaitedAtFirst(form);
  const opened = await openCase(
    {
      process: 'subject-access',
      title: `${partnerName(protocol, partner)} has received a subject access request`,
      asked: [{ kind: 'reply', partner, team: null, categories: [] }, ...consulted],
      policy: policyFrom(protocol, regime),
      from: startOf(form, today),
      terms: { ...terms },
      items: placed,
      input: { items: placed.map(({ id, task }) => ({ id, task })), questionPausesClock: false },
      content,
      persons: [applicant],
    },
    opening,
    deps,
    async (document) => {
      if (awaiting !== null) await stopAtOpening(document, { awaiting, by: opening.by }, deps);
    },
  );
  if (awaiting !== null) {
    // Also where the form came twice, and the first try died before its stop was on record.
    const stop = await stopAtOpening(opened, { awaiting, by: opening.by }, deps);
    deps.background.run('deliver', opened._id, () => deps.dispatch.deliver(stop));
  }
  return opened;
}
