import type { Request, Response } from 'express';
import type { Form } from '../forms/form';
import type { Typed } from '../http/held';
import { answerSchema, type AnswerContent } from '../processes/information-request';

const sharedInput = ({ kind }: Typed): string => (kind === 'shared-in-part' ? 'sharedInPart' : 'sharedInFull');

/** The form of an answer: the same for whoever signed in and for whoever came by a link. */
export function answerForm<Context extends { readonly request: Request; readonly response: Response }>(
  own: Pick<Form<Context, AnswerContent>, 'present' | 'submit'>,
): Form<Context, AnswerContent> {
  return {
    view: 'information-request/answer.njk',
    fields: {
      kind: () => 'kind',
      shared: sharedInput,
      ground: () => 'ground',
      handling: () => 'handling',
    },
    schema: () => answerSchema,
    read: (typed) => ({
      kind: typed['kind'],
      shared: typed[sharedInput(typed)],
      ground: typed['ground'],
      handling: typed['handling'],
    }),
    ...own,
  };
}
