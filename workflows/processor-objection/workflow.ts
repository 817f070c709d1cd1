/**
 * Change of processor (protocol section 4, Responsibilities).
 *
 * A partner intends that a processor is added or replaced. Every other joint controller that has signed is told through
 * its SPOC and may object until its time is over; it is reminded before. An answer ends at once all further mail to it.
 * An objection goes at once to whoever opened the case and to the CSP manager. Silence to the end counts as none, and is
 * recorded as such. When nobody can object in time any more: without an objection the case ends; else whoever opened it
 * withdraws the change, or goes on with a reason that those who objected can read until the case closes by itself. Whoever
 * comes to object by then has it decided anew.
 * The change may be withdrawn at any time before; a closed case that is reopened is a new run of its own.
 */
import { continueAsNew } from '@temporalio/workflow';
import { beginsAt, runCase } from '../shared/case-loop';
import type { ProcessorObjectionInput, ProcessorObjectionResult } from './contract';
import { detailsOf, waitingFor } from './details';
import { processorObjectionRules as rules, resultOf } from './rules';

export async function processorObjection(input: ProcessorObjectionInput): Promise<ProcessorObjectionResult> {
  const change = input.carriedOver ?? rules.open(input, beginsAt(input));
  await runCase(
    input,
    change,
    { ...rules, waitingFor, detailsOf },
    (carriedOver) => continueAsNew<typeof processorObjection>({ ...input, carriedOver }),
  );
  return resultOf(change);
}
