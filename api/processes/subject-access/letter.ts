/** The letter to the applicant of a subject access request, as a template of what is on record: to print or copy. */
import { formatDate, londonDateOf } from '../../../calendar';
import type { IsoInstant } from '../../../config/clock';
import { partnerName } from '../../../config/protocol-rules';
import { discloses, itemsOf } from '../../../dispatch/items';
import { undecidedItems } from '../../../dispatch/may-disclose';
import type { Store } from '../../../store';
import type { AuditEntry } from '../../../store/audit';
import type { CaseDocument } from '../../../store/cases';
import type { Protocol } from '../../../config/protocol-types';
import { itemText } from '../../applicant-requests/content';
import type { Block, BlockDocument } from '../../documents/blocks';
import { readSubjectAccess, termsOf } from './content';

const paragraph = (text: string): Block => ({ kind: 'paragraph', text });
const heading = (text: string): Block => ({ kind: 'heading', level: 2, text });

/** What is disclosed, by its descriptions. Of what is withheld it says that something may be, and not what. @throws ContentUnreadable */
export function letterToApplicant(
  { document, record, now }: { readonly document: CaseDocument; readonly record: readonly AuditEntry[]; readonly now: IsoInstant },
  { protocol, store }: { readonly protocol: Protocol; readonly store: Pick<Store, 'cipher'> },
): BlockDocument {
  const { applicant, actsFor, contact } = readSubjectAccess(document, store);
  const { regime, receivedOn } = termsOf(document);
  const items = itemsOf(document, record);
  // A decision that has lapsed is none: what rests on it is not to be sent.
  const open = new Set(undecidedItems({ document, record, now }).map(({ id }) => id));
  const disclosed = items.filter(({ id, decided }) => decided !== null && discloses(decided.decision) && !open.has(id));
  const isAll = disclosed.length === items.length && items.every(({ decided }) => decided?.decision === 'disclose');
  const isPart3 = regime === 'law-enforcement';
  const title = 'Your request for the information that we hold about you';
  return {
    title,
    foot: document._id,
    blocks: [
      { kind: 'heading', level: 1, text: title },
      {
        kind: 'facts',
        rows: [
          { key: 'To', text: [actsFor === '' ? applicant : `${actsFor}, for ${applicant}`, contact].filter((text) => text !== '').join('\n') },
          { key: 'From', text: partnerName(protocol, document.openedBy.partner) },
          { key: 'Date', text: formatDate(londonDateOf(now)) },
          { key: 'Our reference', text: document._id },
        ],
      },
      paragraph(
        `On ${formatDate(receivedOn)} we received your request for the personal data that we hold about you ` +
          `(${isPart3 ? 'Data Protection Act 2018, section 45' : 'UK GDPR, Article 15'}).`,
      ),
      heading('What we send you'),
      disclosed.length === 0
        ? paragraph('We hold nothing about you that we can send you.')
        : {
            kind: 'table',
            caption: 'With this letter you get',
            head: ['What', 'How'],
            rows: disclosed.map((item) => [itemText(document, item, record, store), item.decided?.decision === 'disclose' ? 'In full' : 'In part']),
          },
      ...(isAll || items.length === 0
        ? []
        : [
            heading('What we do not send you'),
            paragraph(
              isPart3
                ? 'You do not get all that was looked at. Where we may not say more, we neither confirm nor deny that we hold anything else (Data Protection Act 2018, section 45(4) and (7)).'
                : 'You do not get all that was looked at: some of it is exempt from disclosure (Data Protection Act 2018, Schedules 2 to 4). [Say which exemption, unless saying so would defeat it.]',
            ),
          ]),
      heading('Your rights'),
      paragraph(
        'You can ask us to correct or erase what is wrong, or to restrict how we use it. If you are not satisfied, write to us, and ' +
          'somebody who did not decide looks at it again. You can complain to the Information Commissioner, and you can apply to a court.',
      ),
    ],
  };
}
