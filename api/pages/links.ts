/**
 * Answering from the link in a task mail, or saying what came of something else that is to be done, without an account.
 * Opening the link changes nothing and shows nothing about anybody, as mail scanners open links; a one-time code, sent to
 * the mailbox of the role that the link was mailed to, shows the rest. A link stays alive until its case ends or its task
 * moves, so that an answer can be corrected by it; that of something to be done until what came of it is on record. By that of an
 * originator what was decided on what came from it is read afterwards, too.
 */
import { randomInt, randomUUID } from 'node:crypto';
import { londonDateOf } from '../../calendar';
import { noteCase } from '../../config/logger';
import { definitionOf, processes } from '../../config/processes';
import { partnerName } from '../../config/protocol-rules';
import { reachOf } from '../../dispatch/addresses';
import { ofDuty } from '../../dispatch/duties';
import { itemsAsked, wasRepliedByItem } from '../../dispatch/items';
import { render, sendOnce } from '../../mail';
import { countingInWords } from '../../mail/letters/counting';
import { oneTimeCodeLetter } from '../../mail/letters/one-time-code';
import type { AuditAct } from '../../store/audit';
import { numberOf, type CaseDuty } from '../../store/cases';
import type { LinkDocument, LinkRole } from '../../store/links';
import type { WebDependencies } from '../dependencies';
import { showFormAgain } from '../accounts/sign-in';
import { recordView } from '../case-content';
import { outcomeInWords } from '../case-view';
import { actorOf } from '../http/actor';
import { sendFile } from '../http/downloads';
import { carriedOf, heldOf, typedOf, type Held } from '../http/held';
import { NotFound, Refusal, Unavailable } from '../http/refusals';
import type { OnAnything, Routes } from '../http/routes';
import { renewSession, saveSession } from '../http/session';
import { carriesFiles, readFieldsOnly } from '../http/uploads';
import { recordFile } from '../cases/answer';
import { answerForm, factsOf, passOnForm, receivedFacts, type AnswerDependencies, type OnTaskForm } from './answer-form';
import { AccessEnded, formerSince } from '../memberships';
import { webProcess } from '../processes';
import { isAnswered } from './answers';

const codeMinutes = 15;
const openMinutes = 60;

export interface OnLink extends OnTaskForm {
  readonly token: string;
  readonly link: LinkDocument;
  /** What is to be done besides answering, where the link is of that: `task` then says only whose it is. */
  readonly duty?: CaseDuty;
}

const roleNames: Readonly<Record<LinkRole, string>> = {
  spoc: 'single point of contact',
  deputy: 'deputy single point of contact',
  'governance-lead': 'information governance lead',
};

/** Whose mailbox a code goes to, in words; the address itself is said to nobody. */
function mailboxOf({ link, task, document }: Pick<OnLink, 'link' | 'task' | 'document'>): string {
  if (link.role !== 'spoc') return roleNames[link.role];
  if (definitionOf(document.process).mailedAt === 'breach' && task.holder === null && task.team === null) return 'breach contact';
  return task.holder === null ? roleNames.spoc : `person that this ${processes[document.process].thing} was passed on to`;
}

/** What every link goes through, whatever it leads to. */
export function linkDoor(deps: WebDependencies) {
  const { store, clock } = deps;
  /** @throws NotFound for a link that is wrong or was never made: the two look the same. */
  const find = async (context: OnAnything): Promise<OnLink> => {
    const token = String(context.request.params['token']);
    const link = await store.links.find(token);
    const document = link === null ? null : await store.cases.get(link.caseRef);
    const duty = document?.duties?.find(({ id }) => id === link?.task);
    const task = document?.tasks.find(({ id }) => id === link?.task) ?? (duty === undefined ? undefined : ofDuty(duty));
    if (link === null || document === null || task === undefined) throw new NotFound();
    noteCase(document._id);
    const by = actorOf(context.request, 'link', deps);
    const onLink = { ...context, token, link, document, task, by, sender: `link/${link._id}`, base: `/t/${token}`, account: null };
    return duty === undefined ? onLink : { ...onLink, duty };
  };

  /** Whether a code was given for it in this session. */
  const isOpen = ({ request, link }: Pick<OnLink, 'request' | 'link'>): boolean =>
    (request.session.links?.[link._id] ?? 0) > Date.parse(clock.now());

  const showLanding = async (context: OnLink): Promise<void> => {
    const { request, response, duty } = context;
    const isStale = response.locals['stale'] === true;
    const answer = duty === undefined ? await store.answers.ofTask(context.document._id, context.task) : null;
    const isDecided = whyDead(context, deps) !== null;
    response.status(isStale ? 403 : request.held === undefined ? 200 : 401).render(isDecided ? 'pages/link-decided.njk' : duty === undefined ? 'pages/link.njk' : 'pages/link-duty.njk', {
      ...linkFacts(context, deps),
      isAnswered: answer !== null,
      timeRanOut: isStale || request.held !== undefined,
    });
  };

  return { find, isOpen, showLanding, whyDead: (context: OnLink) => whyDead(context, deps) };
}

export function linkRoutes(routes: Routes, deps: AnswerDependencies): void {
  const { store, clock, limits } = deps;
  const { find, isOpen, showLanding } = linkDoor(deps);

  /** @throws NotFound for a link that nothing is answered by */
  const findTask = async (context: OnAnything): Promise<OnLink> => {
    const onLink = await find(context);
    if (onLink.duty !== undefined) throw new NotFound();
    return onLink;
  };
  /** @throws Refusal for a link that another one has taken the place of, or whose case has ended */
  const ifAlive = (found: typeof find) => async (context: OnAnything): Promise<OnLink> => {
    const onLink = await found(context);
    const why = whyDead(onLink, deps);
    if (why !== null) throw why;
    return onLink;
  };
  const findTaskAlive = ifAlive(findTask);
  /** Also one that takes nothing any more, where what was decided is read by it. */
  const findReadable = async (context: OnAnything): Promise<OnLink> => {
    const onLink = await find(context);
    const why = whyDead(onLink, deps);
    if (why !== null && (await decisionsFor(onLink, deps)) === null) throw why;
    return onLink;
  };

  const ifOpen = (show: (context: OnLink) => Promise<void> | void) => async (context: OnLink) => {
    if (isOpen(context)) await show(context);
    else context.response.redirect(303, context.base);
  };

  const showCodePage = (context: OnLink, error?: string): void => {
    context.response.status(error === undefined ? 200 : 422).render('pages/link-code.njk', {
      ...linkFacts(context, deps),
      codeMinutes,
      errors: error === undefined ? [] : [{ input: 'code', message: error }],
    });
  };

  const answer = answerForm<OnLink>(deps);

  /** What was typed is shown when its link is dead: it may be the only copy. */
  const showTyped = async (context: OnLink, held: Held, why: Refusal): Promise<void> => {
    if (context.duty !== undefined) {
      // Its own page says what became of it.
      if (held.path !== pageOf(context)) throw why;
      showFormAgain(routes, context, held);
      return;
    }
    await answer.show({ ...context, document: { ...context.document, ended: true } }, held.fields, [], why);
  };

  routes.onLink('/t/:token', find, {
    get: async (context) => {
      const { held } = context.request;
      const why = whyDead(context, deps);
      const isDead = why !== null && (held !== undefined || (await decisionsFor(context, deps)) === null);
      if (isDead) {
        if (held === undefined) throw why;
        await showTyped(context, held, why);
      } else if (!isOpen(context)) {
        await showLanding(context);
      } else if (held !== undefined) {
        showFormAgain(routes, context, held);
      } else {
        context.response.redirect(303, behind(context, deps));
      }
    },
    post: async (context) => {
      const held = carriedOf(context.request);
      const why = whyDead(context, deps);
      if (why !== null && (held !== null || (await decisionsFor(context, deps)) === null)) {
        if (held === null) throw why;
        await showTyped(context, held, why);
        return;
      }
      await limits.count('codeRequests', context.link._id);
      await sendCode(context, deps);
      if (held === null) {
        context.response.redirect(303, `${context.base}/code`);
        return;
      }
      context.request.held = held;
      showCodePage(context);
    },
  });

  routes.onLink('/t/:token/code', findReadable, {
    get: (context) => showCodePage(context),
    post: async (context) => {
      const { request, response, base, link } = context;
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
      await record(context, 'signed-in-by-code', deps);
      await limits.forget('codeTries', link._id);
      const { account, signedInAt, links } = request.session;
      await renewSession(request, {
        ...(account === undefined || signedInAt === undefined ? {} : { account, signedInAt }),
        links: { ...stillOpen(links, now), [link._id]: now.getTime() + openMinutes * 60_000 },
      });
      await saveSession(request);
      if (held?.path.startsWith(`${base}/`) === true) {
        showFormAgain(routes, context, held);
        return;
      }
      response.redirect(303, behind(context, deps));
    },
  });

  routes.onLink('/t/:token/decision', findTask, {
    get: async (context) => {
      const { response, document, by, base } = context;
      const why = whyDead(context, deps);
      const decisions = await decisionsFor(context, deps);
      if (why !== null && decisions === null) throw why;
      // While something can be said, it is read beside the form by which that is done.
      if (why === null || decisions === null || !isOpen(context)) {
        response.redirect(303, base);
        return;
      }
      await recordView(document, by, decisions.names, deps);
      response.render('pages/decided.njk', { ...factsOf(context, null, deps), becameOf: why.detail, decisions: await decisions.rows() });
    },
  });

  routes.onLink('/t/:token/answer', findTaskAlive, { get: ifOpen(answer.get) });
  // A dead link, too, must reach the form: an answer that was taken may come again, and what was typed is not lost.
  routes.onLink('/t/:token/answer', findTask, {
    post: async (context) => {
      const { request, document } = context;
      const why = whyDead(context, deps);
      if (isOpen(context) && (why === null || document.ended)) {
        await answer.post(context);
        return;
      }
      if (carriesFiles(request)) await readFieldsOnly(request);
      const held = heldOf(request) ?? undefined;
      if (why !== null) {
        if (held === undefined) throw why;
        await showTyped(context, held, why);
        return;
      }
      request.held = held;
      await showLanding(context);
    },
  });

  const passOn = passOnForm<OnLink>(deps);
  routes.onLink('/t/:token/pass-on', findTaskAlive, { get: ifOpen(passOn.get), post: ifOpen(passOn.post) });

  routes.onLink('/t/:token/received', findTask, {
    get: ifOpen(async (context) => {
      const received = await store.answers.ofTask(context.document._id, context.task);
      if (received === null) context.response.redirect(303, context.base);
      else context.response.render('pages/received.njk', await receivedFacts(context, received, deps));
    }),
  });
  routes.onLink('/t/:token/question', findTaskAlive, {
    get: ifOpen((context) => context.response.render('answers/question.njk', factsOf(context, null, deps))),
  });

  routes.onLink('/t/:token/files/:file', findTaskAlive, {
    get: ifOpen(async (context) => {
      const { request, response, document, task, sender } = context;
      const file = await store.files.get(String(request.params['file']), document._id, document.key);
      if (file === null || file.task !== task.id) throw new NotFound();
      if (file.sender !== sender && !(await isAnswered(document._id, task.id, file.id, deps))) throw new NotFound();
      await recordFile(context, 'file-downloaded', file.id, deps);
      await sendFile(response, file, document.key, store.files);
    }),
  });
}

/** The page by which a task is answered, or what else is to be done is said to be done, by its kind. */
const pageOf = ({ base, duty }: OnLink): string => `${base}/${duty === undefined ? 'answer' : duty.id.replace(/-\d+$/, '')}`;

/** The page that the code opens: that one, or what was decided, where nothing can be done any more. */
const behind = (context: OnLink, deps: Pick<AnswerDependencies, 'protocol' | 'clock'>): string =>
  whyDead(context, deps) === null ? pageOf(context) : `${context.base}/decision`;

/**
 * What an originator reads by its link once its applicant has the reply: what came from it, with what was decided on it and why.
 * Null where there is no such thing: the link was replaced, what was asked came from somebody else, or nothing was decided by item.
 */
async function decisionsFor({ link, task, document }: OnLink, deps: WebDependencies) {
  if (task.kind !== 'consult' || link.generation !== task.linkGeneration || itemsAsked(task).length === 0) return null;
  const record = await deps.store.audit.of(document._id);
  if (!wasRepliedByItem(record)) return null;
  return webProcess(document.process).alongside?.(document, task, record, deps) ?? null;
}

/** Why a link leads nowhere any more, and what became of the case; null while it is alive. Nothing of what was asked is in it. */
function whyDead({ link, task, duty, document }: OnLink, deps: Pick<AnswerDependencies, 'protocol' | 'clock'>): Refusal | null {
  const { thing } = processes[document.process];
  const opener = partnerName(deps.protocol, document.openedBy.partner);
  if (link.generation !== task.linkGeneration) {
    return new Refusal(
      410,
      'This link was replaced',
      `Use the link in the newest mail about this ${thing}. If you have none, speak to the partner that opened it.`,
    );
  }
  if (!document.ended && duty !== undefined) {
    if (document.projection.duties?.includes(duty.id) === true) return null;
    return new Refusal(410, 'This is not to be done any more', 'What came of it is on record already, or what is to be done was decided anew. No more reminders come.');
  }
  if (!document.ended && task.kind === 'consult' && itemsAsked(task).length === 0) {
    return new Refusal(
      410,
      'Nothing is asked of you any more',
      `${opener} has put on record that what you were asked about in ${document._id} did not come from your organisation after all. If it did, tell ${opener} at once.`,
    );
  }
  const reply = document.tasks.find(({ kind }) => kind === 'reply');
  // While the reply is looked at again, what an originator says is read by whoever does that.
  const isReplied = document.projection.tasks.find(({ id }) => id === reply?.id)?.status === 'left-unanswered' && document.projection.stage !== 'looked-at-again';
  if (!document.ended && isReplied) {
    return new Refusal(410, 'The applicant has the reply', `${document._id} was replied to, so nothing is asked of you any more. If you still have something to say, speak to ${opener}.`);
  }
  if (!document.ended) {
    // Of a partner that has left, what is answered is closed to it: its general access has ended (section 13). What concerns
    // former partners, too, goes on for it.
    const goesOn = definitionOf(document.process).withFormerPartners === true;
    const since = goesOn ? undefined : formerSince(task, deps);
    const isOpen = document.projection.tasks.find(({ id }) => id === task.id)?.status !== 'answered';
    return since === undefined || isOpen ? null : new AccessEnded(since);
  }
  const { outcome } = document.projection;
  return new Refusal(
    410,
    `This ${thing} is closed`,
    `${document._id} was closed${outcome === null ? '' : `: ${outcomeInWords(document.process, outcome)}`}. It takes ${duty === undefined ? 'no answer' : 'nothing'} any more. ` +
      (task.kind === 'consult' ? `If you still have something to say, speak to ${opener}.` : ''),
  );
}

function stillOpen(links: Record<string, number> | undefined, now: Date): Record<string, number> {
  return Object.fromEntries(Object.entries(links ?? {}).filter(([, until]) => until > now.getTime()));
}

/** What may be shown to whoever opens the link: which request, of whom, due when, and whose mailbox gets the code. */
function linkFacts(context: OnLink, deps: WebDependencies) {
  return {
    ...(context.duty === undefined ? taskFacts(context, deps) : dutyFacts(context, context.duty, deps)),
    token: context.token,
    mailboxOf: mailboxOf(context),
    // The deputy, while the contact is away.
    standsIn: context.link.role === 'spoc' && context.task.holder === null,
  };
}

function taskFacts(context: OnLink, deps: WebDependencies) {
  const facts = factsOf(context, null, deps);
  return { ...facts, counting: countingInWords(facts.task.plan) };
}

const dutyFacts = ({ document }: OnLink, duty: CaseDuty, { protocol, clock }: WebDependencies) => ({
  caseRef: document._id,
  opener: document.openedBy.partner,
  asked: partnerName(protocol, duty.partner),
  title: webProcess(document.process).words.byLink?.(numberOf(duty)),
  dueOn: duty.dueOn,
  overdue: duty.dueOn < londonDateOf(clock.now()),
});

async function record({ document, task, duty, by, link }: OnLink, act: AuditAct, { store, clock }: AnswerDependencies): Promise<void> {
  await store.audit.append({
    chain: document._id,
    key: `${act}/${randomUUID()}`,
    at: clock.now(),
    act,
    by,
    ...(duty === undefined ? { task: task.id } : {}),
    facts: { role: link.role, generation: link.generation, ...(duty === undefined ? {} : { duty: duty.id, partner: duty.partner }) },
  });
}

async function sendCode(context: OnLink, deps: AnswerDependencies): Promise<void> {
  const { document, task, link } = context;
  const { store, transport, clock, settings } = deps;
  const { address } = await reachOf(link.role, document, task, deps);
  if (address === null) throw new NoMailbox();
  await record(context, 'code-sent', deps);
  const code = String(randomInt(1_000_000)).padStart(6, '0');
  await store.links.keepCode(link, code, new Date(Date.parse(clock.now()) + codeMinutes * 60_000));
  const sending = await sendOnce(
    {
      key: `${document._id}/${task.id}/code/${randomUUID()}/${link.role}`,
      caseRef: document._id,
      to: address,
      letter: render(oneTimeCodeLetter({ caseRef: document._id, code, minutes: codeMinutes, mailboxOf: mailboxOf(context) })),
    },
    { ledger: store.mailLedger, transport, clock, domain: new URL(settings.PUBLIC_URL).hostname },
  );
  if (sending.result === 'deferred') {
    throw new Unavailable(
      'The code could not be mailed. Your link stays valid: wait a few minutes and ask for a code again.',
    );
  }
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
