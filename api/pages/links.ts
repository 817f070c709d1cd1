/**
 * Answering from the link in a task mail, without an account. Opening the link changes nothing and shows nothing about
 * anybody, as mail scanners open links; a one-time code, sent to the mailbox registered for the task, shows the rest.
 */
import { randomInt, randomUUID } from 'node:crypto';
import type { IsoInstant } from '../../config/clock';
import { render, sendOnce } from '../../mail';
import { countingInWords } from '../../mail/letters/counting';
import { oneTimeCodeLetter } from '../../mail/letters/one-time-code';
import type { CaseDocument, CaseTask } from '../../store/cases';
import type { LinkDocument } from '../../store/links';
import type { WebDependencies } from '../dependencies';
import { showFormAgain } from '../accounts/sign-in';
import { handlersOf } from '../forms/form';
import { carriedOf, heldOf, typedOf } from '../http/held';
import type { Limits } from '../http/limits';
import { NotFound, Refusal, Unavailable } from '../http/refusals';
import type { OnAnything, Routes } from '../http/routes';
import { renewSession, saveSession } from '../http/session';
import { answerTask, requestInWords, type RequestDependencies } from '../processes/information-request';
import { answerForm } from './answer-form';
import { taskView } from '../case-view';

const codeMinutes = 15;
const openMinutes = 60;

interface OnLink extends OnAnything {
  readonly token: string;
  readonly link: LinkDocument;
  readonly document: CaseDocument;
  readonly task: CaseTask;
}

export function linkRoutes(routes: Routes, deps: WebDependencies & RequestDependencies, limits: Limits): void {
  const { store, clock } = deps;

  /** @throws NotFound for a link that is wrong or was never made: the two look the same. */
  const findAny = async (context: OnAnything): Promise<OnLink> => {
    const token = String(context.request.params['token']);
    const link = await store.links.find(token);
    const document = link === null ? null : await store.cases.get(link.caseRef);
    const task = document?.tasks.find(({ id }) => id === link?.task);
    if (link === null || document === null || task === undefined) throw new NotFound();
    return { ...context, token, link, document, task };
  };

  /** @throws Refusal for a link that another one has taken the place of */
  const findCurrent = async (context: OnAnything): Promise<OnLink> => {
    const onLink = await findAny(context);
    if (onLink.link.generation === onLink.task.linkGeneration) return onLink;
    throw new Refusal(
      410,
      'This link was replaced',
      'Use the link in the newest mail about this request. If you have none, speak to the partner that asked.',
    );
  };

  /** A link with something left to do. @throws Refusal for a task that is answered or a case that is closed */
  const find = async (context: OnAnything): Promise<OnLink> => {
    const onLink = await findCurrent(context);
    const { _id: caseRef, ended } = onLink.document;
    if ((await store.answers.ofTask(caseRef, onLink.task.id)) !== null) {
      const detail = `The answer to ${caseRef} was received. There is nothing more for you to do.`;
      throw new Refusal(410, 'This request is answered', detail);
    }
    if (ended) throw new Refusal(410, 'This request is closed', `${caseRef} was closed and takes no answer any more.`);
    return onLink;
  };

  const isOpen = ({ request, link }: OnLink): boolean =>
    (request.session.links?.[link._id] ?? 0) > Date.parse(clock.now());

  const showLanding = ({ request, response, document, task, token }: OnLink): void => {
    const isStale = response.locals['stale'] === true;
    response.status(isStale ? 403 : request.held === undefined ? 200 : 401).render('pages/link.njk', {
      ...factsOf(document, task, clock.now()),
      token,
      timeRanOut: isStale || request.held !== undefined,
    });
  };

  const showCodePage = ({ response, document, task, token }: OnLink, error?: string): void => {
    response.status(error === undefined ? 200 : 422).render('pages/link-code.njk', {
      ...factsOf(document, task, clock.now()),
      token,
      codeMinutes,
      errors: error === undefined ? [] : [{ input: 'code', message: error }],
    });
  };

  routes.onLink('/t/:token', find, {
    get: (context) => {
      if (!isOpen(context)) {
        showLanding(context);
        return;
      }
      const { held } = context.request;
      if (held !== undefined) {
        showFormAgain(routes, context, held);
        return;
      }
      context.response.redirect(303, `/t/${context.token}/answer`);
    },
    post: async (context) => {
      await limits.count('codeRequests', context.link._id);
      await sendCode(context, deps);
      const held = carriedOf(context.request);
      if (held === null) {
        context.response.redirect(303, `/t/${context.token}/code`);
        return;
      }
      context.request.held = held;
      showCodePage(context);
    },
  });

  routes.onLink('/t/:token/code', find, {
    get: (context) => showCodePage(context),
    post: async (context) => {
      const { request, response, token, link } = context;
      const held = carriedOf(request);
      const again = (error: string) => {
        request.held = held ?? undefined;
        showCodePage(context, error);
      };
      const code = (typedOf(request.body)['code'] ?? '').replace(/\D/g, '');
      if (code.length !== 6) {
        again('Enter the 6 numbers of the code');
        return;
      }
      await limits.count('codeTries', link._id);
      const now = new Date(clock.now());
      if (!(await store.links.redeemCode(link, code, now))) {
        again('The code is not right, or is no longer valid. Check it, or get a new one');
        return;
      }
      await limits.forget('codeTries', link._id);
      const { account, signedInAt, links } = request.session;
      await renewSession(request, {
        ...(account === undefined || signedInAt === undefined ? {} : { account, signedInAt }),
        links: { ...stillOpen(links, now), [link._id]: now.getTime() + openMinutes * 60_000 },
      });
      await saveSession(request);
      if (held?.path === `/t/${token}/answer`) {
        showFormAgain(routes, context, held);
        return;
      }
      response.redirect(303, `/t/${token}/answer`);
    },
  });

  const form = handlersOf(
    answerForm<OnLink>({
      present: ({ document, task, token }) => ({
        ...factsOf(document, task, clock.now()),
        request: requestInWords(document, deps),
        action: `/t/${token}/answer`,
        backLink: undefined,
      }),
      submit: async ({ document, task, token, link }, content, submissionId) => {
        const by = { via: 'link', account: null, sender: `link/${link._id}` } as const;
        await answerTask({ document, task, content, submissionId, by }, deps);
        return `/t/${token}/received`;
      },
    }),
  );

  routes.onLink('/t/:token/answer', find, {
    get: (context) => (isOpen(context) ? form.get(context) : context.response.redirect(303, `/t/${context.token}`)),
  });
  // An answer that was taken may come again: it must reach the command, which knows it as the same.
  routes.onLink('/t/:token/answer', findCurrent, {
    post: async (context) => {
      if (isOpen(context)) return form.post(context);
      context.request.held = heldOf(context.request) ?? undefined;
      showLanding(context);
    },
  });

  routes.onLink('/t/:token/received', findAny, {
    get: async (context) => {
      const { document, task, token, response } = context;
      const answer = await store.answers.ofTask(document._id, task.id);
      if (answer === null || !isOpen(context)) {
        response.redirect(303, `/t/${token}`);
        return;
      }
      response.render('pages/received.njk', {
        ...factsOf(document, task, clock.now()),
        answer,
        opener: document.openedBy.partner,
      });
    },
  });
}

function stillOpen(links: Record<string, number> | undefined, now: Date): Record<string, number> {
  return Object.fromEntries(Object.entries(links ?? {}).filter(([, until]) => until > now.getTime()));
}

/** What may be shown to whoever opens the link: which request, of whom, due when. */
function factsOf(document: CaseDocument, task: CaseTask, now: IsoInstant) {
  const view = taskView(document, task, null, now);
  return {
    caseRef: document._id,
    opener: document.openedBy.partner,
    task: view,
    counting: countingInWords(view.plan),
  };
}

async function sendCode({ document, task, link }: OnLink, deps: WebDependencies): Promise<void> {
  const { store, transport, clock, settings } = deps;
  const away = 'The code could not be mailed. Your link stays valid: wait a few minutes and ask for a code again.';
  const address = await store.directory.addressOf(task.partner, 'spoc');
  if (address === null) throw new NoMailbox();
  const code = String(randomInt(1_000_000)).padStart(6, '0');
  await store.links.keepCode(link, code, new Date(Date.parse(clock.now()) + codeMinutes * 60_000));
  const sending = await sendOnce(
    {
      key: `${document._id}/${task.id}/code/${randomUUID()}/spoc`,
      caseRef: document._id,
      to: address,
      letter: render(oneTimeCodeLetter({ caseRef: document._id, code, minutes: codeMinutes })),
    },
    { ledger: store.mailLedger, transport, clock, domain: new URL(settings.PUBLIC_URL).hostname },
  );
  if (sending.result === 'deferred') throw new Unavailable(away);
  if (sending.result === 'refused') throw new NoMailbox();
}

class NoMailbox extends Refusal {
  constructor() {
    super(
      409,
      'No code can be sent',
      'No mailbox that works is registered for your organisation. Speak to the CSP manager, or answer by telephone.',
    );
  }
}
