/** What a person finds after signing in: the tasks to answer, the cases opened, and the list of all that may be seen. */
import { londonDateOf } from '../../calendar';
import type { IsoInstant } from '../../config/clock';
import { processes } from '../../config/processes';
import { may, mayOnTask } from '../policy';
import type { CaseSummary } from '../../store/cases';
import type { WebDependencies } from '../dependencies';
import type { Routes } from '../http/routes';
import { caseTag, casesSeenBy, distanceInWords, longestList, taskView, type TaskView } from '../case-view';

export interface CaseRow {
  readonly ref: string;
  readonly process: string;
  readonly opener: string;
  readonly tasks: readonly TaskView[];
  readonly tag: ReturnType<typeof caseTag>;
  readonly due: string;
}

type Dependencies = Pick<WebDependencies, 'store' | 'clock' | 'holidays'>;

async function rowOf(summary: CaseSummary, { store, clock, holidays }: Dependencies): Promise<CaseRow> {
  const now = clock.now();
  const tasks = await Promise.all(
    summary.tasks.map(async (task) => {
      // Of a task that the workflow knows as answered, the store needs no asking.
      const known = summary.projection.tasks.find(({ id }) => id === task.id);
      const answer =
        (known?.answer ?? null) === null && !summary.ended ? await store.answers.ofTask(summary._id, task.id) : null;
      return taskView(summary, task, answer, now);
    }),
  );
  return {
    ref: summary._id,
    process: processes[summary.process].title,
    opener: summary.openedBy.partner,
    tasks,
    tag: caseTag(summary, tasks),
    due: dueInWords(tasks, now, holidays),
  };
}

function dueInWords(tasks: readonly TaskView[], now: IsoInstant, holidays: WebDependencies['holidays']): string {
  const [first] = tasks
    .filter(({ status }) => status !== 'answered')
    .sort((a, b) => (a.plan.dueAt < b.plan.dueAt ? -1 : 1));
  return first === undefined ? '' : distanceInWords(first.plan.dueOn, now, holidays);
}

export function workRoutes(routes: Routes, deps: Dependencies): void {
  const { store, clock } = deps;

  routes.signedIn('/', 'signed-in', {
    get: async ({ request, response, account }) => {
      const open = await store.cases.list({ partners: [account.partner], ended: false }, longestList);
      const tasks = (await Promise.all(open.map((summary) => rowOf(summary, deps)))).flatMap((row, index) =>
        row.tasks
          .filter(
            (task) => task.status !== 'answered' && mayOnTask(account, 'answer-task', open[index] as CaseSummary, task),
          )
          .map((task) => ({ ...row, task, due: distanceInWords(task.plan.dueOn, clock.now(), deps.holidays) })),
      );
      const mine = await store.cases.list({ partners: [account.partner], openedBy: account._id }, longestList);
      const { notice } = request.session;
      delete request.session.notice;
      response.render('pages/work.njk', {
        notice,
        tasks: tasks.sort((a, b) => (a.task.plan.dueAt < b.task.plan.dueAt ? -1 : 1)),
        mine: await Promise.all(mine.map((summary) => rowOf(summary, deps))),
        mayOpen: may(account, 'open-information-request'),
        isHolder: account.roles.includes('spoc'),
        today: londonDateOf(clock.now()),
      });
    },
  });

  routes.signedIn('/cases', 'signed-in', {
    get: async ({ response, account }) => {
      const seen = await casesSeenBy(account, store);
      response.render('pages/cases.njk', {
        rows: await Promise.all(seen.map((summary) => rowOf(summary, deps))),
        cut: seen.length === longestList ? longestList : undefined,
        mayOpen: may(account, 'open-information-request'),
      });
    },
  });
}
