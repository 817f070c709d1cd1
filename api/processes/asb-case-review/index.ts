import { z } from 'zod';
import { endOfLondonDay, londonDateOf } from '../../../calendar';
import type { IsoDate } from '../../../config/clock';
import { partnerName } from '../../../config/protocol-rules';
import type { AuditEntry } from '../../../store/audit';
import type { CaseDocument } from '../../../store/cases';
import type { Store } from '../../../store';
import { isDuty } from '../../../workflows/shared/duties';
import { isBeforePanel } from '../../../workflows/asb-case-review/state';
import { distanceInWords } from '../../distance';
import { mayOnCase } from '../../policy';
import type { WebProcess } from '../process';
import { earlierOutcomeOf, grantedAgain, isGranted, lookingAgainOf, maySettle, outcomeOf, readOutcome, toldOf } from './acts';
import { isToBeAsked } from './asking';
import { readReview, termsOf } from './content';
import { toDoInReview, waitingDuties } from './duties';
import { isToMeet, reopenReview } from './reopening';
import { grantedAgainInWords, reviewRows, thresholdInWords, words } from './words';

const date = z.string().meta({ format: 'date' });

/** Who is on a panel hears of it, in a sentence; undefined where nobody is. */
const panelIsTold = ({ length }: readonly string[], what: string): string | undefined =>
  length === 0 ? undefined : `${length === 1 ? 'The person on the panel is' : `The ${length} people on the panel are`} told ${what}.`;

/** What the panel decided that is in force, as the API gives it. @throws ContentUnreadable */
function outcomeInForce(document: CaseDocument, record: readonly AuditEntry[], store: Pick<Store, 'cipher'>) {
  const outcome = outcomeOf(document, record);
  if (outcome === null) return null;
  const { name, heldOn, actions } = outcome;
  const { text, actions: said } = readOutcome(document, outcome, store);
  return { name, heldOn, text, actions: actions.map((action, index) => ({ ...action, what: said[index] ?? '' })) };
}

const ownersAreTold = ({ size }: ReadonlySet<string>): string | undefined =>
  size === 0 ? undefined : `${size === 1 ? 'The organisation that has' : `The ${size} organisations that have`} something to do by the plan ${size === 1 ? 'is' : 'are'} told that it is not to be done any more.`;

/** ASB case review (protocol section 7; 2014 Act section 104), as the web shows it. */
export const asbCaseReview: WebProcess = {
  words,
  isConfirmed: false,
  decisionsOf: () => [],
  withdrawalTellsBesides: (document) => {
    const { panel } = termsOf(document);
    const { stage, duties: waiting } = document.projection;
    const owners = new Set(document.duties?.flatMap(({ id, partner }) => (isDuty(id, 'action') && waiting?.includes(id) === true ? [partner] : [])));
    return isBeforePanel(stage) ? panelIsTold(panel, 'that it does not meet') : ownersAreTold(owners);
  },
  reopeningTellsBesides: (document, { clock }) => (isToMeet(document, clock) ? panelIsTold(termsOf(document).panel, 'that it meets') : undefined),
  rows: (document, seen, { store, protocol }) => reviewRows(document, readReview(document, store), seen, protocol),
  content: async (document, { all, safeContact }, { store }) => {
    const { persons, behaviour, applicantContact, ...own } = readReview(document, store);
    const reached = safeContact ? { applicantContact } : {};
    const { legalBasis, specialBasis, statute } = termsOf(document);
    const whole = all ? { application: { ...own, ...reached, appliedOn: termsOf(document).appliedOn }, outcome: outcomeInForce(document, await store.audit.of(document._id), store) } : {};
    return {
      request: { persons, behaviour, legalBasis, specialBasis, statute, ...whole },
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
      outcome: z
        .object({
          name: z.string().meta({ description: 'For `outcomeSeen` of the outcome that takes its place: `outcome-1`' }),
          heldOn: date,
          text: z.string(),
          actions: z.array(
            z.object({
              id: z.string().meta({ description: 'By which an outcome that is recorded anew names it' }),
              number: z.int(),
              what: z.string(),
              owner: z.string(),
              dueOn: date,
              settled: z.object({ result: z.enum(['done', 'not-done']), on: date }).nullable(),
            }),
          ),
        })
        .nullable()
        .optional()
        .meta({ description: 'What the panel decided that is in force. Only to the review team and the panel' }),
    })
    .meta({ id: 'AsbCaseReviewContent' }),
  isOfBefore: (document, record, { act, seq }) => act === 'outcome-recorded' && seq !== outcomeOf(document, record)?.entry.seq,
  reopensWithoutAsking: true,
  dayAhead: 'panelOn',
  reopenedWith: reopenReview,
  toDo: toDoInReview,
  neededByOn: () => null,
  casePage: {
    view: 'asb-case-review/case.njk',
    locals: (document, record, account, { protocol, clock, holidays, store }) => {
      const { threshold, panelOn, panel } = termsOf(document);
      const outcome = outcomeOf(document, record);
      const earlier = earlierOutcomeOf(document, record);
      const waiting = waitingDuties(document, { clock });
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
        // Its day has passed, and what it decided is to be put on record; as long as it is to come, nothing is.
        panelIsOver: panelOn !== null && panelOn < londonDateOf(clock.now()),
        recording: waiting.filter(({ kind }) => kind === 'recording').map(({ dueOn }) => dueBy(dueOn))[0],
        anew: waiting.filter(({ kind }) => kind === 'anew').map(({ dueOn }) => dueBy(dueOn))[0],
        earlier: earlier === null ? undefined : { heldOn: earlier.heldOn },
        asking: waiting.filter(({ kind }) => kind === 'asking').map(({ dueOn }) => dueBy(dueOn))[0],
        telling: waiting
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
        settlesActions: !document.ended && waiting.some(({ kind, partner: owner }) => kind === 'action' && maySettle(account, document, { owner })),
        seesBoard: document.tasks.length > 0 && mayOnCase(account, 'see-board', document),
        looksAgain: looking !== null && mayOnCase(account, 'look-again', document),
        runs: !document.ended && mayOnCase(account, 'run-review', document),
      };
    },
  },
};
