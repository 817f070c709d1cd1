import { setTimeout as sleep } from 'node:timers/promises';
import { systemClock } from '../../../config/clock';
import type { PartName } from '../../../embedded/stack';
import type { Chance } from './random';
import type { Rig } from './rig';
import { troubleNames, troubles, type Trouble } from './troubles';

export interface Kill {
  readonly part: PartName;
  /** Milliseconds since 1970. */
  readonly at: number;
}

/** What was done to the parts. */
export interface Havoc {
  readonly kills: readonly Kill[];
  readonly troubles: readonly Trouble[];
  /** The parts that ended without being killed, which none may but the database for which there is no room. */
  readonly fell: readonly string[];
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

/** So long is waited until something has met a trouble: a mail to be sent, a write to be done. */
const meetsWithinMs = 8_000;

export const present = (): number => Date.parse(systemClock.now());

/**
 * Kills each part at a random moment, first alone and then together with another, and starts it again after a random
 * wait: every part two or three times in each round. All blows of a round but one fall in the midst of a trouble, each
 * trouble once.
 */
export async function wreak(rig: Rig, chance: Chance, rounds = 1): Promise<Havoc> {
  const kills: Kill[] = [];
  const had: Trouble[] = [];
  const fell: string[] = [];
  const strike = async ({ parts, gapMs }: Blow): Promise<void> => {
    const falling: Promise<unknown>[] = [];
    for (const part of parts) {
      const at = present();
      falling.push(rig.kill(part).then((ran) => ran && kills.push({ part, at })));
      const wait = chance.between(...gapMs);
      if (wait > 0) await sleep(wait);
    }
    await Promise.all(falling);
  };
  for (let round = 1; round <= rounds; round += 1) {
    const blows = [...chance.shuffled(oneByOne), ...chance.shuffled(together)];
    const names = chance.shuffled([...troubleNames, ...Array<null>(blows.length - troubleNames.length).fill(null)]);
    for (const [index, blow] of blows.entries()) {
      const name = names[index] ?? null;
      await sleep(chance.between(300, 1_200));
      const from = present();
      const trouble = name === null ? null : await troubles[name](rig, chance);
      if (trouble !== null) {
        for (let waited = 0; waited < meetsWithinMs && !trouble.isMet(); waited += 100) await sleep(100);
        await sleep(chance.between(200, 1_500));
      }
      await strike(blow);
      await sleep(chance.between(100, 1_000));
      const away = parts.filter((part) => rig.part(part).pid === undefined);
      const killed: readonly PartName[] = [...blow.parts, ...(trouble?.mayEnd ?? [])];
      for (const other of away.filter((part) => !killed.includes(part))) {
        fell.push(`${other}, as ${blow.parts.join(' and ')} had been killed${name === null ? '' : ` in the trouble: ${name}`}`);
      }
      const ended = trouble !== null && name !== null ? [trouble.end().then(() => had.push({ name, from, until: present() }))] : [];
      await Promise.all([...ended, ...away.map((part) => rig.restart(part))]);
    }
  }
  return { kills, troubles: had, fell };
}
