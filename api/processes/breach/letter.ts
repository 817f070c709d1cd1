/**
 * The letter that tells somebody of a breach of personal data, once the owner has decided that the people concerned are told:
 * what Article 34(2) of the UK GDPR asks for, or section 68(2) of the Data Protection Act 2018. What is not on record, or is of
 * one person only, is left to be filled in. To print or copy: nothing is sent from here.
 */
import { formatDate, londonDateOf } from '../../../calendar';
import type { IsoInstant } from '../../../config/clock';
import type { Protocol } from '../../../config/protocol-types';
import { answerTo } from '../../../dispatch/items';
import type { AuditEntry } from '../../../store/audit';
import type { CaseDocument } from '../../../store/cases';
import { recordView } from '../../case-content';
import { readAnswer } from '../../cases/content';
import type { WebDependencies } from '../../dependencies';
import type { Block, BlockDocument } from '../../documents/blocks';
import { pdfOf } from '../../documents/pdf';
import { actorOf } from '../../http/actor';
import { sendPdf } from '../../http/downloads';
import type { OnCase, Routes } from '../../http/routes';
import type { ReadsContent } from '../process';
import { readBreach, regimeOf, tasksOf, termsOf, type BreachRegime } from './content';

export function letterPages(routes: Routes, deps: WebDependencies): void {
  const path = '/cases/:ref/letters/people-concerned';
  routes.onCase(path, 'see-breach-content', {
    get: async (context) => {
      const written = await letterFor(context, deps);
      if (written !== null) context.response.render('breach/letter.njk', { caseRef: context.document._id, ...written });
    },
  });
  routes.onCase(`${path}.pdf`, 'see-breach-content', {
    get: async (context) => {
      const written = await letterFor(context, deps);
      if (written !== null) await sendPdf(context.response, pdfOf(written.letter, new Date(deps.clock.now())), `${context.document._id} letter.pdf`);
    },
  });
}

/** When, how and by whom they are told, as the owner decided. */
interface HowTold {
  readonly when: string;
  readonly how: string;
  readonly byWhom: string;
}

/** The letter, for whom it is shown to: that is on record before it is opened. Null, and back to the room, while nobody is to be told. */
async function letterFor({ document, request, response }: OnCase, deps: WebDependencies) {
  const { store, clock } = deps;
  const telling = tellingIn(document, await store.audit.of(document._id));
  if (telling === null) {
    response.redirect(303, `/cases/${document._id}/breach-room`);
    return null;
  }
  const { id, version } = telling;
  await recordView(document, actorOf(request, 'page', deps), ['request', `${id}/answer/${version}`], deps);
  const { particulars = {} } = readAnswer(document, telling.answer, store);
  const told: HowTold = { when: particulars['when'] ?? '', how: particulars['how'] ?? '', byWhom: particulars['byWhom'] ?? '' };
  return { told, letter: letterToPeople(document, told, clock.now(), deps) };
}

/** The owner's decision that the people concerned are told; null while there is none, or they are not. */
export function tellingIn(document: CaseDocument, record: readonly AuditEntry[]) {
  const [task] = tasksOf(document, 'decide-telling');
  const answer = task === undefined ? null : answerTo(task, record);
  return task === undefined || answer?.kind !== 'tell' ? null : { id: task.id, version: answer.version, answer };
}

const laws: Readonly<Record<BreachRegime, string>> = {
  'uk-gdpr': 'Article 34 of the UK GDPR',
  'law-enforcement': 'section 68 of the Data Protection Act 2018',
};

/** What is to be filled in stands between brackets, so that nobody sends it unseen. */
const gap = (what: string): string => `[To be filled in: ${what}]`;

const paragraph = (text: string): Block => ({ kind: 'paragraph', text });
const heading = (text: string): Block => ({ kind: 'heading', level: 2, text });
const title = 'A breach of security that concerns your personal data';

/** It binds whoever is a controller of the breached copy; which of them writes is not known where they are under different laws. */
function lawOf(document: CaseDocument, protocol: Protocol): string {
  const [law = laws[termsOf(document).regime], ...others] = new Set(tasksOf(document, 'decide-ico').map(({ partner }) => laws[regimeOf(document, partner, protocol)]));
  return others.length === 0 ? law : gap(`${[law, ...others].join(', or ')}: the one that the organisation that writes is under`);
}

/** One content for the page and the PDF. @throws ContentUnreadable */
function letterToPeople(document: CaseDocument, { byWhom }: HowTold, now: IsoInstant, { protocol, store }: ReadsContent): BlockDocument {
  const { detectedAt, categories } = termsOf(document);
  const { what, effect, measures } = readBreach(document, store);
  const categoryName = (code: string): string => protocol.categories.find((each) => each.code === code)?.name ?? code;
  return {
    title,
    foot: document._id,
    blocks: [
      { kind: 'heading', level: 1, text: title },
      {
        kind: 'facts',
        rows: [
          { key: 'To', text: gap('name and address') },
          { key: 'From', text: gap(`name of the organisation. It was decided that they are told by: ${byWhom}`) },
          { key: 'Date', text: formatDate(londonDateOf(now)) },
          { key: 'Our reference', text: document._id },
        ],
      },
      paragraph(`We write to you because a breach of security concerns personal data about you. We tell you under ${lawOf(document, protocol)}.`),
      heading('What happened'),
      paragraph(what),
      paragraph(`We found out about it on ${formatDate(londonDateOf(detectedAt))}.`),
      heading('Which information about you is concerned'),
      { kind: 'list', items: categories.map(categoryName) },
      paragraph(gap('which of these concern this person, and leave out the others')),
      heading('What it may mean for you'),
      paragraph(effect),
      heading('What we have done about it, and what we propose'),
      paragraph(measures === '' ? gap('what was done, and what is proposed, also against its effects') : measures),
      heading('What you can do'),
      paragraph(gap('steps that this person can take, and where to find help; leave this out if there are none')),
      heading('Whom you can ask'),
      {
        kind: 'facts',
        rows: [
          { key: 'Data protection officer or other contact', text: gap('name') },
          { key: 'Telephone and e-mail', text: gap('telephone number and e-mail address') },
        ],
      },
      paragraph('You can also complain to the Information Commissioner: ico.org.uk/make-a-complaint.'),
    ],
  };
}
