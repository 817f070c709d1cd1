import { discloses } from '../../../dispatch/items';
import type { ItemDecision } from '../../../workflows/shared/contract';
import type { ApplicantRequestKind } from '../../applicant-requests/kind';
import { groundsOf, readInformationAccess, termsOf } from './content';
import { letters } from './letters';
import { reviewOf, whyNoReview } from './review';

/** How a request ends that was answered item by item. */
function outcomeByItem(decided: readonly ItemDecision[]) {
  if (decided.every((decision) => decision === 'disclose')) return 'disclosed';
  if (decided.every((decision) => decision === 'not-held')) return 'not-held';
  return decided.some(discloses) ? 'disclosed-in-part' : 'withheld';
}

/** What FOI and EIR requests have of their own among the requests of an applicant. */
export const informationAccessKind: ApplicantRequestKind = {
  decisions: [
    { value: 'disclose', text: 'All of it' },
    { value: 'disclose-in-part', text: 'A part of it', hint: 'The rest is exempt' },
    { value: 'withhold', text: 'Nothing: it is exempt' },
    { value: 'not-held', text: 'It is not held', hint: 'Say where you looked, and who may hold it' },
    { value: 'neither-confirm-nor-deny', text: 'It is neither confirmed nor denied that it is held', hint: 'Where to say so would itself give exempt information away' },
  ],
  stops: [
    {
      awaiting: 'particulars',
      text: 'To say what is meant',
      hint: 'Only if the information cannot be found without it. The clock stands still, and starts anew with the answer: 20 working days from then',
    },
    {
      awaiting: 'fees-notice',
      text: 'To pay a fee',
      hint: 'A fees notice under section 9, or an advance charge under regulation 8. The days from the notice to the payment are left out, both included',
    },
  ],
  stopNote:
    'A fee can be paid for three months under FOIA, and for 60 working days under the EIR. If it is not, the request lapses: you are told, and the case closes ten working days later.',
  startNotes: {
    particulars: 'The 20 working days count anew from the day on which it came.',
    'fees-notice': 'The days from the notice until it came are left out, both included.',
  },
  extendLink: (document) => (termsOf(document).regime === 'foi' ? 'Extend the time to weigh the public interest' : 'Extend the time to 40 working days'),
  replies: [
    { value: 'replied', text: 'What was decided on each item', hint: 'Disclosed, exempt, not held, or neither confirmed nor denied' },
    { value: 'refused-cost', text: 'That to answer would cost too much', hint: 'FOIA section 12, above the appropriate limit; EIR regulation 12(4)(b)' },
    { value: 'refused-vexatious', text: 'That the request is vexatious, or manifestly unreasonable', hint: 'FOIA section 14(1); EIR regulation 12(4)(b)' },
    { value: 'refused-repeated', text: 'That it repeats one that was answered before', hint: 'FOIA section 14(2); EIR regulation 12(4)(b)' },
    { value: 'transferred', text: 'That it was passed to the authority that holds the information', hint: 'Code of practice under section 45; EIR regulation 10' },
  ],
  onlyDeciderRefuses: true,
  needsItems: true,
  outcomeOf: (said, decided) => (said === 'replied' ? outcomeByItem(decided) : said),
  groundsOf,
  applicantOf: (document, store) => readInformationAccess(document, store).applicant,
  review: (document, record) => ({ running: reviewOf(document, record), canBegin: whyNoReview(document, record) === null }),
  isAbout: () => null,
  letters,
};
