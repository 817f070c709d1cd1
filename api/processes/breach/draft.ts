/**
 * A draft of what a controller tells the ICO, built from the record: what Article 33(3) of the UK GDPR asks for, or section
 * 67(4) of the Data Protection Act 2018 where the data were processed for law enforcement. What is not known is said to be.
 */
import { formatInstant } from '../../../calendar';
import { partnerByCode, partnerName } from '../../../config/protocol-rules';
import type { Protocol } from '../../../config/protocol';
import { answerBefore, answerTo, toldAt } from '../../../dispatch/items';
import type { AnswerDocument } from '../../../store/answers';
import type { AuditEntry } from '../../../store/audit';
import type { CaseDocument, CaseTask } from '../../../store/cases';
import { recordView } from '../../case-content';
import { readAnswer, readNote } from '../../cases/content';
import type { WebDependencies } from '../../dependencies';
import type { Block, BlockDocument } from '../../documents/blocks';
import { actorOf } from '../../http/actor';
import type { Routes } from '../../http/routes';
import type { ReadsContent, Row } from '../process';
import type { regimes} from './content';
import { byLawOf, readBreach, regimeOf, tasksOf, termsOf } from './content';
import { icoInformationOf } from './standing';

export function draftPage(routes: Routes, deps: WebDependencies): void {
  routes.onTask('/cases/:ref/tasks/:task/ico-draft', 'inform-ico', {
    get: async ({ document, task, request, response }) => {
      const record = await deps.store.audit.of(document._id);
      const by = actorOf(request, 'page', deps);
      await recordView(document, by, ['request', ...seenIn(document, task, record)], deps);
      response.render('breach/draft.njk', { caseRef: document._id, draft: icoDraft(document, task, record, deps) });
    },
  });
}

/** What a draft shows besides what was reported. */
const seenIn = (document: CaseDocument, task: CaseTask, record: readonly AuditEntry[]): string[] => [
  ...[task, ...tasksOf(document, 'decide-telling')].flatMap((each) => {
    const answers = [answerTo(each, record), each === task ? answerBefore(each, record) : null];
    return answers.flatMap((answer) => (answer === null ? [] : [`${each.id}/answer/${answer.version}`]));
  }),
  ...icoInformationOf(task, record).map(({ act, seq }) => `${act}/${seq}`),
];

interface Provisions {
  readonly law: string;
  readonly nature: string;
  readonly contact: string;
  readonly consequences: string;
  readonly measures: string;
  readonly delay: string;
  readonly phases: string;
}

const provisions: Readonly<Record<keyof typeof regimes, Provisions>> = {
  'uk-gdpr': {
    law: 'Article 33 of the UK GDPR',
    nature: 'Article 33(3)(a)',
    contact: 'Article 33(3)(b)',
    consequences: 'Article 33(3)(c)',
    measures: 'Article 33(3)(d)',
    delay: 'Article 33(1)',
    phases: 'Article 33(4)',
  },
  'law-enforcement': {
    law: 'section 67 of the Data Protection Act 2018',
    nature: 'section 67(4)(a)',
    contact: 'section 67(4)(b)',
    consequences: 'section 67(4)(c)',
    measures: 'section 67(4)(d)',
    delay: 'section 67(3)',
    phases: 'section 67(5)',
  },
};

const notKnown = 'Not known yet. To be told later, in phases.';

/** One content for the page, and for whatever else it is printed as. @throws ContentUnreadable */
export function icoDraft(
  document: CaseDocument,
  task: CaseTask,
  record: readonly AuditEntry[],
  deps: ReadsContent & Pick<WebDependencies, 'holidays'>,
): BlockDocument {
  const { protocol, store } = deps;
  const { detectedAt, owner, categories } = termsOf(document);
  const by = provisions[regimeOf(document, task.partner, protocol)];
  const { from: awareFrom, dueAt: lawUntil } = byLawOf(task);
  const { what, where, effect, people, records, measures } = readBreach(document, store);
  const controller = partnerName(protocol, task.partner);
  const categoryName = (code: string): string => protocol.categories.find((each) => each.code === code)?.name ?? code;
  const told = tasksOf(document, 'acknowledge').map((each) => {
    const known = toldAt(document, each, record);
    return `${partnerName(protocol, each.partner)}: ${known === null ? 'not told yet' : `told at ${formatInstant(known.at)}`}`;
  });
  return {
    title: `Notification of a personal data breach by ${controller}`,
    foot: `${document._id}. Draft for ${controller}, made from the record. Official-sensitive until it is sent.`,
    blocks: [
      { kind: 'heading', level: 1, text: `Notification of a personal data breach by ${controller}` },
      { kind: 'paragraph', text: `Draft of what ${by.law} asks for, made from the record of ${document._id}. Check it, complete it, and send it to the Information Commissioner by its own form or telephone line: nothing is sent from here.` },
      { kind: 'heading', level: 2, text: 'Controller' },
      { kind: 'facts', rows: controllerRows(protocol, task.partner) },
      { kind: 'heading', level: 2, text: 'When' },
      {
        kind: 'facts',
        rows: [
          { key: 'Detected', text: formatInstant(detectedAt) },
          { key: 'The controller became aware', text: formatInstant(awareFrom) },
          { key: 'Seventy-two hours from awareness end', text: formatInstant(lawUntil) },
          ...icoRows(document, task, record, by, deps),
        ],
      },
      { kind: 'heading', level: 2, text: `Nature of the breach (${by.nature})` },
      {
        kind: 'facts',
        rows: [
          { key: 'What happened', text: what },
          { key: 'Where', text: where },
          { key: 'Data concerned', text: categories.map(categoryName).join('\n') },
          { key: 'Whose data it was', text: partnerName(protocol, owner) },
          { key: 'People concerned, approximately', text: people === '' ? notKnown : people },
          { key: 'Records concerned, approximately', text: records === '' ? notKnown : records },
        ],
      },
      { kind: 'heading', level: 2, text: `Contact point (${by.contact})` },
      { kind: 'facts', rows: contactRows(protocol, task.partner) },
      { kind: 'heading', level: 2, text: `Likely consequences (${by.consequences})` },
      { kind: 'paragraph', text: effect },
      { kind: 'heading', level: 2, text: `Measures taken or proposed (${by.measures})` },
      { kind: 'paragraph', text: measures === '' ? notKnown : measures },
      { kind: 'paragraph', text: 'Under the information sharing protocol all partners that are involved were told:' },
      { kind: 'list', items: told },
      ...tellingBlocks(document, record, deps),
      ...phaseBlocks(document, task, record, by, deps),
    ],
  };
}

function controllerRows(protocol: Protocol, code: string) {
  const partner = partnerByCode(protocol, code);
  return [
    { key: 'Name', text: partnerName(protocol, code) },
    { key: 'Registration with the ICO', text: partner?.icoReference ?? 'To be entered' },
  ];
}

const contactRows = (protocol: Protocol, code: string) => [
  { key: 'Data protection officer', text: 'To be entered: name and telephone number' },
  { key: 'Breach address of the protocol', text: partnerByCode(protocol, code)?.contacts.breach ?? 'To be entered' },
];

/** When the ICO was told, and why so late: also before the breach was opened again, where this was asked anew. */
function icoRows(document: CaseDocument, task: CaseTask, record: readonly AuditEntry[], by: Provisions, { store }: ReadsContent): Row[] {
  const answer = answerTo(task, record);
  const before = answerBefore(task, record);
  return [
    ...(answer === null
      ? [{ key: 'The ICO', text: before === null ? 'Not decided yet' : 'To be decided anew, as the breach was opened again' }]
      : decidedRows(document, task, answer, by, { store })),
    ...(before === null ? [] : decidedRows(document, task, before, by, { store }).map(({ key, text }) => ({ key: `${key}, before the breach was opened again`, text }))),
  ];
}

function decidedRows(document: CaseDocument, task: CaseTask, answer: AnswerDocument, by: Provisions, { store }: Pick<ReadsContent, 'store'>): Row[] {
  const { ground, particulars = {} } = readAnswer(document, answer, store);
  if (answer.kind !== 'told-ico') return [{ key: 'The ICO', text: `Not told, for these reasons: ${ground}` }];
  return [
    { key: 'The ICO was told', text: formatInstant(answer.receivedAt) },
    { key: 'Reference', text: particulars['reference'] === '' ? 'None yet' : (particulars['reference'] ?? 'None yet') },
    ...(particulars['delay'] ? [{ key: isLateByLaw(answer, task) ? `Reasons for the delay (${by.delay})` : withinTheLaw, text: particulars['delay'] }] : []),
  ];
}

const withinTheLaw = 'Why the 72 hours of the protocol had passed; those of the law had not, so that the ICO need not be told';

const isLateByLaw = ({ receivedAt }: AnswerDocument, task: CaseTask): boolean => Date.parse(receivedAt) >= Date.parse(byLawOf(task).dueAt);

function tellingBlocks(document: CaseDocument, record: readonly AuditEntry[], { store, protocol }: ReadsContent): Block[] {
  const [telling] = tasksOf(document, 'decide-telling');
  const answer = telling === undefined ? null : answerTo(telling, record);
  if (telling === undefined) return [];
  const decider = partnerName(protocol, telling.partner);
  if (answer === null) return [{ kind: 'paragraph', text: `It is not decided yet whether the people concerned are told. ${decider} decides.` }];
  const { ground, particulars = {} } = readAnswer(document, answer, store);
  const how = answer.kind === 'tell' ? `They are told: ${particulars['when'] ?? ''}; ${particulars['how'] ?? ''}; by ${particulars['byWhom'] ?? ''}.` : 'They are not told.';
  return [{ kind: 'paragraph', text: `${decider} has decided on telling the people concerned. ${how} Reasons: ${ground}` }];
}

function phaseBlocks(document: CaseDocument, task: CaseTask, record: readonly AuditEntry[], by: Provisions, { store }: ReadsContent): Block[] {
  const phases = icoInformationOf(task, record);
  if (phases.length === 0) return [];
  return [
    { kind: 'heading', level: 2, text: `Told since, in phases (${by.phases})` },
    {
      kind: 'facts',
      rows: phases.map((entry) => ({
        key: formatInstant(entry.facts['informedAt'] as typeof entry.at),
        text: readNote(document, entry, store),
      })),
    },
  ];
}
