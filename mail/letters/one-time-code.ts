import type { Letter } from '../letter';

/** The code that shows a request to whoever reads the registered mailbox of a role. */
export function oneTimeCodeLetter(facts: {
  readonly caseRef: string;
  readonly code: string;
  readonly minutes: number;
  /** Whose mailbox it goes to, in words: "single point of contact". */
  readonly mailboxOf: string;
}): Letter {
  return {
    subject: `${facts.caseRef} Your one-time code`,
    heading: 'Your one-time code',
    paragraphs: [
      `Enter this code on the page that asked for it. It works once, within ${facts.minutes} minutes.`,
      'Give it to nobody. If you did not ask for it, somebody else has the link: tell your CSP manager.',
    ],
    facts: [
      { label: 'Reference', value: facts.caseRef },
      { label: 'Code', value: facts.code },
    ],
    footer: `You get this because this mailbox is registered for the ${facts.mailboxOf} of your organisation under the information sharing protocol.`,
  };
}
