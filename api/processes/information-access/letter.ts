/** The letter to the applicant of an FOI or EIR request, as a template of what is on record: to print or copy. */
import { formatDate, londonDateOf } from '../../../calendar';
import { accessGround } from '../../../config/access-grounds';
import type { IsoInstant } from '../../../config/clock';
import { partnerName } from '../../../config/protocol-rules';
import type { Protocol } from '../../../config/protocol-types';
import { discloses, itemsOf, type ItemOnRecord } from '../../../dispatch/items';
import type { Store } from '../../../store';
import type { AuditEntry } from '../../../store/audit';
import type { CaseDocument } from '../../../store/cases';
import { groundsIn, itemText } from '../../applicant-requests/content';
import { noteIn } from '../../cases/content';
import type { Block, BlockDocument } from '../../documents/blocks';
import { groundsInWords, readInformationAccess, regimes, termsOf } from './content';

const paragraph = (text: string): Block => ({ kind: 'paragraph', text });
const heading = (text: string): Block => ({ kind: 'heading', level: 2, text });
const isOf = (decision: NonNullable<ItemOnRecord['decided']>['decision']) => (item: ItemOnRecord): boolean => item.decided?.decision === decision;

/**
 * A reply and, for what is withheld, the refusal notice that FOIA section 17 and EIR regulation 14 ask for: which exemption, why,
 * how the public interest was weighed, the internal review and the complaint to the Information Commissioner. Of what is neither
 * confirmed nor denied it says no more than that. @throws ContentUnreadable
 */
export function letterToApplicant(
  { document, record, now }: { readonly document: CaseDocument; readonly record: readonly AuditEntry[]; readonly now: IsoInstant },
  { protocol, store }: { readonly protocol: Protocol; readonly store: Pick<Store, 'cipher'> },
): BlockDocument {
  const { applicant, contact } = readInformationAccess(document, store);
  const { regime, receivedOn } = termsOf(document);
  const isFoi = regime === 'foi';
  const items = itemsOf(document, record);
  const text = (item: ItemOnRecord): string => itemText(document, item, record, store);
  const wrote = ({ decided }: ItemOnRecord, name: string): string => {
    const note = decided === null ? null : noteIn(document, decided.entry, store);
    return typeof note?.[name] === 'string' ? note[name] : '';
  };
  const disclosed = items.filter(({ decided }) => decided !== null && discloses(decided.decision));
  const exempt = items.filter((item) => isOf('withhold')(item) || isOf('disclose-in-part')(item));
  const notHeld = items.filter(isOf('not-held'));
  const neither = items.filter(isOf('neither-confirm-nor-deny'));
  const hasOpen = items.some(({ decided }) => decided === null);
  const title = 'Your request for information';
  const reasonsFor = (item: ItemOnRecord): Block[] => {
    const codes = item.decided === null ? [] : groundsIn(item.decided.entry);
    const publicInterest = wrote(item, 'publicInterest');
    const isWeighed = codes.some((code) => accessGround(regime, code)?.isQualified);
    return [
      paragraph(`${text(item)}: ${groundsInWords(document, codes)}. ${wrote(item, 'text')}`),
      ...(isWeighed && publicInterest !== '' ? [paragraph(`We weighed the public interest. ${publicInterest}`)] : []),
    ];
  };
  return {
    title,
    foot: document._id,
    blocks: [
      { kind: 'heading', level: 1, text: title },
      {
        kind: 'facts',
        rows: [
          { key: 'To', text: [applicant, contact].filter((line) => line !== '').join('\n') || '[Where the reply goes]' },
          { key: 'From', text: partnerName(protocol, document.openedBy.partner) },
          { key: 'Date', text: formatDate(londonDateOf(now)) },
          { key: 'Our reference', text: document._id },
        ],
      },
      paragraph(`On ${formatDate(receivedOn)} we received your request for information. We have answered it under the ${regimes[regime]}.`),
      ...(hasOpen || items.length === 0
        ? [paragraph(
          `[Not every item is decided. If the request is not answered item by item, say instead that it is refused ${isFoi ? 'under section 12 (the cost of compliance exceeds the appropriate limit: say what could be answered within it), section 14(1) (vexatious) or section 14(2) (repeated)' : 'under regulation 12(4)(b) (manifestly unreasonable), and how the public interest was weighed'}, ` +
            'or that it was passed to another authority, and to which.]',
          )]
        : []),
      ...(disclosed.length === 0
        ? []
        : [
            heading('What we send you'),
            {
              kind: 'table',
              caption: 'With this letter you get',
              head: ['What', 'How'],
              rows: disclosed.map((item) => [text(item), item.decided?.decision === 'disclose' ? 'In full' : 'In part']),
            } satisfies Block,
          ]),
      ...(exempt.length === 0
        ? []
        : [heading('What we do not send you, and why'), ...exempt.flatMap(reasonsFor)]),
      ...(notHeld.length === 0
        ? []
        : [
            heading('What we do not hold'),
            paragraph(
              isFoi
                ? 'We do not hold the following (section 1(1)(a) of the Act).'
                : 'We did not hold the following when we received your request (regulation 12(4)(a)).',
            ),
            ...notHeld.map((item) => paragraph(`${text(item)}. ${wrote(item, 'text')}`)),
          ]),
      ...(neither.length === 0
        ? []
        : [
            heading('What we neither confirm nor deny'),
            ...neither.map((item) =>
              paragraph(
                `Of the following we neither confirm nor deny that we hold it, under ${groundsInWords(document, item.decided === null ? [] : groundsIn(item.decided.entry))}: ${text(item)}. ` +
                  '[Say why, unless saying so would itself give exempt information away.]',
              ),
            ),
          ]),
      heading('If you are not satisfied'),
      paragraph(
        isFoi
          ? 'Write to us within 40 working days of this letter, and ask for an internal review. Somebody who did not decide looks at it again, and we aim to reply within 20 working days.'
          : 'Write to us within 40 working days of this letter, and say what you think is wrong (regulation 11). Somebody who did not decide looks at it again, and we reply within 40 working days.',
      ),
      paragraph(
        `After that you can apply to the Information Commissioner for a decision (section 50 of the Freedom of Information Act 2000${isFoi ? '' : ', as regulation 18 applies it'}): ` +
          'Information Commissioner’s Office, Wycliffe House, Water Lane, Wilmslow, Cheshire SK9 5AF; ico.org.uk.',
      ),
    ],
  };
}
