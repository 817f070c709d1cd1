/** A change of processor in words: what is said of its cases, and what is to change. */
import { formatDate } from '../../../calendar';
import type { Protocol } from '../../../config/protocol';
import { partnerName } from '../../../config/protocol-rules';
import type { CaseDocument } from '../../../store/cases';
import type { ProcessorObjectionOutcome, ProcessorObjectionStage } from '../../../workflows/processor-objection/state';
import type { Row, WordsOf } from '../process';
import { termsOf, type ChangeContent } from './content';

export const words: WordsOf<'processor-objection'> = {
  start: {
    href: '/processor-changes/new',
    text: 'Tell of a change of processor',
    hint: 'Tell the joint controllers that a processor is to be added or replaced, so that they can object',
  },
  does: (asked) => `tells ${asked.join('; ')} of a change of processor`,
  content: 'What is to change',
  stages: {
    'awaiting-answers': 'Answers are awaited',
    objected: 'Somebody objected, to be decided',
    'going-on': 'Goes on in spite of an objection',
    closed: 'Closed',
  } satisfies Record<ProcessorObjectionStage, string>,
  outcomes: {
    'no-objection': 'nobody objected in time',
    'gone-on': 'the change goes on in spite of an objection',
    withdrawn: 'the change was withdrawn',
  } satisfies Record<ProcessorObjectionOutcome, string>,
  answers: {
    'no-objection': { name: 'No objection', choice: 'We do not object', recorded: 'No objection' },
    objection: { name: 'Objection', choice: 'We object', recorded: 'An objection' },
  },
  ground: {
    label: 'Why you object',
    recorded: 'Why they object',
    hint: 'What in the change puts people or their data at risk, or breaks the protocol or the law',
    missing: 'Enter why you object',
    name: 'Why it objects',
  },
  steps: {
    request: 'Notice of the change',
    reopened: 'News that the change is open again',
    'reminder-deputy': 'Reminder, also to the deputy,',
    'last-day': 'Reminder that the time to object ends today',
    objection: 'News of an objection',
    'objection-lifted': 'News that an objection is none any more',
    'to-decide': 'Request to decide on an objection',
    'no-objection': 'News that nobody objected',
    'gone-on': 'News that the change goes on',
  },
  becameOverdue: (asked) => `The time of ${asked} to object has ended`,
  decisions: {
    'go-on': {
      done: 'decided to go on in spite of an objection',
      link: 'Go on in spite of the objection',
      title: 'Go on in spite of the objection?',
      consequences:
        'The change goes on. Whoever has objected is told by mail and can read your reason, until the case closes by ' +
        'itself some working days later. If another controller objects by then, it is to be decided anew. To give the change up, withdraw it instead.',
      reason: 'Why do you go on?',
      name: 'Why the change goes on',
    },
  },
  notAwaited: 'Did not object in time',
  withdrawal: 'Withdraw it if the processor is not to be added or replaced after all.',
  sent: {
    title: 'Notice sent',
    due: 'By when they can object',
    silent: (isOne) => (isOne ? 'If no answer comes' : 'To each that does not answer'),
    next: (asked) =>
      `The notice is stored, and a mail goes to the single point of contact of ${asked}. You get a mail of each answer, ` +
      'and when the time to object has ended. Whoever says nothing by then did not object in time.',
    again: 'Tell of another change',
  },
};

/** What is to change, with names in place of codes. */
export function changeRows(
  document: CaseDocument,
  { processor, work, guarantees }: ChangeContent,
  protocol: Protocol,
): Row[] {
  const { change, replaces, categories, beginsOn } = termsOf(document);
  const nameOf = (code: string): string => protocol.categories.find((each) => each.code === code)?.name ?? code;
  return [
    { key: 'Processor', text: processor },
    {
      key: 'What changes',
      text: change === 'addition' || replaces === null ? 'It is added' : `It takes the place of ${partnerName(protocol, replaces)}`,
    },
    { key: 'What it will do', text: work },
    { key: 'With which data', text: categories.map(nameOf).join('\n') },
    { key: 'How the data are protected', text: guarantees },
    { key: 'From when', text: formatDate(beginsOn) },
  ];
}
