/** What the traffic answers: each kind of answer there is, with a mark in its words, if it has any. */
import type { AnswerKind } from '../../../config/processes';
import { minutesAgo } from './openings';

interface Words {
  readonly shared?: string;
  readonly ground?: string;
  /** What only the process asks, which the pages ask in inputs of their own. */
  readonly particulars?: object;
}

const all: Readonly<Record<AnswerKind, (mark: string) => Words>> = {
  'shared-in-full': (mark) => ({ shared: mark }),
  'shared-in-part': (mark) => ({ shared: 'What there is', ground: mark }),
  'nothing-held': () => ({}),
  refused: (mark) => ({ ground: mark }),
  'no-objection': () => ({}),
  objection: (mark) => ({ ground: mark }),
  holds: (mark) => ({ shared: mark }),
  'holds-part-withheld': (mark) => ({ shared: 'What is held', ground: mark }),
  'nil-return': () => ({}),
  acknowledged: () => ({}),
  'told-ico': (mark) => ({ particulars: { toldAt: minutesAgo(1), reference: mark } }),
  'not-told-ico': (mark) => ({ ground: mark }),
  tell: (mark) => ({ ground: mark, particulars: { when: 'Today', how: 'By telephone', byWhom: 'The council' } }),
  'do-not-tell': (mark) => ({ ground: mark }),
  returned: () => ({}),
  destroyed: (mark) => ({ ground: mark }),
  kept: (mark) => ({ ground: mark }),
  // The first item is of the holder that answers by API.
  representations: (mark) => ({ particulars: { I1: { stance: 'exemption', words: mark } } }),
};

export const wordsOf = (kind: AnswerKind, mark: string): Words => all[kind](mark);

export const hasWords = (kind: AnswerKind): boolean => Object.keys(all[kind]('')).length > 0;

/** Whether a page takes it by inputs that every process has. */
export const isPlain = (kind: AnswerKind): boolean => all[kind]('').particulars === undefined;
