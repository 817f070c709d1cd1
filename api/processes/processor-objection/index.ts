import { z } from 'zod';
import type { CaseDocument } from '../../../store/cases';
import type { WebProcess } from '../process';
import { changes, readChange, termsOf } from './content';
import { changeRows, words } from './words';

/** Whether every controller was told that it has ended. */
const wasWithdrawn = ({ outcome }: Pick<CaseDocument['projection'], 'outcome'>): boolean => outcome === 'withdrawn';

/** Change of processor (protocol section 4, Responsibilities), as the web shows it. */
export const processorObjection: WebProcess = {
  words,
  isConfirmed: false,
  reopeningTellsBesides: ({ projection }) => (wasWithdrawn(projection) ? 'Every controller that was told that the processor does not change is told that it is open again.' : undefined),
  reopenedWith: ({ projection, tasks }) => ({
    input: wasWithdrawn(projection) ? { toldOfEnd: Object.fromEntries(tasks.map(({ id }) => [id, ['spoc']])) } : {},
  }),
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
