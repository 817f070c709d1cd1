/** The requests of an applicant by their process. */
import type { ProcessSlug } from '../../config/processes';
import { informationAccessKind } from '../processes/information-access/kind';
import { subjectAccessKind } from '../processes/subject-access/kind';
import type { ApplicantRequestKind } from './kind';

const kinds: Readonly<Partial<Record<ProcessSlug, ApplicantRequestKind>>> = {
  'subject-access': subjectAccessKind,
  'information-access': informationAccessKind,
};

/** The kind of a request of an applicant. @throws Error for a case that is none: the table of rights lets nobody come so far */
export function kindOf({ process }: { readonly process: ProcessSlug }): ApplicantRequestKind {
  const kind = kinds[process];
  if (kind === undefined) throw new Error(`A case of ${process} is no request of an applicant.`);
  return kind;
}
