/** An ASB case review in words: what is said of its cases, and what was applied for. */
import { formatDate } from '../../../calendar';
import type { Protocol } from '../../../config/protocol';
import { askedName } from '../../../config/protocol-rules';
import type { CaseDocument } from '../../../store/cases';
import type { AsbCaseReviewOutcome, AsbCaseReviewStage } from '../../../workflows/asb-case-review/state';
import { basisInWords } from '../../cases/basis';
import type { Row, Seen, WordsOf } from '../process';
import { thresholdOf } from './application';
import type { DutyKind } from './duties';
import { isGrantedAgain, termsOf, type ReviewContent, type ThresholdDecision } from './content';

const stages = {
  'not-granted': 'Threshold not met, applicant to be told',
  granted: 'Review granted, partners to be asked',
  'awaiting-answers': 'Answers are awaited',
  unanswered: 'Reminders are finished, not all answered',
  collated: 'Collated, for the panel',
  'outcome-recorded': 'Panel has met, applicant to be told',
  'applicant-told': 'Applicant was told',
  'looked-at-again': 'Is looked at again',
  changed: 'Changed, to be recorded anew',
  closed: 'Closed',
} satisfies Record<AsbCaseReviewStage, string>;

export const words: WordsOf<'asb-case-review'> = {
  start: {
    href: '/asb-case-reviews/new',
    text: 'Open an ASB case review',
    hint: 'Put an application and the decision on its threshold on record, and ask the partners for what they hold',
  },
  does: (asked) => (asked.length === 0 ? 'has decided on an ASB case review' : `asks ${asked.join('; ')} what is held, for an ASB case review`),
  content: 'What was applied for',
  stages,
  stageTags: stages,
  outcomes: {
    reviewed: 'the review was carried out, and the applicant told its outcome',
    'threshold-not-met': 'the threshold was not met, and the applicant told',
    withdrawn: 'the application was withdrawn',
  } satisfies Record<AsbCaseReviewOutcome, string>,
  answers: {
    holds: { name: 'Holds', choice: 'We hold information, and share all of it', recorded: 'All that is held was shared' },
    'holds-part-withheld': {
      name: 'Holds, part withheld',
      choice: 'We hold information, and withhold a part of it',
      recorded: 'A part of what is held was withheld',
    },
    'nil-return': { name: 'Nil return', choice: 'Nil return: we hold nothing', recorded: 'It was a nil return' },
    refused: { name: 'Refused', choice: 'We refuse', recorded: 'It was refused' },
  },
  ground: {
    label: 'On what ground you refuse',
    recorded: 'On what ground it was refused',
    hint: 'Public bodies must normally comply (2014 Act, Schedule 4, paragraph 7), unless data protection law forbids it',
    missing: 'Enter on what ground you refuse',
    name: 'The ground of the refusal',
  },
  steps: {
    collated: 'News that all answers are in',
    'telling-decision-reminder': 'Reminder to tell the applicant the decision',
    'telling-decision-due-today': 'Reminder to tell the applicant the decision today',
    'telling-decision-overdue': 'Notice that the applicant was not told the decision in time',
    'telling-outcome-reminder': 'Reminder to tell the applicant the outcome',
    'telling-outcome-due-today': 'Reminder to tell the applicant the outcome today',
    'telling-outcome-overdue': 'Notice that the applicant was not told the outcome in time',
    'panel-named': 'News of being on the panel',
    'panel-moved': 'News of the day of the panel',
    'panel-withdrawn': 'News that the panel does not meet',
    'panel-met': 'News that the panel has met',
    'asking-asked': 'News that the review is granted',
    'asking-reminder': 'Reminder to ask the partners',
    'asking-due-today': 'Reminder to ask the partners today',
    'asking-overdue': 'Notice that the partners were not asked in time',
    'asking-moved': 'News of the new day for asking the partners',
    'action-asked': 'News of an action of the plan',
    'action-reminder': 'Reminder of an action of the plan',
    'action-due-today': 'Reminder of an action of the plan that is due today',
    'action-overdue': 'Notice that an action of the plan is overdue',
    'action-escalated': 'Notice that an action of the plan is still not done',
    'action-dropped': 'News that an action is not to be done any more',
    'action-changed': 'News that an action of the plan was changed',
    'action-withdrawn': 'News that an action is not to be done any more, as the review was withdrawn',
    'action-again': 'News that an action of the plan is to be done after all',
    'recording-reminder': 'Reminder to record what the panel decided',
    'recording-due-today': 'Reminder to record what the panel decided today',
    'recording-overdue': 'Notice that what the panel decided was not recorded in time',
    'recording-moved': 'News of the new day for recording what the panel decided',
    'anew-asked': 'News that what the panel decided was changed',
    'anew-reminder': 'Reminder to record anew what the panel decided',
    'anew-due-today': 'Reminder to record anew what the panel decided today',
    'anew-overdue': 'Notice that what the panel decided was not recorded anew in time',
    'anew-moved': 'News of the new day for recording anew what the panel decided',
    'action-settled': 'News of what came of an action of the plan',
    'looking-again-asked': 'News that the applicant is not satisfied',
    'looking-again-reminder': 'Reminder to look at it again',
    'looking-again-due-today': 'Reminder that it is to be looked at again today',
    'looking-again-overdue': 'Notice that looking at it again is overdue',
    'telling-decision-moved': 'News of the new day for telling the applicant the decision',
    'telling-outcome-moved': 'News of the new day for telling the applicant the outcome',
    'looking-again-moved': 'News of the new day for looking at it again',
  },
  duties: {
    'telling-decision': 'telling the applicant the decision',
    'telling-outcome': 'telling the applicant the outcome',
    'looking-again': 'looking at it again',
    asking: 'asking the partners',
    recording: 'recording what the panel decided',
    anew: 'recording anew what the panel decided',
  } satisfies Partial<Record<DutyKind, string>>,
  byLink: (number) => `Action ${number} of the plan of an ASB case review`,
  decisions: {},
  asked: 'Why these are asked',
  notAwaited: 'Not answered',
  withdrawal: 'Withdraw it if the applicant has withdrawn the application.',
  sent: {
    title: 'Review opened',
    due: 'By when they have to answer',
    silent: (isOne) => (isOne ? 'If no answer comes' : 'For each that does not answer'),
    next: (asked) =>
      `The review is stored, and a mail goes to the single point of contact of ${asked}. You get a mail at each answer. Tell the ` +
      'applicant that the threshold is met, put that on record on the page of the case, and name the panel there.',
    again: 'Open another review',
  },
};

/** How the threshold was decided, for everybody who sees that there is a case. */
export const thresholdInWords: Readonly<Record<ThresholdDecision, string>> = {
  obliged: 'The threshold is met: so many complaints qualify that the review must be carried out.',
  granted: 'The review is carried out by a decision with reasons.',
  'not-granted': 'The threshold is not met.',
};

/** What was decided not to be met, and changed on looking at it again. */
export const grantedAgainInWords = 'At first the threshold was decided not to be met. It was looked at again, and the review is carried out.';

/** What was applied for; how the applicant is reached, and what the team decided, only to whom sees all of it. */
export function reviewRows(document: CaseDocument, review: ReviewContent, seen: Seen, protocol: Protocol): Row[] {
  const { tasks } = document;
  const terms = termsOf(document);
  const { legalBasis, specialBasis, statute } = basisInWords(protocol, terms);
  const counted = thresholdOf(protocol, { appliedOn: terms.appliedOn, complaints: review.complaints });
  const nameOf = (code: string): string => protocol.categories.find((each) => each.code === code)?.name ?? code;
  const rows: Row[] = [
    { key: 'Whom to look for', text: review.persons },
    { key: 'What has happened', text: review.behaviour },
    { key: 'What is asked', text: tasks.length === 0 ? '' : 'All that you hold with regard to this' },
    ...tasks
      .filter(({ id }) => seen.tasks.includes(id))
      .map((task) => ({ key: `Of what ${askedName(protocol, task)} may share`, text: task.categories.map(nameOf).join('\n') })),
    { key: 'Legal basis', text: [legalBasis, specialBasis].filter((text) => text !== undefined).join('\n') },
    { key: 'Statute', text: statute?.name ?? '' },
    ...(seen.all
      ? [
          { key: 'Applied for by', text: `${review.applicantName}, on ${formatDate(terms.appliedOn)}` },
          { key: 'How the applicant is reached', text: seen.safeContact ? review.applicantContact : '' },
          { key: 'Victim', text: review.victimName },
          {
            key: 'Complaints',
            text: counted.complaints
              .map(({ text }, index) => [review.complaints[index]?.complainedTo ?? '', text].filter((part) => part !== '').join(': '))
              .join('\n'),
          },
          { key: 'Threshold', text: counted.text },
          { key: isGrantedAgain(terms) ? 'Why it was not granted at first' : 'Why it was decided so', text: review.decisionReason },
          { key: 'Why everybody is asked', text: review.allReason },
          { key: 'Why those without categories are asked', text: review.unlistedReason },
        ]
      : []),
  ];
  return rows.filter(({ text }) => text !== '');
}
