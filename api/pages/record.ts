/** The pages of the record of acts: of a case, of what belongs to none, its seals; and the opening of content with a reason. */
import type { z } from 'zod';
import { endOfLondonDay } from '../../calendar';
import type { IsoDate, IsoInstant } from '../../config/clock';
import { generalChains, type GeneralChain } from '../../store/audit';
import type { WebDependencies } from '../dependencies';
import { handlersOf, type Form } from '../forms/form';
import { actorOf } from '../http/actor';
import type { Limits } from '../http/limits';
import { NotFound } from '../http/refusals';
import type { OnCase, Routes } from '../http/routes';
import { mayOnCase } from '../policy';
import { webProcess } from '../processes';
import {
  entriesOnPage,
  openContent,
  openedContent,
  openingMinutes,
  openingOf,
  openingSchema,
  readRecord,
  type RecordLine,
} from '../processes/record';

const chainNames: Readonly<Record<GeneralChain, string>> = {
  directory: 'Changes of the directory',
  accounts: 'Accounts, tokens and keys',
  register: 'Who looked at the disclosure register',
  calendar: 'Changes of the bank holidays',
};

export function recordRoutes(routes: Routes, deps: WebDependencies, limits: Limits): void {
  const { store, clock } = deps;

  routes.onCase('/cases/:ref/record', 'see-record', {
    get: async ({ request, response, document, account }) => {
      const before = beforeIn(request.query['before']);
      const by = actorOf(request, 'page', deps);
      const lines = await readRecord(document._id, { by, document, ...before }, deps);
      response.render('record/record.njk', {
        title: `Record of ${document._id}`,
        backLink: `/cases/${document._id}`,
        ...pageOf(lines, before),
        mayOpen: mayOnCase(account, 'open-content-with-reason', document) ? `/cases/${document._id}/opening` : undefined,
      });
    },
  });

  const opening = handlersOf(openingForm(deps));
  routes.onCase('/cases/:ref/opening', 'open-content-with-reason', {
    get: opening.get,
    post: async (context) => {
      await limits.count('posts', context.account._id);
      await opening.post(context);
    },
  });

  routes.onCase('/cases/:ref/opened-content', 'open-content-with-reason', {
    get: async ({ request, response, document, account }) => {
      const found = await openingOf(document, account, deps);
      if (found === null) {
        response.redirect(303, `/cases/${document._id}/opening`);
        return;
      }
      const content = await openedContent(document, found, actorOf(request, 'page', deps), deps);
      response.render('record/opened-content.njk', {
        ...content,
        caseRef: document._id,
        contentName: webProcess(document.process).words.content,
        until: minutesAfter(found.at, openingMinutes),
        backLink: `/cases/${document._id}/record`,
      });
    },
  });

  routes.signedIn('/record', 'see-general-record', {
    get: ({ response }) => {
      const chains = generalChains.map((chain) => ({ chain, name: chainNames[chain] }));
      response.render('record/chains.njk', { chains });
    },
  });
  routes.signedIn('/record/seals', 'see-general-record', {
    get: async ({ request, response }) => {
      const asked = request.query['before'];
      const day = typeof asked === 'string' && /^\d{4}-\d{2}-\d{2}$/.test(asked) ? (asked as IsoDate) : undefined;
      const seals = await store.auditSeals.latest(entriesOnPage, day);
      response.render('record/seals.njk', {
        seals: seals.map(({ _id, at, heads, hash }) => ({ day: _id, at, hash, chains: heads.length })),
        older: seals.length === entriesOnPage ? seals.at(-1)?._id : undefined,
        // The day's own seal is made shortly after midnight; that of the day before must be there.
        isBehind: seals[0] !== undefined && day === undefined && isOlderThanADay(seals[0]._id, clock.now()),
        backLink: '/record',
      });
    },
  });
  routes.signedIn('/record/chains/:chain', 'see-general-record', {
    get: async ({ request, response }) => {
      const chain = generalChains.find((each) => each === request.params['chain']);
      if (chain === undefined) throw new NotFound();
      const before = beforeIn(request.query['before']);
      const lines = await readRecord(chain, { by: actorOf(request, 'page', deps), ...before }, deps);
      response.render('record/record.njk', { title: chainNames[chain], backLink: '/record', ...pageOf(lines, before) });
    },
  });
}

/** The page of older entries is asked for by the number that it ends before: what is added since does not shift it. */
function beforeIn(asked: unknown): { readonly before?: number } {
  return typeof asked === 'string' && /^\d{1,9}$/.test(asked) ? { before: Number(asked) } : {};
}

function pageOf(lines: readonly RecordLine[], { before }: { readonly before?: number }) {
  const last = lines.at(-1)?.number ?? 1;
  return { lines, older: last > 1 ? last : undefined, isFirst: before === undefined };
}

const minutesAfter = (at: IsoInstant, minutes: number): IsoInstant =>
  new Date(Date.parse(at) + minutes * 60_000).toISOString() as IsoInstant;

const isOlderThanADay = (day: IsoDate, now: IsoInstant): boolean =>
  Date.parse(now) - Date.parse(endOfLondonDay(day)) > 86_400_000;

function openingForm(deps: WebDependencies): Form<OnCase, z.infer<typeof openingSchema>> {
  return {
    view: 'record/opening.njk',
    fields: { reason: () => 'reason' },
    schema: () => openingSchema,
    read: (typed) => ({ reason: typed['reason'] ?? '' }),
    present: ({ document }) => ({
      caseRef: document._id,
      minutes: openingMinutes,
      backLink: `/cases/${document._id}/record`,
    }),
    submit: async ({ request, document, account }, input, submissionId) => {
      await openContent(document, input, { account, by: actorOf(request, 'page', deps), submissionId }, deps);
      return `/cases/${document._id}/opened-content`;
    },
  };
}
