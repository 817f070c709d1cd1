/** My tasks: what waits for the person who has signed in, and how the cases of their team stand. */
import { endOfLondonDay, londonDateOf } from '../../calendar';
import { processSlugs, type ProcessSlug } from '../../config/processes';
import type { Account } from '../../store/accounts';
import type { CaseFilter, CaseOrder, CaseSummary } from '../../store/cases';
import { rowsOf, type CaseRow, type ListDependencies } from '../case-list';
import { distanceInWords } from '../distance';
import type { TaskView } from '../case-view';
import type { Routes } from '../http/routes';
import { assignedTo, decidesSilence, mayOnTask, openedByTeamOf, seenBy } from '../policy';
import { webProcess } from '../processes';
import type { ToDo } from '../processes/process';
import { askedIn } from './answer-form';
import { addressOf } from './lists';
import { startsOf } from './start';

/** Of each list; whoever has more is told how many, and finds all of them in the list of cases. */
const shown = 20;
const batchSize = 50;

export function workRoutes(routes: Routes, deps: ListDependencies): void {
  routes.signedIn('/', 'signed-in', {
    get: async ({ request, response, account }) => {
      const ownTeam = { ...seenBy(account), openedBy: openedByTeamOf(account) };
      const [tasks, toDo, replies, confirmations, decisions] = await Promise.all([
        tasksToAnswer(account, deps),
        toDoOf(account, deps),
        sectionOf(account, { ...ownTeam, waits: 'reply' }, { waits: 'reply', openedBy: 'my-team' }, deps, {
          stillWaits: withoutReply,
        }),
        sectionOf(account, { ...ownTeam, waits: 'confirmation' }, { waits: 'confirmation', openedBy: 'my-team' }, deps, {
          order: 'closes-first',
        }),
        decidesSilence(account)
          ? sectionOf(account, { ...seenBy(account), waits: 'decision' }, { waits: 'decision' }, deps, {
              stillWaits: withSilentTask,
            })
          : null,
      ]);
      // What waits for the team or the account to act is listed once, above.
      const above = [replies, confirmations, decisions].flatMap((section) => section?.rows.map(({ ref }) => ref) ?? []);
      const others: CaseFilter = { ...ownTeam, ended: false, except: above };
      const opened = await sectionOf(account, others, { state: 'open', openedBy: 'my-team' }, deps);
      const { notice } = request.session;
      delete request.session.notice;
      response.render('pages/work.njk', {
        notice,
        tasks,
        toDo,
        replies,
        confirmations,
        decisions,
        opened,
        hasOthersAbove: replies.rows.length + confirmations.rows.length > 0,
        starts: startsOf(account),
        isAsked: account.roles.some((role) => role === 'spoc' || role === 'governance-lead'),
      });
    },
  });
}

interface TaskRow extends CaseRow {
  readonly task: TaskView;
  readonly taskDue: string;
  /** What is asked, where a case asks more than one thing. */
  readonly what: string | undefined;
}

/**
 * The tasks that the account may answer, the first due first. A case is read by the first due moment of its tasks, which
 * may be before that of the account's own: so until enough tasks are due no later than the next case.
 */
async function tasksToAnswer(account: Account, deps: ListDependencies) {
  const { store, clock, holidays } = deps;
  const known = holidays.current();
  const filter: CaseFilter = { ...seenBy(account), waits: 'answer', assignedTo: assignedTo(account) };
  const found: TaskRow[] = [];
  const take = async (summaries: readonly CaseSummary[]): Promise<void> => {
    for (const { summary, row } of await rowsOf(summaries, account, deps)) {
      for (const [at, task] of row.tasks.entries()) {
        const asked = summary.tasks[at];
        if (asked === undefined || !isAwaited(task) || !mayOnTask(account, 'answer-task', summary, asked)) continue;
        const what = askedIn(summary.process, asked)?.title;
        found.push({ ...row, task, taskDue: distanceInWords(task.plan, summary.process, clock.now(), known), what });
      }
    }
  };
  const isEnough = ({ projection: { dueAt } }: CaseSummary): boolean =>
    found.filter(({ task }) => dueAt !== null && Date.parse(task.plan.dueAt) <= Date.parse(dueAt)).length > shown;

  let own: CaseSummary[] = [];
  for await (const summary of store.cases.dueFirst(filter)) {
    if (own.length === batchSize) {
      await take(own);
      own = [];
      if (isEnough(summary)) break;
    }
    if (summary.tasks.some((task) => mayOnTask(account, 'answer-task', summary, task))) own.push(summary);
  }
  await take(own);
  found.sort((a, b) => Date.parse(a.task.plan.dueAt) - Date.parse(b.task.plan.dueAt));
  return {
    rows: found.slice(0, shown),
    more: found.length > shown,
    href: addressOf('/cases', { waits: 'answer', partner: account.partner, side: 'asked' }),
  };
}

/** One whose ladder is finished can still be answered. */
const isAwaited = ({ status }: TaskView): boolean => status === 'open' || status === 'unanswered';

/** What waits for the account besides answering, the first due first; what has no day comes last. */
async function toDoOf(account: Account, { store, clock, holidays }: ListDependencies) {
  const open: CaseFilter = { ...seenBy(account), ended: false };
  // Of what a partner has a task in, too: whoever decides in it need not have opened it.
  const filters: readonly CaseFilter[] = [{ ...open, concerns: openedByTeamOf(account) }, { ...open, assignedTo: assignedTo(account) }];
  const found = new Map<string, readonly (ToDo & { readonly ref: string; readonly process: ProcessSlug })[]>();
  for (const { slug, toDo } of withToDo) {
    for (const filter of filters) {
      for await (const summary of store.cases.every({ ...filter, process: slug })) {
        if (found.has(summary._id)) continue;
        found.set(summary._id, toDo(summary, account, { clock }).map((each) => ({ ...each, ref: summary._id, process: summary.process })));
      }
    }
  }
  const all = [...found.values()].flat().toSorted((a, b) => ((a.dueOn ?? '9') < (b.dueOn ?? '9') ? -1 : 1));
  const now = clock.now();
  const rows = all.slice(0, shown).map(({ dueOn, process, ...each }) => ({
    ...each,
    dueOn,
    isOverdue: dueOn !== null && dueOn < londonDateOf(now),
    distance: dueOn === null ? null : distanceInWords({ dueOn, dueAt: endOfLondonDay(dueOn) }, process, now, holidays.current()),
  }));
  return { rows, total: all.length };
}

const withToDo = processSlugs.flatMap((slug) => {
  const { toDo } = webProcess(slug);
  return toDo === undefined ? [] : [{ slug, toDo }];
});

interface Listed {
  readonly summary: CaseSummary;
  readonly row: CaseRow;
}

/**
 * One list of cases, with how many there are and where all of them are found.
 * @param stillWaits takes out what was done and the case does not know of yet
 */
async function sectionOf(
  account: Account,
  filter: CaseFilter,
  address: Readonly<Record<string, string>>,
  deps: ListDependencies,
  { order = 'due-first', stillWaits }: { readonly order?: CaseOrder; readonly stillWaits?: StillWaits } = {},
) {
  const { cases } = deps.store;
  const found = await cases.list(filter, shown + 1, order);
  const total = found.length > shown ? await cases.count(filter) : found.length;
  const listed = await rowsOf(found.slice(0, shown), account, deps);
  const rows = stillWaits === undefined ? listed : await stillWaits(listed, deps);
  return { rows: rows.map(({ row }) => row), more: total > shown, total, href: addressOf('/cases', address) };
}

type StillWaits = (
  listed: readonly Listed[],
  deps: ListDependencies,
) => Promise<readonly Listed[]> | readonly Listed[];

/** Those with a question whose reply is not on record yet. */
async function withoutReply(listed: readonly Listed[], { store }: ListDependencies): Promise<readonly Listed[]> {
  const keysOf = ({ summary }: Listed) =>
    summary.projection.tasks.flatMap(({ id, question }) =>
      question === null ? [] : [`${summary._id}/reply/${id}/${question}`],
    );
  const replies = new Set((await store.audit.byKeys(listed.flatMap(keysOf))).map(({ uniqueKey }) => uniqueKey));
  return listed.filter((each) => keysOf(each).some((key) => !replies.has(key)));
}

/** Those with a task that nobody has answered: an answer may be stored that the case has not heard of. */
const withSilentTask = (listed: readonly Listed[]): readonly Listed[] =>
  listed.filter(({ row }) => row.tasks.some(({ kind, status }) => kind !== 'reply' && status === 'unanswered'));
