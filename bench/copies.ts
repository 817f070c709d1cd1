import type { IsoInstant } from '../config/clock';
import type { CaseDocument } from '../store/cases';
import type { InformationRequestInput } from '../workflows/information-request/contract';
import type { Office } from './office';

/**
 * Puts a copy of a case into the database whose ladder has other moments, since working days cannot be waited for; in everything
 * else it is a real one, under a reference and with a key of its own. The worker's sweep finds and starts it.
 * @param momentsFor gives the new moments of its rungs and of the due moment, in milliseconds since 1970, in their order
 */
export async function copyWithLadder(
  office: Office,
  of: string,
  ref: string,
  momentsFor: (moments: readonly IsoInstant[]) => readonly number[],
): Promise<string> {
  const opened = await office.cases.findOne({ _id: of });
  if (opened === null) throw new Error('The case that was opened is not in the database.');
  const { store } = await office.store();
  await office.cases.insertOne({ ...withLadder(opened, ref, momentsFor), key: store.cipher.newCaseKey(ref), content: {} });
  return ref;
}

function withLadder(opened: CaseDocument, ref: string, momentsFor: (moments: readonly IsoInstant[]) => readonly number[]): CaseDocument {
  const input = opened.startInput;
  const tasks = input.tasks.map((task) => {
    const { rungs, dueAt } = task.clock;
    const moments = [...new Set([...rungs.map(({ at }) => at), dueAt])].sort();
    const chosen = momentsFor(moments);
    const moved = (at: IsoInstant) => new Date(chosen[moments.indexOf(at)] ?? NaN).toISOString() as IsoInstant;
    return { ...task, clock: { ...task.clock, dueAt: moved(dueAt), rungs: rungs.map((rung) => ({ ...rung, at: moved(rung.at) })) } };
  });
  const startInput: InformationRequestInput = { ...input, caseRef: ref, tasks };
  return { ...opened, _id: ref, submissionId: ref, startInput, startedAt: null, projection: { ...opened.projection, seq: 0 } };
}
