/** A withdrawal in words: what is said of its cases, and what is to be settled. */
import { formatDate, formatInstant } from '../../../calendar';
import type { Protocol } from '../../../config/protocol';
import { askedName, partnerName } from '../../../config/protocol-rules';
import { termsOf } from '../../../dispatch/notice-of-withdrawal';
import type { CaseDocument } from '../../../store/cases';
import type { Disclosure } from '../../../store/disclosures';
import type { WithdrawalOutcome, WithdrawalStage } from '../../../workflows/withdrawal/state';
import { lineInWords } from '../../disclosure-lines';
import type { Row, Seen, WordsOf } from '../process';
import type { WithdrawalContent } from './content';
import { obligationsIn, type Obligation, type Shared } from './obligations';

export const words: WordsOf<'withdrawal'> = {
  start: {
    href: '/withdrawals/new',
    text: 'Record a notice of withdrawal',
    hint: 'A partner leaves the protocol: four weeks’ notice, and what was shared is settled',
  },
  does: () => 'records that a partner withdraws, and asks what becomes of what was shared',
  asks: { name: 'what it holds', title: 'Say what became of what was shared', question: 'What became of what you hold?' },
  content: 'The notice, and what is to be settled',
  stages: {
    'notice-running': 'The four weeks of notice run',
    'to-be-settled': 'Has left, and something is to be settled',
    closed: 'Closed',
  } satisfies Record<WithdrawalStage, string>,
  outcomes: {
    settled: 'the partner has left, and all is settled',
    withdrawn: 'the notice was taken back',
  } satisfies Record<WithdrawalOutcome, string>,
  answers: {
    returned: { name: 'Returned', choice: 'We have returned it', recorded: 'It was returned' },
    destroyed: { name: 'Destroyed', choice: 'We have destroyed it', recorded: 'It was destroyed' },
    kept: { name: 'Kept', choice: 'We keep it, or a part of it', recorded: 'It is kept, or a part of it' },
    'nothing-held': { name: 'Nothing held', choice: 'We hold nothing', recorded: 'Nothing is held' },
  },
  ground: {
    label: 'The destruction record, or why you keep it',
    recorded: 'The destruction record, or why it is kept',
    hint: 'What was destroyed, when, how and by which role. Or what you keep, why (a law, or a retention period), and until when',
    missing: 'Enter what was destroyed, when and how; or why you keep it',
    name: 'The destruction record, or why it is kept',
  },
  steps: {
    request: 'Notice of the withdrawal',
    'reminder-early': 'First reminder',
    'membership-ended': 'News that the last day is over',
    'end-moved': 'News that the last day is another one',
    settled: 'News that all is settled',
    'opened-again': 'News that something is to be settled again',
  },
  reopened: 'Opened again by Concordat: something was disclosed since all was settled',
  becameOverdue: (asked) => `The time of ${asked} to settle what was shared has run out`,
  decisions: {},
  notAwaited: 'Not settled',
  withdrawal: 'A partner can take its notice back until its last day is over. It then stays a partner. A wrong day of receipt is no reason for that: correct it.',
  withdraw: 'Record that the notice was taken back',
  sent: {
    title: 'Notice recorded',
    due: 'By when what was shared is to be settled',
    silent: (isOne) => (isOne ? 'If no answer comes' : 'To each that does not answer'),
    next: (asked) =>
      `The notice is stored, and a mail goes to the single point of contact of ${asked}. You get a mail of each answer. When the ` +
      'last day is over, all of them are told, and the access of the partner ends by itself.',
    again: 'Record another notice',
  },
};

/** What the register and the open cases show of one side's holding, in a sentence or two. */
export function obligationInWords({ disclosures, of, openCases }: Obligation, protocol: Protocol): string {
  if (of === null) return 'What came from other partners in a way that the disclosure register does not know of';
  const shown = disclosures === 0 ? 'The disclosure register shows nothing' : `The disclosure register shows ${disclosures} disclosure${disclosures === 1 ? '' : 's'}`;
  const open = openCases.length === 0 ? '' : `. Open cases: ${openCases.join(', ')}`;
  return `${shown} of ${partnerName(protocol, of)}${open}`;
}

/** Lines of the disclosure register, each as the register shows it. */
export const disclosureRows = (lines: readonly Disclosure[], protocol: Protocol): Row[] =>
  lines.map((line) => {
    const { caseRef, disclosedAt, from, to, categories, identifiability, inFull, correctedByVersion, ...words } = lineInWords(line, protocol);
    const text = [
      `${from} to ${to}`,
      categories.join('; ') || 'No category of section 2',
      `${identifiability}, shared ${inFull ? 'in full' : 'in part'}`,
      correctedByVersion === undefined ? null : `Corrected by answer ${correctedByVersion}`,
      words.legalBasis,
      words.specialBasis,
      words.statute,
      words.means,
      ...words.handling,
    ];
    return { key: `${caseRef}, ${formatInstant(disclosedAt)}`, text: text.filter((part) => part !== null).join('\n') };
  });

const whoRunsOn =
  'Up to its last day it can end each itself, or another partner begins it anew: speak to it. From then on nobody of it signs in, and ' +
  'you can end what is still open, on its page.';

/** The notice, and of what is to be settled what may be shown: each side sees its own. */
export function withdrawalRows(
  document: CaseDocument,
  { notice }: WithdrawalContent,
  shared: Shared,
  { tasks, all }: Seen,
  protocol: Protocol,
): Row[] {
  const { withdraws, receivedOn, lastDay } = termsOf(document);
  const shown = obligationsIn(document, shared).filter(({ task }) => all || tasks.includes(task));
  return [
    { key: 'Who withdraws', text: partnerName(protocol, withdraws) },
    { key: 'Notice received on', text: formatDate(receivedOn) },
    { key: 'Last day as a partner', text: formatDate(lastDay) },
    ...(notice === '' ? [] : [{ key: 'What the notice says', text: notice }]),
    ...shown
      // Of those that hold nothing by the register, whoever sees all needs no line each.
      .filter(({ disclosures, openCases }) => !all || disclosures > 0 || openCases.length > 0)
      .map((obligation) => ({
        key: `What ${askedName(protocol, { ...obligation, partner: obligation.holds, team: null })} holds`,
        text: obligationInWords(obligation, protocol),
      })),
    ...(all && shared.opened.length > 0
      ? [{ key: `What ${partnerName(protocol, withdraws)} has opened itself`, text: `${shared.opened.join(', ')}. ${whoRunsOn}` }]
      : []),
    ...(all ? [{ key: 'What else is held', text: 'Of whoever is not named here the disclosure register shows nothing. Each is asked all the same.' }] : []),
  ];
}
