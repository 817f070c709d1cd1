/**
 * Putting on record that a partner was told by telephone or in person what its mail may not have told it: of a breach, or that
 * something that came from it may be disclosed.
 */
import { z } from 'zod';
import { formatInstant } from '../../calendar';
import type { IsoInstant } from '../../config/clock';
import { definitionOf } from '../../config/processes';
import { callsTo } from '../../dispatch/items';
import type { AuditEntry } from '../../store/audit';
import type { CaseDocument, CaseTask } from '../../store/cases';
import type { Store } from '../../store';
import { text } from '../forms/fields';
import { pastMoment } from '../forms/moments';
import { Invalid } from '../http/refusals';
import { carryOutAct, type ActingOnTask } from './acts';
import { readNote } from './content';
import type { CaseDependencies } from './dependencies';

/** How a partner is told beside the mail. */
export const waysCalled = { telephone: 'By telephone', 'in-person': 'In person', 'other-way': 'In another way' } as const;
const wayCodes = Object.keys(waysCalled) as [keyof typeof waysCalled, ...(keyof typeof waysCalled)[]];

export const callSchema = (now: IsoInstant) =>
  z.object({
    called: pastMoment({ day: 'Day of the call', what: 'they were told' }, now),
    how: z.enum(wayCodes, 'Choose how they were told'),
    text: text('Enter who was told', 2_000).meta({ description: 'Who told whom, by name and role, and what was said; kept sealed' }),
  });

/** @throws Invalid for a call before there was anything to tell; Refusal 409; CaseOutOfReach, and the act may still be done later */
export async function recordCall(
  { document, task, called, how, text: words, ...acting }: ActingOnTask & z.output<ReturnType<typeof callSchema>>,
  deps: CaseDependencies,
): Promise<void> {
  const isOfBreach = definitionOf(document.process).countedFrom === 'detection';
  const since = isOfBreach ? (document.terms as { readonly detectedAt: IsoInstant }).detectedAt : await askedAt(document, task, deps);
  // A call is entered by the minute.
  if (Date.parse(called) < Date.parse(since) - (Date.parse(since) % 60_000)) {
    const before = isOfBreach ? 'the breach was detected' : 'it was put on record what came from them';
    throw new Invalid([{ field: 'called', message: `They cannot have been told before ${before}, at ${formatInstant(since)}` }]);
  }
  const facts = { calledAt: called, how };
  await carryOutAct({ document, ...acting }, { name: `call/${task.id}`, act: 'call-recorded', task: task.id, facts, note: { text: words } }, deps);
}

/** When a task was put on record: with the case, or later. */
async function askedAt({ _id, openedAt }: CaseDocument, { id }: CaseTask, { store }: Pick<CaseDependencies, 'store'>): Promise<IsoInstant> {
  const added = (await store.audit.of(_id, 'items-changed')).find(({ facts }) => (facts['tasks'] as unknown as readonly CaseTask[]).some((task) => task.id === id));
  return added?.at ?? openedAt;
}

/** The calls by which a partner was told of a task, as a page shows them. @throws ContentUnreadable */
export const callsShown = (task: CaseTask, document: CaseDocument, record: readonly AuditEntry[], store: Pick<Store, 'cipher'>) =>
  callsTo(task, record).map((entry) => ({
    at: entry.facts['calledAt'],
    how: waysCalled[entry.facts['how'] as keyof typeof waysCalled],
    text: readNote(document, entry, store),
  }));
