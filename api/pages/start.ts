/** Where cases begin: each process that the account may open, and the page that says that one is stored. */
import { processSlugs } from '../../config/processes';
import type { Account } from '../../store/accounts';
import { whoByWhen } from '../case-view';
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
    get: ({ document, response }) => {
      const plan = document.tasks[0]?.plans[0];
      if (plan === undefined) throw new Error(`${document._id} has no plan.`);
      const { sent, start } = webProcess(document.process).words;
      response.render('pages/sent.njk', {
        caseRef: document._id,
        sent,
        start,
        ...whoByWhen(document.process, document.tasks, plan, deps),
      });
    },
  });
}
