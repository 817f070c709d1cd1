/**
 * Personal data breach (protocol section 10; UK GDPR, Articles 33 and 34; Data Protection Act 2018, section 67).
 *
 * A breach is reported with the moment of its detection. Every partner that is involved is told at once, at any hour, and
 * acknowledges it; who does not is chased in hours. Each controller of the breached copy decides within 72 hours whether
 * to tell the ICO, and may tell it more later. The partners that are involved give their views on telling the people
 * concerned until the cut-off; the owner of the data decides, at any time, and has to from then on. More partners and
 * controllers can be added while it is open. A breach that is reported late opens on the rung that applies by then. No
 * pause and no extension moves its clocks, only the correction of a time by two people. When nothing is awaited any more,
 * whoever reported it closes it. Neither as no breach nor as a mistake does it end before each controller and the owner have
 * decided, and told the ICO all that was to follow, or are not waited for any more.
 */
import { continueAsNew } from '@temporalio/workflow';
import { beginsAt, runCase } from '../shared/case-loop';
import type { BreachInput, BreachResult } from './contract';
import { detailsOf, waitingFor } from './details';
import { breachRules as rules, resultOf } from './rules';

export async function breach(input: BreachInput): Promise<BreachResult> {
  const state = input.carriedOver ?? rules.open(input, beginsAt(input));
  await runCase(
    input,
    state,
    { ...rules, waitingFor, detailsOf },
    (carriedOver) => continueAsNew<typeof breach>({ ...input, carriedOver }),
  );
  return resultOf(state);
}
