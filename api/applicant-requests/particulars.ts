/** What an originator says of each item: nothing against it, representations, or that an exemption applies. Kept sealed with the answer. */
import { z } from 'zod';
import { itemsAsked } from '../../dispatch/items';
import type { AnswerParticulars } from '../cases/content';
import { optionalText } from '../forms/fields';
import type { AnsweredAt, Particulars, Row } from '../processes/process';

export const stances = {
  'no-objection': 'No objection',
  representation: 'Representations',
  exemption: 'An exemption is claimed',
} as const;
export type Stance = keyof typeof stances;
const stanceCodes = Object.keys(stances) as [Stance, ...Stance[]];

/** The inputs of an item: `stance-I1`, `words-I1`. */
const stanceInput = (item: string): string => `stance-${item}`;
const wordsInput = (item: string): string => `words-${item}`;

const said = z.object({
  stance: z.enum(stanceCodes, 'Choose what you say of this item'),
  words: optionalText(4_000).meta({ description: 'What is represented, or which exemption applies and why; needed unless there is no objection' }),
});

/**
 * By the id of each item that is asked about. Kept flat: what is said of `I1`, and the words of it as `I1 words`. What is said of an
 * item that was moved to another originator while the form was open is kept as well: it may be why it should not have been.
 */
const representationsSchema = ({ items, movedItems }: Pick<AnsweredAt, 'items' | 'movedItems'>) =>
  z
    .record(z.string(), said)
    .superRefine((given, context) => {
      const refuse = (path: string[], message: string) => context.addIssue({ code: 'custom', path, message });
      for (const item of items) {
        const of = given[item];
        if (of === undefined) refuse([item, 'stance'], `Choose what you say of item ${item.slice(1)}`);
        else if (of.stance !== 'no-objection' && of.words === '') refuse([item, 'words'], `Enter what you say of item ${item.slice(1)}`);
      }
      const unknown = Object.keys(given).find((item) => !items.includes(item) && !movedItems.includes(item));
      if (unknown !== undefined) refuse([unknown, 'stance'], 'You are not asked about this item');
      const [first] = items;
      const chosen = Object.values(given).map(({ stance }) => stance);
      if (first !== undefined && chosen.length > 0 && chosen.every((stance) => stance === 'no-objection')) {
        refuse([first, 'stance'], 'You have no objection to any item: choose that above');
      }
    })
    .transform((given): AnswerParticulars =>
      Object.fromEntries(
        Object.entries(given).flatMap(([item, { stance, words }]): [string, string][] => [[item, stance], ...(stance === 'no-objection' ? [] : [[`${item} words`, words] as [string, string]])]),
      ),
    );

const itemsIn = (particulars: AnswerParticulars): string[] => Object.keys(particulars).filter((name) => /^I\d+$/.test(name));

/** What an answer says of one item; null where it says nothing of it, as where there is no objection to any. */
export const saidOf = (item: string, particulars: AnswerParticulars): { readonly stance: Stance; readonly words: string } | null => {
  const stance = particulars[item] as Stance | undefined;
  return stance === undefined ? null : { stance, words: particulars[`${item} words`] ?? '' };
};

export const particulars: Particulars = {
  schemaOf: (kind, at) => (kind === 'representations' ? representationsSchema(at) : null),
  documented: [z.record(z.string(), said).meta({ id: 'ItemRepresentations', description: 'What is said of each item, by its id: `{ "I1": { "stance": "exemption", "words": "…" } }`' })],
  view: 'applicant-requests/particulars.njk',
  present: (task) => ({ consultedItems: itemsAsked(task), stances }),
  read: (typed) => {
    if (typed['kind'] !== 'representations') return {};
    const items = Object.keys(typed).flatMap((name) => /^words-(?<item>I\d+)$/.exec(name)?.groups?.['item'] ?? []);
    // An item of which nothing is said is asked about, or it is none of theirs any more.
    const given = items.filter((item) => typed[stanceInput(item)] !== undefined || typed[wordsInput(item)] !== '');
    return Object.fromEntries(given.map((item) => [item, { stance: typed[stanceInput(item)], words: typed[wordsInput(item)] ?? '' }]));
  },
  inputOf: (field) => {
    const [item = '', name] = field.split('.');
    if (!/^I\d+$/.test(item)) return undefined;
    return name === 'words' ? wordsInput(item) : stanceInput(item);
  },
  typed: (kind, given) =>
    kind === 'representations'
      ? Object.fromEntries(itemsIn(given).flatMap((item) => [[stanceInput(item), given[item] ?? ''], [wordsInput(item), given[`${item} words`] ?? '']]))
      : {},
  doneAt: () => null,
  rows: (given) =>
    itemsIn(given).map((item): Row => {
      const { stance, words } = saidOf(item, given) ?? { stance: 'no-objection', words: '' };
      return { key: `Item ${item.slice(1)}`, text: words === '' ? stances[stance] : `${stances[stance]}: ${words}` };
    }),
};
