import { ownRefusals } from '../config/processes';
import { sharedRejections, type RejectionType } from '../workflows/shared/contract';

const known: readonly string[] = [...sharedRejections, ...Object.keys(ownRefusals)];

/** Whether a failure is a rule that forbids an act, of any process; else it is a fault. */
export const isRejection = (type: string | null | undefined): type is RejectionType => known.includes(type ?? '');
