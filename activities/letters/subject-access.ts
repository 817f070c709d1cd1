import { subjectAccessWords } from '../../mail/letters/subject-access';
import { lettersOfRequest } from './applicant-request';

export const subjectAccess = lettersOfRequest(subjectAccessWords);
