/** A personal data breach in words: what is said of its cases, and what happened. */
import { formatInstant } from '../../../calendar';
import type { Protocol } from '../../../config/protocol';
import { partnerName } from '../../../config/protocol-rules';
import type { CaseDocument, CaseTask } from '../../../store/cases';
import type { BreachOutcome, BreachStage } from '../../../workflows/breach/state';
import type { Row, WordsOf } from '../process';
import { byLawOf, partnersOf, regimesInWords, tasksOf, termsOf, type BreachContent } from './content';

export const words: WordsOf<'breach'> = {
  start: {
    href: '/breaches/new',
    text: 'Report a personal data breach',
    hint: 'Tell all partners that it concerns at once, and keep the 24 and the 72 hours',
  },
  does: (asked) => `reports a personal data breach to ${[...new Set(asked)].join('; ')}`,
  content: 'What happened',
  stages: {
    'awaiting-acknowledgements': 'A partner has not acknowledged',
    'awaiting-decisions': 'To be decided or completed: the ICO, or the people concerned',
    'to-close': 'Nothing is awaited, to be closed',
    closed: 'Closed',
  } satisfies Record<BreachStage, string>,
  stageTags: { 'to-close': 'To close' },
  outcomes: {
    'dealt-with': 'it was dealt with',
    'no-breach': 'it was no personal data breach',
    withdrawn: 'it was reported by mistake',
  } satisfies Record<BreachOutcome, string>,
  kinds: {
    acknowledge: {
      name: 'acknowledgement',
      done: 'acknowledged the breach',
      title: 'A personal data breach: acknowledge it',
      question: 'Have you taken notice?',
    },
    'decide-ico': {
      name: 'decision on the ICO',
      done: 'decided on telling the ICO',
      title: 'Decide whether to tell the ICO',
      question: 'What has your organisation decided?',
      afterwards:
        'A draft of the notification to the ICO is in the breach room, and what the ICO is told later is put on record there: sign in. If you have no account, tell whoever reported the breach, who can put it on record for you.',
      undecided: {
        tag: 'Left undecided',
        consequences:
          'It is not waited for any more. It stays on record as undecided, and the mails that tell of the end say so. What the law asks of the controller does not end with it.',
      },
    },
    'give-view': {
      name: 'view on telling the people concerned',
      done: 'gave its view on telling the people concerned',
      title: 'Should the people concerned be told?',
      question: 'What is your view?',
    },
    'decide-telling': {
      name: 'decision on telling the people concerned',
      done: 'decided whether the people concerned are told',
      title: 'Decide whether the people concerned are told',
      question: 'What does your organisation decide, whose data it was?',
      undecided: {
        tag: 'Left undecided',
        consequences: 'It is not waited for any more. It stays on record as undecided, and the mails that tell of the end say so.',
      },
    },
  },
  answers: {
    acknowledged: { name: 'Acknowledged', choice: 'We have taken notice of the breach', recorded: 'They have taken notice of the breach' },
    'told-ico': { name: 'The ICO was told', choice: 'We have told the ICO', recorded: 'They have told the ICO', counts: 'The ICO was told' },
    'not-told-ico': { name: 'The ICO is not told', choice: 'We do not tell the ICO', recorded: 'They do not tell the ICO' },
    tell: { name: 'Tell the people concerned', choice: 'The people concerned are to be told', recorded: 'The people concerned are to be told' },
    'do-not-tell': {
      name: 'Do not tell the people concerned',
      choice: 'The people concerned are not to be told',
      recorded: 'The people concerned are not to be told',
    },
  },
  ground: {
    label: 'Reasons',
    recorded: 'Their reasons',
    hint: 'Such as how likely a risk to people’s rights and freedoms is, and how high. They stay on record',
    missing: 'Enter the reasons',
    name: 'Reasons',
  },
  steps: {
    request: 'Notice of the breach',
    reopened: 'News that the breach is open again',
    chase: 'Reminder',
    'chase-deputy': 'Reminder, also to the deputy,',
    // Six hours before the time is over.
    'escalate-governance': 'Reminder, raised with the governance lead,',
    // Also where it is reported, or a partner added, once that time is over.
    'last-hours': 'Urgent reminder',
    'due-now': 'Reminder that the time is over',
    'views-in': 'Request to decide now',
    'telling-decided': 'News of the decision on telling the people concerned',
    'awareness-corrected': 'News of the hours by law, counted from another time,',
    'ico-recorded': 'News that what it said about the ICO was put on record',
    'reasons-for-delay': 'Request for the reasons for a delay',
    'left-undecided': 'News that its decision is not waited for any more',
    'left-as-it-is': 'News that what was to follow for the ICO is not waited for any more',
    'to-close': 'News that nothing is awaited any more',
    'to-close-again': 'News that nothing is awaited any more',
    'ended-dealt-with': 'News that the breach is closed',
    'ended-no-breach': 'News that it was no breach',
    'ended-withdrawn': 'News that it was reported by mistake',
  },
  becameOverdue: (asked, kind) => {
    switch (kind) {
      case 'decide-ico':
        return `72 hours have passed and ${asked} has not decided on telling the ICO`;
      case 'give-view':
        return `The time of ${asked} to give its view has ended`;
      case 'decide-telling':
        return `The time of ${asked} to decide whether the people concerned are told has ended`;
      default:
        return `24 hours have passed and ${asked} has not acknowledged`;
    }
  },
  decisions: {},
  notAwaited: 'Not awaited any more',
  withdrawal: 'Withdraw it if it was reported by mistake. If it turned out to be no breach, close it with that outcome instead. Either is possible once each controller, and the owner of the data, has decided.',
  sent: {
    title: 'Breach reported',
    due: 'By when each has to acknowledge',
    silent: (isOne) => (isOne ? 'If it does not acknowledge' : 'To each that does not acknowledge'),
    next: (asked) => `The breach is stored, and a mail goes at once to the breach address of ${asked}. The breach room shows how it stands.`,
    again: 'Report another breach',
  },
};

/** What happened, with names in place of codes. */
export function breachRows(
  document: CaseDocument,
  { what, where, effect, people, records, measures }: BreachContent,
  { protocol }: { readonly protocol: Protocol },
): Row[] {
  const { detectedAt, owner, categories, regime } = termsOf(document);
  const categoryName = (code: string): string => protocol.categories.find((each) => each.code === code)?.name ?? code;
  const names = (codes: readonly string[]): string => codes.map((code) => partnerName(protocol, code)).join('\n');
  const controllerInWords = (task: CaseTask): string => {
    const { from, dueAt } = byLawOf(task);
    return `${partnerName(protocol, task.partner)}: aware at ${formatInstant(from)}, by law 72 hours from then, until ${formatInstant(dueAt)}`;
  };
  return [
    { key: 'Detected', text: formatInstant(detectedAt) },
    { key: 'What happened', text: what },
    { key: 'Where', text: where },
    { key: 'Whose data it was', text: partnerName(protocol, owner) },
    { key: 'Controllers of the breached copy', text: tasksOf(document, 'decide-ico').map(controllerInWords).join('\n') },
    { key: 'Partners that are involved', text: names(partnersOf(document)) },
    { key: 'Data concerned', text: categories.map(categoryName).join('\n') },
    { key: 'Processed under', text: regimesInWords(regime, tasksOf(document, 'decide-ico').map(({ partner }) => partner), protocol) },
    { key: 'People concerned', text: people === '' ? 'Not known yet' : people },
    { key: 'Records concerned', text: records === '' ? 'Not known yet' : records },
    { key: 'Likely effect', text: effect },
    { key: 'Measures', text: measures === '' ? 'None recorded yet' : measures },
  ];
}
