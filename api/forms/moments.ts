/** A moment as people give it: a day and a time in London, and of an hour that comes twice which of the two it was. */
import { z } from 'zod';
import { londonDateOf, londonMoments, londonTimeOf } from '../../calendar';
import type { IsoInstant } from '../../config/clock';
import type { Typed } from '../http/held';
import { civilDate, dateInputIn, dateInputs, dateOfParts, timeLeftOut, timeTwice } from './fields';

/** How a moment is spoken of: "Day of detection", "the breach was detected". */
interface Spoken {
  readonly day: string;
  readonly what: string;
}

/** Which it was of a time that comes twice. */
export const occurrence = z
  .enum(['first', 'second'], 'Choose which time it was')
  .optional()
  .meta({ description: 'Which it was of a time that comes twice, as the clocks go back; left out else' });

/** A moment to the minute, made of a day and a time in London. */
export const londonMoment = ({ day, what }: Spoken) =>
  z
    .object(
      {
        on: civilDate(day, `Enter the day on which ${what}`).meta({ format: 'date' }),
        time: z
          .string(`Enter the time at which ${what}`)
          .trim()
          .min(1, `Enter the time at which ${what}`)
          .regex(/^$|^([01]?\d|2[0-3])[:.][0-5]\d$/, `The time at which ${what} must be in hours and minutes, such as 14:05`)
          .transform((time) => time.replace('.', ':').padStart(5, '0'))
          .meta({ description: 'In London, in hours and minutes', examples: ['14:05'] }),
        occurrence,
      },
      {
        // What is no object only a program sends.
        error: ({ input }) => `Enter when ${what}${input === undefined ? '' : ', as a day and a time: { "on": "2026-03-26", "time": "14:05" }'}`,
      },
    )
    .transform(({ on, time, occurrence: which }, context): IsoInstant => {
      const { first, second } = londonMoments(on, time);
      const refuse = (path: string, message: string) => {
        context.addIssue({ code: 'custom', path: [path], message });
        return z.NEVER;
      };
      if (first === undefined) return refuse('time', timeLeftOut(on, time));
      if (second === undefined) return first;
      if (which !== undefined) return { first, second }[which];
      return refuse('occurrence', timeTwice(on, time));
    });

/** A moment that has been. */
export const pastMoment = (spoken: Spoken, now: IsoInstant) =>
  londonMoment(spoken).superRefine((at, context) => {
    if (Date.parse(at) <= Date.parse(now)) return;
    context.addIssue({ code: 'custom', message: `${spoken.day} and time must be in the past` });
  });

/** The names of the inputs of a moment, in page order. */
export const momentInputs = (name: string): string[] => [...dateInputs(name), `${name}Time`, `${name}Occurrence`];

/** What a page has of a moment, as the schema reads it. */
export const momentOfParts = (typed: Typed, name: string): object => ({
  on: dateOfParts(typed, name),
  time: typed[`${name}Time`] ?? '',
  ...(typed[`${name}Occurrence`] ? { occurrence: typed[`${name}Occurrence`] } : {}),
});

/** The input that an error of a moment leads to. @param part what is wrong of it: `on`, `time`, `occurrence`, or all */
export const momentInputIn = (typed: Typed, name: string, part = ''): string =>
  ({ time: `${name}Time`, occurrence: `${name}Occurrence` })[part] ?? dateInputIn(typed, name);

/** A moment in the inputs of a page. */
export function momentTyped(name: string, at: IsoInstant): Typed {
  const [on, time] = [londonDateOf(at), londonTimeOf(at)];
  const [year = '', month = '', day = ''] = on.split('-');
  const { second } = londonMoments(on, time);
  const isSecond = second !== undefined && Date.parse(second) === Date.parse(at);
  return {
    [`${name}-day`]: day,
    [`${name}-month`]: month,
    [`${name}-year`]: year,
    [`${name}Time`]: time,
    ...(second === undefined ? {} : { [`${name}Occurrence`]: isSecond ? 'second' : 'first' }),
  };
}
