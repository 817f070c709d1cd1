import type { Letter } from '../letter';

/**
 * To one person: the bank holidays have changed, and with them the dates of several cases.
 * @param letters what each would say in a mail of its own
 */
export function movedDatesLetter(letters: readonly Letter[]): Letter {
  return {
    subject: `New dates: the bank holidays have changed (${letters.length} dates)`,
    heading: `${letters.length} dates have moved because the bank holidays have changed`,
    paragraphs: [
      'Each is listed here with its date before, its new date and how that was counted. Reminders are counted from the new ' +
        'dates. The record of each case keeps both.',
    ],
    facts: [],
    parts: letters.map(({ subject, paragraphs, facts, link }) => ({
      heading: subject,
      paragraphs: paragraphs.slice(0, 1),
      facts,
      ...(link === undefined ? {} : { link }),
    })),
    footer:
      'You get this because these cases concern you under the information sharing protocol. A link is for its case only. One ' +
      'that needs no account sends a one-time code to this mailbox before it shows anything.',
  };
}
