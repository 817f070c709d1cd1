/** A day of receipt of long ago is right or a slip of the pen: whoever enters it says which, as a clock counts from it at once. */
import { z } from 'zod';
import { monthsAfter } from '../../calendar';
import type { IsoDate } from '../../config/clock';

const months = 12;

/** The field by which it is said that such a day is right. */
export const receivedOnConfirmed = z.boolean().default(false).meta({ description: `Needed for a day of receipt more than ${months} months ago` });

/** What is to be said of a day of receipt; null where nothing is. */
export const receivedLongAgo = (receivedOn: IsoDate, isConfirmed: boolean, today: IsoDate): string | null =>
  receivedOn < monthsAfter(today, -months) && !isConfirmed ? `Date received is more than ${months} months ago: check it, or say below that it is right` : null;
