import { z } from 'zod';
import { partnerName } from '../../../config/protocol-rules';
import { mayOnCase } from '../../policy';
import type { WebProcess } from '../process';
import { isGranted, lookingAgainOf, outcomeOf, toldOf } from './acts';
import { readReview, termsOf } from './content';
import { reviewRows, thresholdInWords, words } from './words';

const date = z.string().meta({ format: 'date' });

/** ASB case review (protocol section 7; 2014 Act section 104), as the web shows it. */
export const asbCaseReview: WebProcess = {
  words,
  isConfirmed: false,
  decisionsOf: () => [],
  tellsOfWithdrawal: 'who-has-not-answered',
  rows: (document, seen, { store, protocol }) => reviewRows(document, readReview(document, store), seen, protocol),
  content: (document, { all }, { store }) => {
    const { persons, behaviour, ...own } = readReview(document, store);
    const { legalBasis, specialBasis, statute } = termsOf(document);
    return {
      request: { persons, behaviour, legalBasis, specialBasis, statute, ...(all ? { application: { ...own, appliedOn: termsOf(document).appliedOn } } : {}) },
      justifications: {},
    };
  },
  contentSchema: z
    .object({
      persons: z.string(),
      behaviour: z.string(),
      legalBasis: z.string(),
      specialBasis: z.string().nullable(),
      statute: z.string().nullable(),
      application: z
        .object({
          appliedOn: date,
          applicantName: z.string(),
          applicantContact: z.string(),
          victimName: z.string(),
          complaints: z.array(z.object({ behaviourOn: date, complainedOn: date, complainedTo: z.string() })),
          decisionReason: z.string(),
          allReason: z.string(),
          unlistedReason: z.string(),
        })
        .optional()
        .meta({ description: 'Only to the review team and the panel' }),
    })
    .meta({ id: 'AsbCaseReviewContent' }),
  neededByOn: () => null,
  casePage: {
    view: 'asb-case-review/case.njk',
    locals: (document, record, account, { protocol }) => {
      const { threshold, panelOn, panel } = termsOf(document);
      const outcome = outcomeOf(document, record);
      const isTold = toldOf(document, record, isGranted(document) ? 'outcome' : 'decision') !== null;
      const looking = lookingAgainOf(document, record);
      return {
        threshold: thresholdInWords[threshold],
        isGranted: isGranted(document),
        panelOn,
        panelSize: panel.length,
        toldOfDecision: toldOf(document, record, 'decision'),
        toldOfOutcome: toldOf(document, record, 'outcome'),
        isTold,
        looking: looking === null ? undefined : { dueOn: looking.dueOn },
        outcome:
          outcome === null
            ? undefined
            : { heldOn: outcome.heldOn, actions: outcome.actions.map(({ owner, dueOn }) => ({ owner: partnerName(protocol, owner), dueOn })) },
        seesBoard: isGranted(document) && mayOnCase(account, 'see-board', document),
        runs: !document.ended && mayOnCase(account, 'run-review', document),
      };
    },
  },
};
