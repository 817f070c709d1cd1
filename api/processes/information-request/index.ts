import { z } from 'zod';
import type { WebProcess } from '../process';
import { readRequest, termsOf } from './content';
import { requestRows, words } from './words';

/** Information request (protocol section 7, Request and Response), as the web shows it. */
export const informationRequest: WebProcess = {
  words,
  isConfirmed: true,
  decisionsOf: () => [],
  rows: (document, seen, { store, protocol }) => requestRows(document, readRequest(document, store), seen.tasks, protocol),
  content: (document, _seen, { store }) => {
    const { justifications, asked, ...request } = readRequest(document, store);
    return { request: { ...request, information: asked, ...termsOf(document) }, justifications };
  },
  contentSchema: z
    .object({
      personName: z.string(),
      personDetails: z.string(),
      information: z.string(),
      purpose: z.string(),
      identifiability: z.string(),
      legalBasis: z.string(),
      specialBasis: z.string().nullable(),
      statute: z.string().nullable(),
      channel: z.string(),
      means: z.string(),
      neededByOn: z.string().meta({ format: 'date' }).nullable(),
      urgentBecause: z.string(),
    })
    .meta({ id: 'InformationRequestContent' }),
  neededByOn: (document) => termsOf(document).neededByOn,
};
