/** Where cases begin: each process that the account may open, and the page that says that one is stored. */
import { processSlugs, type ProcessSlug, type TaskKind } from '../../config/processes';
import { askedName } from '../../config/protocol-rules';
import type { Account } from '../../store/accounts';
import type { CaseDocument } from '../../store/cases';
import { rungsToCome, taskName, tasksAsRecorded, type TaskView } from '../case-view';
import type { WebDependencies } from '../dependencies';
import type { Routes } from '../http/routes';
import { may } from '../policy';
import { webProcess } from '../processes';

/** The forms that the account may open a case with. */
export const startsOf = (account: Account) =>
  processSlugs.filter((slug) => may(account, `open-${slug}`)).map((slug) => webProcess(slug).words.start);

export function startRoutes(routes: Routes, deps: WebDependencies): void {
  routes.signedIn('/start', 'signed-in', {
    get: ({ response, account }) => response.render('pages/start.njk', { starts: startsOf(account) }),
  });

  routes.onCase('/cases/:ref/sent', 'see-content', {
    get: async ({ document, response }) => {
      const record = await deps.store.audit.of(document._id);
      const { sent, start } = webProcess(document.process).words;
      response.render('pages/sent.njk', {
        caseRef: document._id,
        sent,
        start,
        ...tasksByWhen(document, tasksAsRecorded(document, record, deps.clock.now()), deps),
      });
    },
  });
}

/** Who has to do what by when, each by its own clock; and, for those with one clock, what is sent to whom who does not. */
function tasksByWhen(document: CaseDocument, views: readonly TaskView[], { protocol, clock }: WebDependencies) {
  const [first] = views;
  if (first === undefined) throw new Error(`${document._id} asks nobody.`);
  const running = new Map<string, TaskView[]>();
  for (const view of views.filter(({ isPaused }) => !isPaused)) {
    const clockOf = `${view.kind} ${JSON.stringify(view.plan.rungs)}`;
    running.set(clockOf, [...(running.get(clockOf) ?? []), view]);
  }
  return {
    addressees: views.map((view) => ({ name: taskName(document, view, protocol), dueOn: view.plan.dueOn, dueAt: view.plan.dueAt, isStill: view.isPaused })),
    plan: first.isPaused ? undefined : first.plan,
    overdue: views.some(({ overdue }) => overdue),
    ladders: [...running.values()].map(([only = first, ...others]) => ({
      name: others.length === 0 ? taskName(document, only, protocol) : kindName(document.process, only.kind),
      isOne: others.length === 0,
      isDecided: only.kind !== 'reply',
      rungs: rungsToCome(document.process, only.plan, others.length === 0 ? askedName(protocol, only) : 'the partner', clock.now()),
    })),
  };
}

/** What is asked of several, with a capital letter: it heads what is sent for it. */
function kindName(process: ProcessSlug, kind: TaskKind | null): string {
  const { name = '' } = (kind === null ? undefined : webProcess(process).words.kinds?.[kind]) ?? {};
  return `${name.charAt(0).toUpperCase()}${name.slice(1)}`;
}
