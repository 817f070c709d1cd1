/**
 * The bare workflow: what one case costs on Temporal alone, written without any art. Frozen: every figure that is told
 * as a ratio is a ratio to this, so it must stay as it is however the product changes.
 *
 * One no-op activity each when the case opens, when all have answered and when it closes; for each partner a reminder
 * timer, a due timer and a signal. That makes 31 events with one partner and 226 with forty whose answers come in one
 * workflow task.
 */
import { condition, defineSignal, proxyActivities, setHandler } from '@temporalio/workflow';

export interface BareActivities {
  nothing(): Promise<void>;
}

const { nothing } = proxyActivities<BareActivities>({ startToCloseTimeout: '1 minute' });

/** The number of the partner that answers. */
export const bareAnswer = defineSignal<[partner: number]>('bareAnswer');

export async function bareCase(partners: number): Promise<void> {
  const answered = new Set<number>();
  setHandler(bareAnswer, (partner) => void answered.add(partner));

  await nothing();
  const each = Array.from({ length: partners }, (_, partner) => () => answered.has(partner));
  await Promise.all(each.flatMap((hasAnswered) => [condition(hasAnswered, '8 days'), condition(hasAnswered, '10 days')]));
  await nothing();
  await nothing();
}
