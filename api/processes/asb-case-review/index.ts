import { z } from 'zod';
import { endOfLondonDay, londonDateOf } from '../../../calendar';
import type { Clock, IsoDate } from '../../../config/clock';
import { partnerName } from '../../../config/protocol-rules';
import type { CaseDocument, CaseDuty } from '../../../store/cases';
import { isBeforePanel } from '../../../workflows/asb-case-review/state';
import { distanceInWords } from '../../distance';
import { mayOnCase } from '../../policy';
import type { WebProcess } from '../process';
import { grantedAgain, isGranted, lookingAgainOf, maySettle, nextWord, outcomeOf, readOutcome, toldOf, undecidedWord } from './acts';
import { isToBeAsked } from './asking';
import { readReview, termsOf } from './content';
import { dutiesAgain, lookAgainBy, planLookingAgain, toDoInReview, waitingDuties } from './duties';
import { grantedAgainInWords, reviewRows, thresholdInWords, words } from './words';

const date = z.string().meta({ format: 'date' });

/** Who is on a panel hears of it, in a sentence; undefined where nobody is. */
const panelIsTold = ({ length }: readonly string[], what: string): string | undefined =>
  length === 0 ? undefined : `${length === 1 ? 'The person on the panel is' : `The ${length} people on the panel are`} told ${what}.`;

/** Whether the panel that is named can still meet as it was set. */
const isToMeet = (document: Pick<CaseDocument, 'terms'>, clock: Clock): boolean => {
  const { panel, panelOn } = termsOf(document);
  return panel.length > 0 && (panelOn === null || panelOn >= londonDateOf(clock.now()));
};

/** ASB case review (protocol section 7; 2014 Act section 104), as the web shows it. */
export const asbCaseReview: WebProcess = {
  words,
  isConfirmed: false,
  decisionsOf: () => [],
  withdrawalTellsBesides: (document) => {
    const { panel } = termsOf(document);
    return isBeforePanel(document.projection.stage) ? panelIsTold(panel, 'that it does not meet') : undefined;
  },
  reopeningTellsBesides: (document, { clock }) => (isToMeet(document, clock) ? panelIsTold(termsOf(document).panel, 'that it meets') : undefined),
  rows: (document, seen, { store, protocol }) => reviewRows(document, readReview(document, store), seen, protocol),
  content: (document, { all, safeContact }, { store }) => {
    const { persons, behaviour, applicantContact, ...own } = readReview(document, store);
    const reached = safeContact ? { applicantContact } : {};
    const { legalBasis, specialBasis, statute } = termsOf(document);
    return {
      request: { persons, behaviour, legalBasis, specialBasis, statute, ...(all ? { application: { ...own, ...reached, appliedOn: termsOf(document).appliedOn } } : {}) },
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
          applicantContact: z.string().optional().meta({ description: 'Only to the review team' }),
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
  // The threshold is decided, and told, once for the case. The panel meets anew, and what it decides then is told anew: of the earlier
  // opening's outcome nothing is to be done any more.
  reopenedWith: (document, record, deps) => {
    const { panelOn, panel } = termsOf(document);
    const isReview = isGranted(document);
    const isToAsk = isReview && document.tasks.length === 0;
    const isTold = toldOf(document, record, 'decision') !== null;
    // A review that was not granted is looked at again for as long as nobody has decided that.
    const looking = isReview ? null : undecidedWord(document, record);
    const today = londonDateOf(deps.clock.now());
    const lookedAtAgain = ({ partner, holder }: Pick<CaseDuty, 'partner' | 'holder'>) =>
      planLookingAgain({ caseRef: document._id, number: nextWord(record), partner, holder, by: lookAgainBy(today, deps) }, deps);
    return {
      input: {
        panelOn,
        panel,
        ...(isToMeet(document, deps.clock) ? { tellsPanel: true } : {}),
        ...(isToAsk ? { isGranted: true } : {}),
        ...(isTold && !isReview ? { isApplicantTold: true } : {}),
        ...(looking === null ? {} : { lookingAgain: looking.number }),
      },
      duties: [
        ...dutiesAgain(document, { isToAsk, isToTell: !isTold }, deps),
        ...(looking === null ? [] : [lookedAtAgain(looking)]),
      ],
    };
  },
  toDo: toDoInReview,
  neededByOn: () => null,
  casePage: {
    view: 'asb-case-review/case.njk',
    locals: (document, record, account, { protocol, clock, holidays, store }) => {
      const { threshold, panelOn, panel } = termsOf(document);
      const outcome = outcomeOf(document, record);
      // Who sees what the panel found reads there what is to be done as well: one entry has both, and is on record as seen.
      const plan = outcome !== null && mayOnCase(account, 'see-content', document) ? readOutcome(document, outcome, store).actions : [];
      const isTold = toldOf(document, record, isGranted(document) ? 'outcome' : 'decision') !== null;
      const looking = lookingAgainOf(document, record);
      const dueBy = (dueOn: IsoDate) => {
        const now = clock.now();
        const due = { dueOn, dueAt: endOfLondonDay(dueOn) };
        return { dueOn, isOverdue: dueOn < londonDateOf(now), distance: distanceInWords(due, 'asb-case-review', now, holidays.current()) };
      };
      return {
        threshold: grantedAgain(document, record) === undefined ? thresholdInWords[threshold] : grantedAgainInWords,
        isGranted: isGranted(document),
        panelOn,
        panelSize: panel.length,
        toldOfDecision: toldOf(document, record, 'decision'),
        toldOfOutcome: toldOf(document, record, 'outcome'),
        isTold,
        looking: looking === null ? undefined : { ...dueBy(looking.dueOn), isNamed: looking.holder !== null },
        isToBeAsked: isToBeAsked(document),
        asking: waitingDuties(document, { clock })
          .filter(({ kind }) => kind === 'asking')
          .map(({ dueOn }) => dueBy(dueOn))[0],
        telling: waitingDuties(document, { clock })
          .filter(({ kind }) => kind === 'telling-decision' || kind === 'telling-outcome')
          .map(({ kind, dueOn }) => ({ kind, ...dueBy(dueOn) }))[0],
        outcome:
          outcome === null
            ? undefined
            : {
                heldOn: outcome.heldOn,
                actions: outcome.actions.map(({ number, owner, dueOn, settled }, index) => ({
                  number,
                  what: plan[index],
                  owner: partnerName(protocol, owner),
                  settled,
                  ...(settled === null && !document.ended ? dueBy(dueOn) : { dueOn }),
                })),
              },
        hasOpenActions: !document.ended && outcome !== null && outcome.actions.some(({ settled }) => settled === null),
        settlesActions: !document.ended && waitingDuties(document, { clock }).some(({ kind, partner: owner }) => kind === 'action' && maySettle(account, document, { owner })),
        seesBoard: document.tasks.length > 0 && mayOnCase(account, 'see-board', document),
        looksAgain: looking !== null && mayOnCase(account, 'look-again', document),
        runs: !document.ended && mayOnCase(account, 'run-review', document),
      };
    },
  },
};
