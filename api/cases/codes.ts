/** The codes that stand with an answer and with what asks for it, in words. */

/** The codes themselves, as a schema takes them. */
export const codesOf = <Code extends string>(names: Readonly<Record<Code, string>>) => Object.keys(names) as [Code, ...Code[]];

/** Protective markings; `other` is said in words. */
export const markings = {
  none: 'No marking',
  official: 'OFFICIAL',
  'official-sensitive': 'OFFICIAL-SENSITIVE',
  other: 'Another marking',
} as const;

/** How an answer was given that did not come through Concordat. */
export const waysGiven = {
  telephone: 'By telephone',
  'secure-mail': 'By secure mail',
  'other-system': 'In another system',
  letter: 'By letter',
  meeting: 'In a meeting',
} as const;

/** How the requester would like to be answered, as agreed between the two sides. */
export const means = {
  concordat: 'In Concordat',
  'secure-email': 'Secure e-mail',
  telephone: 'Telephone',
  letter: 'Letter',
  meeting: 'Meeting',
} as const;
