/** An information request in words: what is said of its cases, and what was asked. */
import { formatDate } from '../../../calendar';
import type { Protocol } from '../../../config/protocol';
import { askedName } from '../../../config/protocol-rules';
import type { CaseDocument } from '../../../store/cases';
import type { InformationRequestOutcome, InformationRequestStage } from '../../../workflows/information-request/state';
import { means } from '../../cases/codes';
import type { Row, WordsOf } from '../process';
import { termsOf, type RequestContent } from './content';
import { channels } from './request';

export const words: WordsOf<'information-request'> = {
  start: {
    href: '/information-requests/new',
    text: 'Ask for information',
    hint: 'Ask one or more partners for what they may hold',
  },
  does: (asked) => `asks ${asked.join('; ')} for information`,
  content: 'What was asked',
  stages: {
    'awaiting-answers': 'Answers are awaited',
    unanswered: 'Reminders are finished, not all answered',
    answered: 'All have answered',
    closed: 'Closed',
  } satisfies Record<InformationRequestStage, string>,
  outcomes: {
    'answers-confirmed': 'the answers were confirmed',
    'answers-not-contested': 'the answers were not contested in time',
    'closed-unanswered': 'left unanswered',
    withdrawn: 'the request was withdrawn',
  } satisfies Record<InformationRequestOutcome, string>,
  answers: {
    'shared-in-full': { name: 'Shared in full', choice: 'We share all of it', recorded: 'All of it was shared' },
    'shared-in-part': { name: 'Shared in part', choice: 'We share part of it', recorded: 'Part of it was shared' },
    'nothing-held': { name: 'Nothing held', choice: 'We hold nothing', recorded: 'Nothing is held' },
    refused: { name: 'Refused', choice: 'We refuse', recorded: 'It was refused' },
  },
  ground: {
    label: 'Why you refuse',
    recorded: 'Why it was refused',
    hint: 'The ground in law, or what in the request cannot be met',
    missing: 'Enter why you refuse',
    name: 'Why it is refused',
  },
  decisions: {},
  notAwaited: 'Left unanswered',
  allUnanswered: 'The case closes as unanswered. Nobody else is waited for.',
  withdrawal: 'Withdraw it if you do not need the information any more.',
  sent: {
    title: 'Request sent',
    due: 'By when they have to answer',
    silent: (isOne) => (isOne ? 'If no answer comes' : 'For each that does not answer'),
    next: (asked) =>
      `The request is stored, and a mail goes to the single point of contact of ${asked}. You get a mail when they answer.`,
    again: 'Ask for something else',
  },
};

/** What was asked, with names in place of codes; of single tasks only what `seen` has. */
export function requestRows(
  document: CaseDocument,
  { personName, personDetails, asked, purpose, urgentBecause, justifications }: RequestContent,
  seen: readonly string[],
  protocol: Protocol,
): Row[] {
  const { tasks } = document;
  const terms = termsOf(document);
  const nameOf = (listed: readonly { readonly code: string; readonly name: string }[], code: string | null): string =>
    listed.find((each) => each.code === code)?.name ?? code ?? '';
  const basisOf = (code: string | null): string => {
    const basis = protocol.legalBases.find((each) => each.code === code);
    return basis === undefined ? (code ?? '') : `${basis.name} (${basis.provision})`;
  };
  const ofTasks = tasks.filter(({ id }) => seen.includes(id)).flatMap((task) => [
    { key: `Asked of ${askedName(protocol, task)}`, text: task.categories.map((code) => nameOf(protocol.categories, code)).join('\n') },
    { key: `Why ${askedName(protocol, task)} is asked`, text: justifications[task.id] ?? '' },
  ]);
  const rows: Row[] = [
    { key: 'About whom', text: personName },
    { key: 'More about the person', text: personDetails },
    { key: 'What is asked', text: asked },
    ...ofTasks,
    {
      key: 'How it may be shared',
      text: terms.identifiability === 'anonymised' ? 'Anonymised only: nobody may be named' : 'As personal data',
    },
    { key: 'What it is needed for', text: purpose },
    { key: 'Legal basis', text: [basisOf(terms.legalBasis), basisOf(terms.specialBasis)].filter((text) => text !== '').join('\n') },
    { key: 'Statute', text: nameOf(protocol.statutes, terms.statute) },
    { key: 'How it was asked', text: channels[terms.channel as keyof typeof channels] },
    { key: 'How to answer', text: means[terms.means as keyof typeof means] },
    { key: 'Urgent: needed by', text: terms.neededByOn === null ? '' : formatDate(terms.neededByOn) },
    { key: 'Why it is urgent', text: urgentBecause },
  ];
  return rows.filter(({ text }) => text !== '');
}
