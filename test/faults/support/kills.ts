import { setTimeout as sleep } from 'node:timers/promises';
import { systemClock } from '../../../config/clock';
import type { PartName, Stack } from '../../../embedded/stack';
import type { Chance } from './random';

export interface Kill {
  readonly part: PartName;
  /** Milliseconds since 1970. */
  readonly at: number;
}

const parts: readonly PartName[] = ['worker', 'web', 'mongo', 'mail', 'temporal'];
export const present = (): number => Date.parse(systemClock.now());

/**
 * Kills each part in turn, as often as there are rounds, at a random moment, and starts it again after a random wait.
 * @returns the kills, and the parts that ended without being killed, which none may
 */
export async function killInTurn(
  stack: Stack,
  rounds: number,
  chance: Chance,
): Promise<{ readonly kills: readonly Kill[]; readonly fell: readonly string[] }> {
  const kills: Kill[] = [];
  const fell: string[] = [];
  for (let round = 0; round < rounds; round += 1) {
    for (const part of chance.shuffled(parts)) {
      await sleep(chance.between(400, 1_600));
      kills.push({ part, at: present() });
      await stack.part(part).kill('SIGKILL');
      await sleep(chance.between(100, 1_200));
      await stack.start(part);
      for (const other of parts.filter((each) => stack.part(each).pid === undefined)) {
        fell.push(`${other} after ${part} was killed`);
        await stack.start(other);
      }
    }
  }
  return { kills, fell };
}
