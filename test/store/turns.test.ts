import { setTimeout as sleep } from 'node:timers/promises';
import { Turns } from '../../store/turns';

describe('work under one key', () => {
  test('is done one piece after the other, however many wait and however long the queue takes', async () => {
    const turns = new Turns();
    const done: number[] = [];
    let atOnce = 0;
    let most = 0;
    const work = async (number: number): Promise<void> => {
      atOnce += 1;
      most = Math.max(most, atOnce);
      await sleep(100);
      atOnce -= 1;
      done.push(number);
    };
    // Longer than a piece that has begun is waited for.
    const numbers = Array.from({ length: 30 }, (_, index) => index);
    await Promise.all(numbers.map((number) => turns.take('case', () => work(number))));
    expect([most, done]).toEqual([1, numbers]);
  });

  test('is not held up for ever by a piece that hangs, nor by one that fails, and not by that of another key', async () => {
    const turns = new Turns();
    void turns.take('case', () => new Promise(() => undefined));
    await expect(turns.take('other', (waited) => Promise.resolve(waited))).resolves.toBe(false);
    const second = turns.take('case', () => Promise.reject(new Error('away')));
    const third = turns.take('case', (waited) => Promise.resolve(waited));
    await expect(second).rejects.toThrow('away');
    await expect(third).resolves.toBe(true);
  });
});
