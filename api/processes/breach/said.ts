import { partnerName } from '../../../config/protocol-rules';
import type { AnswerDocument } from '../../../store/answers';
import type { CaseDocument, CaseTask } from '../../../store/cases';
import { readAnswer } from '../../cases/content';
import type { ReadsContent, Row } from '../process';
import { particulars } from './particulars';
import { words } from './words';

/** What a partner said to one thing, in a few lines. @throws ContentUnreadable */
export function saidBy(document: CaseDocument, task: CaseTask, answer: AnswerDocument, { store, protocol }: ReadsContent): Row {
  const { ground, particulars: own = {} } = readAnswer(document, answer, store);
  const lines = [
    words.answers[answer.kind]?.name ?? answer.kind,
    ...particulars.rows(own).map(({ key, text }) => `${key}: ${text}`),
    ...(ground === '' ? [] : [`${words.ground.name}: ${ground}`]),
  ];
  return { key: partnerName(protocol, task.partner), text: lines.join('\n') };
}
