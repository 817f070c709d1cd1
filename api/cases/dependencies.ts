import { createHash } from 'node:crypto';
import type { Background } from '../background';
import type { WebDependencies } from '../dependencies';

/** What the commands on a case work with. */
export type CaseDependencies = Pick<
  WebDependencies,
  'protocol' | 'holidays' | 'store' | 'dispatch' | 'clock' | 'logger'
> & { readonly background: Background };

/** The key of a form sent twice. Bound to its sender, so that nobody meets another's case by a key. */
export function submissionKey(sender: string, submissionId: string): string {
  return createHash('sha256').update(`${sender}/${submissionId}`).digest('hex').slice(0, 32);
}
