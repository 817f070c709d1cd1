import { z } from 'zod';
import type { WebProcess } from '../process';
import { changes, readChange, termsOf } from './content';
import { changeRows, words } from './words';

/** Change of processor (protocol section 4, Responsibilities), as the web shows it. */
export const processorObjection: WebProcess = {
  words,
  isConfirmed: false,
  decisionsOf: ({ projection }) => (projection.stage === 'objected' ? ['go-on'] : []),
  rows: (document, _seen, { store, protocol }) => changeRows(document, readChange(document, store), protocol),
  content: (document, _seen, { store }) => ({
    request: { ...readChange(document, store), ...termsOf(document) },
    justifications: {},
  }),
  contentSchema: z
    .object({
      processor: z.string(),
      change: z.enum(changes),
      replaces: z.string().nullable(),
      work: z.string(),
      guarantees: z.string(),
      categories: z.array(z.string()),
      beginsOn: z.string().meta({ format: 'date' }),
    })
    .meta({ id: 'ProcessorChangeContent' }),
  neededByOn: () => null,
};
