import type { IsoInstant } from '../config/clock';
import { countHours } from './count-hours';

/**
 * By when the ICO is told by law: 72 hours after the controller became aware (UK GDPR, Article 33(1); Data Protection Act
 * 2018, section 67(1)), whatever hours a protocol sets.
 */
export const icoByLaw = (awareAt: IsoInstant): ReturnType<typeof countHours> => countHours(awareAt, 72);
