import { setTimeout as sleep } from 'node:timers/promises';
import { systemClock } from '../../../config/clock';
import type { PartName, Stack } from '../../../embedded/stack';
import type { Chance } from './random';

export interface Kill {
  readonly part: PartName;
  /** Milliseconds since 1970. */
  readonly at: number;
}

/** The parts that are killed in one go, with the wait between them. */
interface Blow {
  readonly parts: readonly PartName[];
  readonly gapMs: readonly [least: number, most: number];
}

const parts: readonly PartName[] = ['worker', 'web', 'mongo', 'mail', 'temporal'];
const oneByOne: readonly Blow[] = parts.map((part) => ({ parts: [part], gapMs: [0, 0] }));
/** What one part would make good by itself is lost if it falls with the other. */
const together: readonly Blow[] = [
  // A reply that went out ahead of its write.
  { parts: ['mongo', 'web'], gapMs: [0, 0] },
  // What is stored and not yet brought to Temporal.
  { parts: ['temporal', 'web'], gapMs: [500, 1_500] },
  // What the one has handed over and the other has not taken.
  { parts: ['mail', 'worker'], gapMs: [0, 300] },
  { parts: ['mongo', 'worker'], gapMs: [0, 300] },
];

export const present = (): number => Date.parse(systemClock.now());

/**
 * Kills each part at a random moment, first alone and then together with another, and starts it again after a random
 * wait: every part two or three times in each round.
 * @returns the kills, and the parts that ended without being killed, which none may
 */
export async function killInTurn(
  stack: Stack,
  chance: Chance,
  rounds = 1,
): Promise<{ readonly kills: readonly Kill[]; readonly fell: readonly string[] }> {
  const kills: Kill[] = [];
  const fell: string[] = [];
  const kill = async (part: PartName): Promise<void> => {
    kills.push({ part, at: present() });
    await stack.part(part).kill('SIGKILL');
  };
  const blows = Array.from({ length: rounds }, () => [...chance.shuffled(oneByOne), ...chance.shuffled(together)]).flat();
  for (const blow of blows) {
    await sleep(chance.between(300, 1_200));
    const falling: Promise<void>[] = [];
    for (const part of blow.parts) {
      falling.push(kill(part));
      const wait = chance.between(...blow.gapMs);
      if (wait > 0) await sleep(wait);
    }
    await Promise.all(falling);
    await sleep(chance.between(100, 1_000));
    await Promise.all(blow.parts.map((part) => stack.start(part)));
    for (const other of parts.filter((part) => stack.part(part).pid === undefined)) {
      fell.push(`${other} after ${blow.parts.join(' and ')} had been killed`);
      await stack.start(other);
    }
  }
  return { kills, fell };
}
