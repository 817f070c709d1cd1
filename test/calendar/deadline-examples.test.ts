/** The worked examples of the clock rules, each with its due date and the instant it runs out. */
import type { ClockId } from '../../config/policy';
import examples from './deadline-examples.json';
import { count } from './support';

interface Example {
  readonly clock: string;
  readonly from: string;
  readonly extended?: boolean;
  readonly paused?: string[][];
  readonly due?: string;
  readonly dueAt: string;
}

test.each(examples as Example[])('$clock from $from, extended $extended, paused $paused', (example) => {
  const result = count(example.clock as ClockId, example.from, {
    ...(example.extended !== undefined && { extended: example.extended }),
    ...(example.paused && { paused: example.paused.map((days) => days.join('/')) }),
  });

  expect({ due: result.due, dueAt: result.dueAt }).toEqual({ due: example.due, dueAt: example.dueAt });
});
