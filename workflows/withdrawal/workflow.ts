/**
 * Withdrawal of a partner (protocol section 13).
 *
 * A partner gives four weeks' written notice to the designated contact point. All other partners are told, and asked what
 * becomes of the information that each holds of it; the partner that leaves is asked the same of what it holds of the
 * others. Each returns it, destroys it and says how, or keeps it and says why; each is reminded before the last day.
 * Until then the notice can be taken back, and two people can put its day right. At the end of the 28 days the partner is a former partner, and everybody is
 * told. What is not settled climbs its ladder, and nobody can leave it open. When all is settled, the case ends.
 */
import { continueAsNew } from '@temporalio/workflow';
import { beginsAt, runCase } from '../shared/case-loop';
import type { WithdrawalInput, WithdrawalResult } from './contract';
import { detailsOf, waitingFor } from './details';
import { resultOf, withdrawalRules as rules } from './rules';

export async function withdrawal(input: WithdrawalInput): Promise<WithdrawalResult> {
  const leaving = input.carriedOver ?? rules.open(input, beginsAt(input));
  await runCase(
    input,
    leaving,
    { ...rules, waitingFor, detailsOf },
    (carriedOver) => continueAsNew<typeof withdrawal>({ ...input, carriedOver }),
  );
  return resultOf(leaving);
}
