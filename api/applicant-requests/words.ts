/** What is said alike of every request of an applicant, whatever law it is answered by. */
export const requestWords = {
  noObjection: { name: 'No objection', choice: 'We have no objection to any of them', recorded: 'They have no objection to any of them' },
  ground: {
    label: 'Reasons',
    recorded: 'Their reasons',
    hint: 'They stay on record',
    missing: 'Enter the reasons',
    name: 'Reasons',
  },
  reply: {
    name: 'reply to the applicant',
    done: 'replied to the applicant',
    title: 'Reply to the applicant',
    question: 'What was the applicant told?',
  },
  steps: {
    request: 'First mail',
    'reminder-early': 'First reminder',
    'raised-before': 'Reminder, also to the information governance lead,',
    referred: 'Referral of the items',
    dropped: 'News that nothing is asked any more',
    'item-moved': 'News that an item came from somebody else',
    decided: 'News of what was decided',
    'disclosed-before': 'News that an item is disclosed before the time has run out',
    'clock-started': 'News that the clock goes on',
    'ended-withdrawn': 'News that the request was withdrawn',
    'ended-left': 'News that the request goes on outside Concordat',
  },
  replied: 'News that the applicant has the reply',
  refused: 'News that the request was refused',
  sent: {
    due: 'By when the applicant has to have the reply',
    silent: (isOne: boolean) => (isOne ? 'If nothing is done' : 'To each that does not answer'),
    again: 'Record another request',
  },
} as const;
