import { z } from 'zod';
import { londonDateOf } from '../../../calendar';
import type { CaseDocument } from '../../../store/cases';
import { Invalid } from '../../http/refusals';
import { beginsTooSoon } from './change';
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
  dayAhead: 'beginsOn',
  // As at the opening: nobody can object after the change has begun.
  reopenedWith: ({ projection, tasks, terms }, _record, { beginsOn }, { protocol, holidays, clock }) => {
    const knows = { protocol, holidays, today: londonDateOf(clock.now()) };
    const fault = beginsTooSoon(beginsOn ?? termsOf({ terms }).beginsOn, knows);
    if (fault !== undefined) throw new Invalid([{ field: 'beginsOn', message: fault }]);
    return {
      input: wasWithdrawn(projection) ? { toldOfEnd: Object.fromEntries(tasks.map(({ id }) => [id, ['spoc']])) } : {},
      ...(typeof beginsOn === 'string' ? { terms: { beginsOn } } : {}),
    };
  },
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
