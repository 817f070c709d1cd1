/** The pages that only an ASB case review has: the form that opens it, the collation board and the collated pack. */
import { londonDateOf, CalendarError, type Threshold } from '../../../calendar';
import type { IsoDate } from '../../../config/clock';
import { clockSettings, askedName, partnerByCode } from '../../../config/protocol-rules';
import type { CaseDocument } from '../../../store/cases';
import { distanceInWords } from '../../distance';
import { tasksAsRecorded, viewsFor, whoByWhen } from '../../case-view';
import { recordView, viewContent } from '../../case-content';
import type { WebDependencies } from '../../dependencies';
import { pdfOf } from '../../documents/pdf';
import { addresseesFor, askedOf, categoriesFor, wordsOf } from '../../cases/addressees';
import { basisInputs, basisInWords, basisLocals, basisRead } from '../../cases/basis';
import type { CaseDependencies } from '../../cases/dependencies';
import { addresseeKey } from '../../cases/opening';
import { partFault } from '../../cases/taking-part';
import { dateInputIn, dateInputs, dateOfParts, datePartsOf } from '../../forms/fields';
import { handlersOfSteps, type Step, type SteppedForm } from '../../forms/steps';
import { actorOf } from '../../http/actor';
import { sendPdf } from '../../http/downloads';
import { NotFound } from '../../http/refusals';
import type { Typed } from '../../http/held';
import type { Limits } from '../../http/limits';
import type { OnCase, Routes, SignedIn } from '../../http/routes';
import { decidesSilence } from '../../policy';
import { actionLinks } from './action-link';
import { actPagesOfReview } from './act-pages';
import { notToBeRevealed, outcomeOf } from './acts';
import {
  mostComplaints,
  openReview,
  planOf,
  reviewAddressees,
  reasonsNeeded,
  reviewSchemaFor,
  sharesAnonymisedOnly,
  thresholdOf,
  type AskingForm,
  type ReviewForm,
} from './application';
import { askingSchemaFor, askPartners, isToBeAsked } from './asking';
import { boardOf } from './board';
import { termsOf } from './content';
import { letterKinds, letterOf } from './letters';
import { packOf } from './pack';

type Dependencies = WebDependencies & CaseDependencies;

export function asbCaseReviewPages(routes: Routes, deps: Dependencies, limits: Limits): void {
  routes.signedIn('/asb-case-reviews/new', 'open-asb-case-review', handlersOfSteps(newReview(deps, limits), deps));
  actPagesOfReview(routes, deps, limits);
  actionLinks(routes, deps, limits);

  const asking = handlersOfSteps(askingForm(deps, limits), deps);
  routes.onCase('/cases/:ref/asking', 'run-review', {
    get: async (context) => {
      const { document, request, response } = context;
      // What was typed before is shown even if not: it is the only copy.
      if (!isToBeAsked(document) && request.typed === undefined) {
        response.redirect(303, `/cases/${document._id}`);
        return;
      }
      // By its address a page is come back to, with what was typed in it.
      if (request.query['form'] === undefined) request.typed ??= panelTyped(termsOf(document).panelOn);
      await asking.get(context);
    },
    post: asking.post,
  });

  routes.onCase('/cases/:ref/board', 'see-board', {
    get: async ({ document, account, request, response }) => {
      const { store, clock, holidays, protocol } = deps;
      await recordView(document, actorOf(request, 'page', deps), ['board'], deps);
      const record = await store.audit.of(document._id);
      const views = viewsFor(decidesSilence(account), tasksAsRecorded(document, record, clock.now()));
      const { panelOn } = termsOf(document);
      response.render('asb-case-review/board.njk', {
        account,
        caseRef: document._id,
        board: boardOf(document, views, protocol),
        metOn: outcomeOf(document, record)?.heldOn,
        panelOn,
        ended: document.ended,
        panelIsOver: panelOn !== null && panelOn < londonDateOf(clock.now()),
        panelDistance: panelOn === null ? '' : distanceInWords({ dueOn: panelOn, dueAt: clock.now() }, 'asb-case-review', clock.now(), holidays.current()),
      });
    },
  });

  routes.onCase('/cases/:ref/pack', 'see-board', {
    get: async (context) => {
      const { document, response } = context;
      response.render('asb-case-review/pack.njk', { caseRef: document._id, pack: await packFor(context, deps) });
    },
  });
  for (const kind of letterKinds) {
    routes.onCase(`/cases/:ref/letters/${kind}`, 'run-review', {
      get: async ({ document, request, response }) => {
        const { store, clock } = deps;
        await recordView(document, actorOf(request, 'page', deps), [`letter/${kind}`], deps);
        const record = await store.audit.of(document._id);
        const letter = letterOf(kind, { document, record, now: clock.now() }, deps);
        if (letter === null) throw new NotFound();
        const hidden = notToBeRevealed(document, record).map((task) => askedName(deps.protocol, task));
        response.render('asb-case-review/letter.njk', { caseRef: document._id, letter, hidden });
      },
    });
  }

  routes.onCase('/cases/:ref/pack.pdf', 'see-board', {
    get: async (context) => {
      const { document, response } = context;
      const pack = await packFor(context, deps);
      await sendPdf(response, pdfOf(pack, new Date(deps.clock.now())), `${document._id} collated.pdf`);
    },
  });
}

/** What was collated, for whom it is shown to: that is on record before it is opened. */
async function packFor({ document, account, request }: OnCase, deps: Dependencies) {
  const { store, clock } = deps;
  const by = actorOf(request, 'page', deps);
  const record = await store.audit.of(document._id);
  await recordView(document, by, ['pack'], deps);
  const content = await viewContent(document, record, { account, by }, deps);
  const now = clock.now();
  return packOf({ document, record, views: tasksAsRecorded(document, record, now), content, now }, deps);
}

/** The day of a panel that is set already, as its inputs have it. */
const panelTyped = (panelOn: IsoDate | null): Typed => (panelOn === null ? {} : datePartsOf('panelOn', panelOn));

const complaintInputs = (number: number): string[] => [
  ...dateInputs(`complaint${number}-behaviourOn`),
  ...dateInputs(`complaint${number}-complainedOn`),
  `complaint${number}-complainedTo`,
];

/** The numbers of the complaints of which something was typed. */
const complaintsIn = (typed: Typed): number[] =>
  Array.from({ length: mostComplaints }, (_, index) => index + 1).filter((number) =>
    complaintInputs(number).some((input) => (typed[input] ?? '').trim() !== ''),
  );

/** The pages on which is chosen whom a review asks, on what basis, by when. @param form its caption */
function askingSteps(form: string, { protocol, clock }: Dependencies): [Step<SignedIn>, Step<SignedIn>, Step<SignedIn>] {
  const today = () => londonDateOf(clock.now());
  return [
    {
      name: 'whom',
      view: 'asb-case-review/new-whom.njk',
      inputs: () => ['asked[]', 'allReason', 'unlistedReason'],
      present: ({ account }, typed) => {
        const chosen = wordsOf(typed['asked[]']);
        return {
          form,
          ownFault: partFault(partnerByCode(protocol, account.partner), today()),
          addressees: reviewAddressees(protocol, account, today()).map((each) => ({
            value: addresseeKey(each),
            text: askedName(protocol, each),
            hint: categoriesFor(protocol, each).length === 0 ? 'You have to say why: section 2 lists nothing that it shares' : undefined,
            checked: chosen.includes(addresseeKey(each)),
          })),
          anonymisedOnly: addresseesFor(protocol, account, today())
            .filter((each) => each.team === null && sharesAnonymisedOnly(protocol, each))
            .map((each) => askedName(protocol, each)),
        };
      },
    },
    {
      name: 'basis',
      view: 'asb-case-review/new-basis.njk',
      inputs: () => basisInputs,
      present: () => ({ form, ...basisLocals(protocol) }),
    },
    {
      name: 'when',
      view: 'asb-case-review/new-when.njk',
      inputs: () => [...dateInputs('panelOn'), 'due', ...dateInputs('dueOn')],
      present: () => ({
        form,
        clock: { words: clockInWords(protocol) },
        answersBefore: protocol.settings.answersBeforePanel.workingDays,
      }),
    },
  ];
}

/** What was typed on these pages, without the reasons for a choice that was changed since. */
function askingRead(typed: Typed, { account }: SignedIn, { protocol, clock }: Dependencies) {
  const asked = askedOf(typed['asked[]']);
  return {
    asked,
    ...reasonsNeeded({ protocol, opener: account, today: londonDateOf(clock.now()) }, asked, typed),
    ...basisRead(typed),
    due: typed['due'] || 'clock',
    panelOn: orNull(dateOfParts(typed, 'panelOn')),
    dueOn: typed['due'] === 'chosen' ? orNull(dateOfParts(typed, 'dueOn')) : null,
  };
}

const askingInput = (field: string, typed: Typed): string => {
  const [name = ''] = field.split('.');
  return ['panelOn', 'dueOn'].includes(name) ? dateInputIn(typed, name) : name;
};

/** Asking the partners in a review that was granted on looking at it again. */
function askingForm(deps: Dependencies, limits: Limits): SteppedForm<OnCase, AskingForm> {
  const inCase = (step: Step<SignedIn>): Step<OnCase> => ({
    ...step,
    present: async (context, typed) => ({ ...(await step.present(context, typed)), backLink: `/cases/${context.document._id}` }),
  });
  const [whom, basis, when] = askingSteps('Ask the partners', deps);
  return {
    steps: [inCase(whom), inCase(basis), inCase(when)],
    check: {
      view: 'asb-case-review/check-asking.njk',
      present: ({ document }, form) => ({ caseRef: document._id, ...whomLocals(form, deps, document.policy) }),
    },
    schema: ({ account, document }) => askingSchemaFor(account, document, deps),
    read: (typed, context) => askingRead(typed, context, deps),
    inputOf: askingInput,
    submit: async ({ account, document, request }, form, submissionId) => {
      await limits.count('posts', account._id);
      await askPartners({ ...form, document, by: actorOf(request, 'page', deps), submissionId }, deps);
      request.session.notice = 'partnersAsked';
      return `/cases/${document._id}`;
    },
  };
}

function newReview(deps: Dependencies, limits: Limits): SteppedForm<SignedIn, ReviewForm> {
  const { protocol } = deps;
  const required = protocol.settings.qualifyingComplaints;
  /** The complaints as far as they are sound, by their numbers. */
  const thresholdIn = (typed: Typed, numbers: readonly number[]): Threshold | null => {
    const complaints = numbers.map((number) => complaintIn(typed, number));
    try {
      return thresholdOf(protocol, { appliedOn: dateOfParts(typed, 'appliedOn') as never, complaints: complaints as never });
    } catch (error) {
      if (error instanceof CalendarError) return null;
      throw error;
    }
  };
  const obliges = (typed: Typed): boolean => thresholdIn(typed, complaintsIn(typed))?.obliges === true;
  const isGranted = (typed: Typed): boolean => typed['decision'] !== 'not-granted' || obliges(typed);

  return {
    steps: [
      {
        name: 'application',
        view: 'asb-case-review/new-application.njk',
        inputs: () => [...dateInputs('appliedOn'), 'applicantName', 'applicantContact', 'victimName', 'persons', 'behaviour'],
        present: () => ({}),
      },
      {
        name: 'complaints',
        view: 'asb-case-review/new-complaints.njk',
        inputs: () => Array.from({ length: mostComplaints }, (_, index) => complaintInputs(index + 1)).flat(),
        present: (_context, typed) => {
          const last = complaintsIn(typed).at(-1) ?? 0;
          // One more than were entered, so that there is always one to fill in.
          const shown = Math.min(Math.max(required, last + 1), mostComplaints);
          return {
            required,
            most: mostComplaints,
            complaints: Array.from({ length: shown }, (_, index) => thresholdIn(typed, [index + 1])?.complaints[0] ?? null),
          };
        },
      },
      {
        name: 'threshold',
        view: 'asb-case-review/new-threshold.njk',
        inputs: () => ['decision', ...Object.values(reasonInputs)],
        present: (_context, typed) => ({ threshold: thresholdIn(typed, complaintsIn(typed)) }),
      },
      ...askingSteps('Open an ASB case review', deps).map((step) => ({ ...step, applies: isGranted })),
    ],
    check: {
      view: 'asb-case-review/check.njk',
      present: (_context, form) => checkLocals(form, deps),
    },
    schema: ({ account }) => reviewSchemaFor(account, deps),
    read: (typed, context) => ({
      appliedOn: dateOfParts(typed, 'appliedOn'),
      applicantName: typed['applicantName'] ?? '',
      applicantContact: typed['applicantContact'],
      victimName: typed['victimName'],
      persons: typed['persons'] ?? '',
      behaviour: typed['behaviour'] ?? '',
      complaints: complaintsIn(typed).map((number) => complaintIn(typed, number)),
      // Where there is nothing to decide, what was chosen before says nothing.
      decision: obliges(typed) ? 'granted' : (typed['decision'] ?? ''),
      decisionReason: obliges(typed) ? '' : typed[reasonInput(typed['decision'])],
      ...(isGranted(typed) ? askingRead(typed, context, deps) : { asked: [], legalBasis: '' }),
    }),
    inputOf: (field, typed) => {
      const [name = '', index, part = 'behaviourOn'] = field.split('.');
      if (name === 'complaints') {
        const input = `complaint${complaintsIn(typed)[Number(index ?? 0)] ?? 1}-${part}`;
        return part === 'complainedTo' ? input : dateInputIn(typed, input);
      }
      if (name === 'decisionReason') return reasonInput(typed['decision']);
      return name === 'appliedOn' ? dateInputIn(typed, name) : askingInput(field, typed);
    },
    submit: async ({ account, request }, form, submissionId) => {
      await limits.count('posts', account._id);
      const by = actorOf(request, 'page', deps);
      const { _id, tasks } = await openReview(form, { account, by, submissionId }, deps);
      return tasks.length === 0 ? `/cases/${_id}` : `/cases/${_id}/sent`;
    },
  };
}

const complaintIn = (typed: Typed, number: number) => ({
  behaviourOn: dateOfParts(typed, `complaint${number}-behaviourOn`),
  complainedOn: dateOfParts(typed, `complaint${number}-complainedOn`),
  complainedTo: typed[`complaint${number}-complainedTo`],
});

/** Each decision has a reason of its own: one that was typed for the other is not kept. */
const reasonInputs = { granted: 'grantedReason', 'not-granted': 'notGrantedReason' } as const;
const reasonInput = (decision: string | undefined): string => (decision === 'not-granted' ? reasonInputs['not-granted'] : reasonInputs.granted);

/** A date of which nothing was typed. */
const orNull = (typed: string): string | null => (typed === '--' ? null : typed);

function clockInWords(protocol: Dependencies['protocol']): string {
  const { length } = clockSettings(protocol, 'asb-case-review-request');
  return 'workingDays' in length ? `${length.workingDays} working days from today` : '';
}

/** The answers in words, and what will follow from them. */
function checkLocals(form: ReviewForm, deps: Dependencies) {
  const { protocol } = deps;
  return {
    threshold: thresholdOf(protocol, form),
    reasonInput: reasonInput(form.decision),
    ...whomLocals(form, deps),
  };
}

/** Whom it asks, on what basis and by when, in words. @param policy of the case, where there is one already */
const whomLocals = (form: AskingForm, deps: Dependencies, policy?: CaseDocument['policy']) => ({
  form,
  ...basisInWords(deps.protocol, form),
  ...whoByWhen(form.asked, planOf(form, deps, policy), deps),
});
