/** The pages of an internal review: that the applicant asks for it, and what came of it. */
import { recordView } from '../../case-content';
import type { CaseDependencies } from '../../cases/dependencies';
import { noteIn, readNote } from '../../cases/content';
import type { WebDependencies } from '../../dependencies';
import { dateInputIn, dateOfParts } from '../../forms/fields';
import { actorOf } from '../../http/actor';
import type { Limits } from '../../http/limits';
import type { Routes } from '../../http/routes';
import { actPage } from '../../pages/acts';
import { mayOnCase } from '../../policy';
import { termsOf } from './content';
import { askForReview, decideReview, reviewDecisionSchema, reviewedWithin, reviewOf, reviewSchema, whyNoReview } from './review';

export function reviewPages(routes: Routes, deps: WebDependencies & CaseDependencies, limits: Limits): void {
  routes.onCase(
    '/cases/:ref/internal-review',
    'ask-internal-review',
    actPage(
      {
        view: 'information-access/internal-review.njk',
        fields: {
          receivedOn: (typed) => dateInputIn(typed, 'receivedOn'),
          within: () => 'within',
          text: () => 'text',
          looksAgain: () => 'looksAgain',
          account: () => 'account',
        },
        schema: ({ document }) => (termsOf(document).regime === 'foi' ? reviewSchema.extend({ within: reviewSchema.shape.within.unwrap() }) : reviewSchema),
        read: (typed) => ({
          receivedOn: dateOfParts(typed, 'receivedOn'),
          within: typed['within'] === undefined ? undefined : Number(typed['within']),
          text: typed['text'] ?? '',
          looksAgain: typed['looksAgain'] ?? '',
          account: typed['account'] ?? '',
        }),
        isPossible: ({ record }, { document }) => whyNoReview(document, record) === null,
        present: (_, { document }) => ({ within: reviewedWithin[termsOf(document).regime] }),
        carryOut: (acting) => askForReview(acting, deps),
        notice: 'reviewAsked',
        next: ({ _id }) => `/cases/${_id}/items`,
      },
      deps,
      limits,
    ),
  );

  routes.onCase(
    '/cases/:ref/internal-review/outcome',
    'decide-internal-review',
    actPage(
      {
        view: 'information-access/internal-review-outcome.njk',
        fields: { result: () => 'result', toldOn: (typed) => dateInputIn(typed, 'toldOn'), text: () => 'text' },
        schema: () => reviewDecisionSchema,
        read: (typed) => ({ result: typed['result'], toldOn: dateOfParts(typed, 'toldOn'), text: typed['text'] ?? '' }),
        isPossible: ({ record }, { document }) => reviewOf(document, record) !== null,
        present: async ({ record }, { document, account, request }) => {
          const review = reviewOf(document, record);
          if (review === null) return {};
          // Whoever ends it in the place of a former partner is shown nothing of what it is about.
          if (!mayOnCase(account, 'see-content', document)) return { dueOn: review.dueOn };
          await recordView(document, actorOf(request, 'page', deps), [`case-reopened/${review.said.seq}`], deps);
          const who = noteIn(document, review.said, deps.store)?.['looksAgain'];
          return { dueOn: review.dueOn, who, why: readNote(document, review.said, deps.store) };
        },
        carryOut: (acting) => decideReview(acting, deps),
        notice: 'reviewDecided',
        next: ({ _id }) => `/cases/${_id}/items`,
      },
      deps,
      limits,
    ),
  );
}
