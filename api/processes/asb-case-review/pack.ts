/**
 * The collated pack of a review: what was applied for, what each partner gave and under which conditions, what is missing,
 * what the panel decided. One list of blocks, for the page and for the PDF. Made when it is asked for, and not kept.
 */
import { formatDate, formatInstant, londonDateOf } from '../../../calendar';
import type { IsoInstant } from '../../../config/clock';
import { partnerName } from '../../../config/protocol-rules';
import type { Protocol } from '../../../config/protocol-types';
import type { AuditEntry } from '../../../store/audit';
import type { CaseDocument } from '../../../store/cases';
import type { Store } from '../../../store';
import { answerInWords } from '../../cases/answer-in-words';
import { readNote } from '../../cases/content';
import type { CaseContent } from '../../case-content';
import type { TaskView } from '../../case-view';
import type { Block, BlockDocument } from '../../documents/blocks';
import { grantedAgain, outcomeOf, readOutcome, toldOf } from './acts';
import { thresholdOf } from './application';
import { boardOf, boardColumns, type BoardRow } from './board';
import { readReview, termsOf } from './content';

interface Collated {
  readonly document: CaseDocument;
  readonly record: readonly AuditEntry[];
  readonly views: readonly TaskView[];
  /** What may be seen of it, and was put on record as seen. */
  readonly content: CaseContent;
  readonly now: IsoInstant;
}

/** @throws ContentUnreadable */
export function packOf(
  collated: Collated,
  { protocol, store }: { readonly protocol: Protocol; readonly store: Pick<Store, 'cipher'> },
): BlockDocument {
  const { document, record, now } = collated;
  const { panelOn } = termsOf(document);
  const rows = boardOf(document, collated.views, protocol).columns.flatMap((column) => column.rows);
  const given = rows.map((row) => ({ row, answer: answerOfRow(row, collated, protocol) }));
  const title = `ASB case review ${document._id}: collated information`;
  return {
    title,
    foot: [`${document._id}, for the review SPOC and the panel only`, ...markingLines(given)].join('. '),
    blocks: [
      { kind: 'heading', level: 1, text: title },
      {
        kind: 'notice',
        title: 'How this must be handled',
        lines: [
          ...markingLines(given),
          'It has personal data in it: for the review SPOC and the panel only.',
          ...given.flatMap(({ row, answer }) => (answer?.handling ?? []).filter((each) => !each.startsWith('Marked ')).map((each) => `${row.name}: ${each}`)),
        ],
      },
      {
        kind: 'facts',
        rows: [
          { key: 'Review by', text: partnerName(protocol, document.openedBy.partner) },
          ...(outcomeOf(document, record) === null
            ? [{ key: panelOn !== null && panelOn < londonDateOf(now) ? 'The panel was to meet' : 'The panel meets', text: panelOn === null ? 'No day is set yet' : formatDate(panelOn) }]
            : []),
          { key: 'This was collated', text: `${formatInstant(now)}. What comes later is not in it` },
        ],
      },
      { kind: 'heading', level: 2, text: 'At a glance' },
      {
        kind: 'table',
        caption: 'What each partner has answered',
        head: ['Partner', 'Answer', 'Received'],
        rows: rows.map((row) => [row.name, statusOf(row), row.view.answer === null ? '' : formatInstant(row.view.answer.receivedAt)]),
      },
      ...missing(rows),
      ...applied(document, record, protocol, store),
      { kind: 'heading', level: 2, text: 'What each partner gave' },
      ...given.flatMap(({ row, answer }): Block[] => (answer === undefined ? [] : partBy(row, answer))),
      ...(given.some(({ answer }) => answer !== undefined) ? [] : [paragraph('Nobody has answered yet.')]),
      ...decided(document, record, protocol, store),
    ],
  };
}

type AnswerWords = ReturnType<typeof answerInWords>;

const paragraph = (text: string): Block => ({ kind: 'paragraph', text });

function answerOfRow(row: BoardRow, { document, content }: Collated, protocol: Protocol): AnswerWords | undefined {
  // Of a task that was asked again, what was answered before is no answer to this.
  const [newest] = content.tasks.get(row.task)?.answers ?? [];
  if (newest === undefined || row.view.answer?.key !== newest.answer.key) return undefined;
  return answerInWords(document.process, newest, protocol);
}

/** The pack as a whole is marked as the most protected of its parts. */
function markingLines(given: readonly { readonly row: BoardRow; readonly answer: AnswerWords | undefined }[]): string[] {
  const markings = [...new Set(given.flatMap(({ answer }) => answer?.handling.filter((each) => each.startsWith('Marked ')) ?? []))];
  const usual = ['Marked OFFICIAL-SENSITIVE', 'Marked OFFICIAL'];
  const strictest = usual.find((marking) => markings.includes(marking));
  return [...(strictest === undefined ? [] : [strictest]), ...markings.filter((marking) => !usual.includes(marking))];
}

function statusOf({ column, view }: BoardRow): string {
  const late = view.late ? ', late' : '';
  if (column !== 'silent') return `${boardColumns[column]}${late}`;
  return view.question !== null ? 'Silent: its question is open' : view.overdue ? 'Silent: overdue' : view.tag.text;
}

function missing(rows: readonly BoardRow[]): Block[] {
  const items = rows.flatMap((row): string[] => {
    switch (row.column) {
      case 'silent':
        return [`${row.name} has not answered. ${row.view.plan.dueOn === undefined ? '' : `Due by the end of ${formatDate(row.view.plan.dueOn)}.`}`];
      case 'refused':
        return [`${row.name} refused. Its ground is below.`];
      case 'holds-part-withheld':
        return [`${row.name} withheld a part. What, and why, is below.`];
      default:
        return [];
    }
  });
  return [
    { kind: 'heading', level: 2, text: 'What is missing' },
    items.length === 0 ? paragraph('Nothing: everybody who was asked has answered in full, or holds nothing.') : { kind: 'list', items },
  ];
}

function applied(document: CaseDocument, record: readonly AuditEntry[], protocol: Protocol, store: Pick<Store, 'cipher'>): Block[] {
  const again = grantedAgain(document, record);
  const review = readReview(document, store);
  const { appliedOn, threshold } = termsOf(document);
  const counted = thresholdOf(protocol, { appliedOn, complaints: review.complaints });
  const rows = [
    { key: 'Applied for', text: `by ${review.applicantName} on ${formatDate(appliedOn)}` },
    { key: 'Victim', text: review.victimName },
    { key: 'Who it is about', text: review.persons },
    { key: 'What has happened', text: review.behaviour },
    { key: 'Threshold', text: threshold === 'obliged' ? counted.text : `${counted.text} It was decided to carry out the review${again === undefined ? '' : ', on looking again at the decision not to'}.` },
    { key: again === undefined ? 'Why' : 'Why not at first', text: review.decisionReason },
    { key: 'Why it was changed', text: again === undefined ? '' : readNote(document, again, store) },
  ];
  return [
    { kind: 'heading', level: 2, text: 'The application' },
    { kind: 'facts', rows: rows.filter(({ text }) => text !== '') },
    { kind: 'heading', level: 3, text: 'Complaints' },
    {
      kind: 'list',
      items: counted.complaints.map(({ text }, index) => {
        const to = review.complaints[index]?.complainedTo ?? '';
        return to === '' ? text : `To ${to}. ${text}`;
      }),
    },
  ];
}

/** What a partner gave, under its conditions, which come before it. */
function partBy({ name, view }: BoardRow, answer: AnswerWords): Block[] {
  const rows = [
    { key: 'Answer', text: `${answer.kind}${view.late ? ', late' : ''}, received at ${formatInstant(answer.receivedAt)}` },
    { key: 'Information', text: answer.shared },
    { key: answer.groundKey, text: answer.ground },
    { key: 'Files, to be opened in Concordat', text: answer.files.map((file) => `${file.name} (${file.size})`).join('\n') },
    { key: 'How it was given', text: answer.given === undefined ? '' : `${answer.given}, by ${answer.givenByName}` },
  ];
  return [
    { kind: 'heading', level: 3, text: name },
    ...(answer.handling.length === 0 ? [] : [{ kind: 'notice', title: 'Handling conditions', lines: answer.handling } as const]),
    { kind: 'facts', rows: rows.filter(({ text }) => text !== '') },
  ];
}

function decided(document: CaseDocument, record: readonly AuditEntry[], protocol: Protocol, store: Pick<Store, 'cipher'>): Block[] {
  const outcome = outcomeOf(document, record);
  if (outcome === null) return [];
  const content = readOutcome(document, outcome, store);
  const told = toldOf(document, record, 'outcome');
  return [
    { kind: 'heading', level: 2, text: 'What the panel decided' },
    {
      kind: 'facts',
      rows: [
        { key: 'The panel met', text: formatDate(outcome.heldOn) },
        { key: 'What it found', text: content.text },
        { key: 'The applicant', text: told === null ? 'is not told yet' : `was told on ${formatDate(told.on)}, ${told.how.toLowerCase()}` },
      ],
    },
    ...(outcome.actions.length === 0
      ? [paragraph('It decided on no action.')]
      : [
          {
            kind: 'table',
            caption: 'Action plan',
            head: ['Action', 'Who does it', 'By'],
            rows: outcome.actions.map(({ owner, dueOn }, index) => [content.actions[index] ?? '', partnerName(protocol, owner), formatDate(dueOn)]),
          } as const,
        ]),
  ];
}
