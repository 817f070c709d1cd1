/** An answer in words, with its handling conditions: for the page of a case, and for what is collated of it. */
import { answerRule, type ProcessSlug } from '../../config/processes';
import type { Protocol } from '../../config/protocol';
import type { OpenedAnswer } from '../case-content';
import { sizeInWords } from '../case-view';
import { webProcess } from '../processes';
import { markings, waysGiven } from './codes';

export function answerInWords(process: ProcessSlug, { answer, facts, content, files }: OpenedAnswer, protocol: Protocol) {
  const { words } = webProcess(process);
  const marking = facts.marking === 'other' ? content.markingWords : markings[facts.marking as keyof typeof markings];
  const categoryName = (code: string): string => protocol.categories.find((each) => each.code === code)?.name ?? code;
  return {
    ...answer,
    kind: words.answers[answer.kind]?.name ?? answer.kind,
    given: answer.givenBy === null ? undefined : waysGiven[answer.givenBy as keyof typeof waysGiven],
    givenByName: content.givenByName,
    categories: answer.categories.map(categoryName).join('\n'),
    shared: content.shared,
    particulars: webProcess(process).particulars?.rows(content.particulars ?? {}) ?? [],
    ground: content.ground,
    groundKey: answerRule(process, answer.kind).discloses === 'in-part' ? 'What is left out and why' : words.ground.name,
    handling: [
      ...(facts.marking === 'none' ? [] : [`Marked ${marking}`]),
      ...(facts.notToBePassedOn ? ['Not to be passed on'] : []),
      ...(facts.notToBeRevealed ? ['Not to be revealed to the person concerned'] : []),
      ...(content.handling === '' ? [] : [content.handling]),
    ],
    files: files.map(({ id, name, bytes }) => ({ id, name, size: sizeInWords(bytes) })),
  };
}
