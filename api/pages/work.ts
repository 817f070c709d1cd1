/** What a person finds after signing in: tasks to answer, cases opened, what to decide, and all that may be seen. */
import type { IsoInstant } from '../../config/clock';
import { processes } from '../../config/processes';
import { may, mayOnCase, mayOnTask } from '../policy';
import { answerId } from '../../store/answers';
import type { CaseSummary } from '../../store/cases';
import type { WebDependencies } from '../dependencies';
import type { Routes } from '../http/routes';
import {
  answersNotYetTold,
  casesSeenBy,
  caseTag,
  distanceInWords,
  longestList,
  nobodysCase,
  taskView,
  type TaskView,
} from '../case-view';

export interface CaseRow {
  readonly ref: string;
  readonly process: string;
  readonly opener: string;
  readonly tasks: readonly TaskView[];
  readonly tag: ReturnType<typeof caseTag>;
  readonly due: string;
}

type Dependencies = Pick<WebDependencies, 'store' | 'clock' | 'holidays'>;

async function rowsOf(
  summaries: readonly CaseSummary[],
  { store, clock, holidays }: Dependencies,
): Promise<{ readonly summary: CaseSummary; readonly row: CaseRow }[]> {
  const now = clock.now();
  const answers = await answersNotYetTold(summaries, store);
  return summaries.map((summary) => {
    const tasks = summary.tasks.map((task) =>
      taskView(summary, task, answers.find(({ _id }) => _id === answerId(summary._id, task.id)) ?? null, now),
    );
    const row: CaseRow = {
      ref: summary._id,
      process: processes[summary.process].title,
      opener: summary.openedBy.partner,
      tasks,
      tag: caseTag(summary, tasks),
      due: summary.ended ? '' : dueInWords(tasks, now, holidays),
    };
    return { summary, row };
  });
}

function dueInWords(tasks: readonly TaskView[], now: IsoInstant, holidays: WebDependencies['holidays']): string {
  const [first] = tasks
    .filter(({ status }) => status !== 'answered')
    .sort((a, b) => (a.plan.dueAt < b.plan.dueAt ? -1 : 1));
  return first === undefined ? '' : distanceInWords(first.plan.dueOn, now, holidays);
}

export function workRoutes(routes: Routes, deps: Dependencies): void {
  const { store, clock, holidays } = deps;

  routes.signedIn('/', 'signed-in', {
    get: async ({ request, response, account }) => {
      const decides = mayOnCase(account, 'close-unanswered', nobodysCase);
      // What waits is asked for as such, the first due first: a long list is cut at its far end, never at what is overdue.
      const asked = await store.cases.list(
        { partners: null, ended: false, waitsFor: account.partner },
        longestList,
        'due-first',
      );
      const unanswered = decides
        ? await store.cases.list({ partners: null, ended: false, stage: 'unanswered' }, longestList, 'due-first')
        : [];
      const tasks = (await rowsOf(asked, deps)).flatMap(({ summary, row }) =>
        row.tasks
          .filter((task) => task.status !== 'answered' && mayOnTask(account, 'answer-task', summary, task))
          .map((task) => ({ ...row, task, due: distanceInWords(task.plan.dueOn, clock.now(), holidays) })),
      );
      // An answer may be stored that its workflow has not heard of yet.
      const decisions = (await rowsOf(unanswered, deps)).filter(({ row }) =>
        row.tasks.some(({ status }) => status === 'unanswered'),
      );
      const mine = await store.cases.list({ partners: [account.partner], openedBy: account._id }, longestList);
      const { notice } = request.session;
      delete request.session.notice;
      response.render('pages/work.njk', {
        notice,
        tasks: tasks.sort((a, b) => (a.task.plan.dueAt < b.task.plan.dueAt ? -1 : 1)),
        decides,
        decisions: decisions.map(({ row }) => row),
        cut: [asked, unanswered].some(({ length }) => length === longestList) ? longestList : undefined,
        mine: (await rowsOf(mine, deps)).map(({ row }) => row),
        mayOpen: may(account, 'open-information-request'),
        isHolder: account.roles.includes('spoc'),
      });
    },
  });

  routes.signedIn('/cases', 'signed-in', {
    get: async ({ response, account }) => {
      const seen = await casesSeenBy(account, store);
      response.render('pages/cases.njk', {
        rows: (await rowsOf(seen, deps)).map(({ row }) => row),
        cut: seen.length === longestList ? longestList : undefined,
        mayOpen: may(account, 'open-information-request'),
      });
    },
  });
}
