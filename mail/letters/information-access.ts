/** What the mails of an FOI or EIR request say in their own words. */
import type { Letter } from '../letter';
import type { RequestWords } from './applicant-request';
import { datesOf, type TaskFacts } from './task';

const asAWhole = (what: string): { readonly subject: string; readonly text: string } => ({
  subject: 'The request was not answered item by item',
  text: `${what} Nothing that came from your organisation was disclosed by it, and nothing is asked of you any more.`,
});

const byItem = { subject: 'The applicant has the reply', text: 'The request is closed. Sign in to read what was decided on each item that came from your organisation.' };

export const informationAccessWords: RequestWords = {
  title: 'FOI or EIR request',
  a: 'An FOI or EIR request',
  short: 'FOI or EIR',
  warns: 'asks for your advice',
  rule: 'The partners that some of it came from are asked for their advice. The decision is yours, and none of them binds you.',
  extension:
    'The time can be extended once, and the applicant has to be told within the first 20 working days: under FOIA to weigh the ' +
    'public interest, under the EIR to 40 working days where the request is complex and voluminous.',
  ends: {
    'ended-disclosed': byItem,
    'ended-disclosed-in-part': byItem,
    'ended-withheld': byItem,
    'ended-not-held': byItem,
    'ended-refused-cost': asAWhole('To answer the request would cost too much, and it was refused as a whole.'),
    'ended-refused-vexatious': asAWhole('The request was refused as a whole, as vexatious or manifestly unreasonable.'),
    'ended-refused-repeated': asAWhole('The request was refused as a whole, as it repeats one that was answered before.'),
    'ended-transferred': asAWhole('The request was passed to another authority.'),
    'ended-fee-unpaid': asAWhole('The fee was not paid in time, so the request has lapsed.'),
  },
};

/** To the authority that received the request: the time to pay a fee has run out. */
export function feeLapsedLetter(facts: TaskFacts, role: 'spoc' | 'deputy' | 'governance-lead'): Letter {
  const who = { spoc: 'the contact', deputy: 'the deputy of the contact', 'governance-lead': 'the information governance lead' }[role];
  return {
    subject: `${facts.caseRef} The fee was not paid in time: the request lapses`,
    heading: 'The time to pay the fee has run out',
    paragraphs: [
      'No payment is on record. The request closes by itself in some days; the page of its items says when.',
      'If the fee came in time, put that on record now: the clock then goes on. Afterwards the case cannot be opened again.',
    ],
    facts: datesOf(facts).filter(({ label }) => label === 'Reference'),
    link: { label: 'Open the request', url: facts.url },
    footer: `You get this as ${who} of your organisation under the information sharing protocol. Sign in to see what is in it.`,
  };
}
