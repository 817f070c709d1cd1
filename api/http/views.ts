import { join } from 'node:path';
import type { Express, NextFunction, Request, RequestHandler, Response } from 'express';
import nunjucks from 'nunjucks';
import { formatDate, formatInstant, monthsOf } from '../../calendar';
import type { IsoDate, IsoInstant } from '../../config/clock';
import { processSlugs } from '../../config/processes';
import { partnerName } from '../../config/protocol-rules';
import { projectRoot } from '../../config/root';
import type { Account } from '../../store/accounts';
import type { WebDependencies } from '../dependencies';
import { may } from '../policy';

const { SafeString } = nunjucks.runtime;

/** Templates of our own and of the design system; everything they print is escaped unless it is markup of theirs. */
export function useViews(app: Express, { protocol }: Pick<WebDependencies, 'protocol'>): void {
  const folders = [join(projectRoot, 'api', 'views'), join(projectRoot, 'node_modules', 'govuk-frontend', 'dist')];
  const views = nunjucks.configure(folders, { autoescape: true, express: app, throwOnUndefined: false });
  views.addGlobal('partnership', protocol.name);
  views.addGlobal('contactPoint', protocol.contactPoint);
  views.addGlobal('partnerName', (code: string) => partnerName(protocol, code));
  views.addGlobal('mayStart', (account: Account) => processSlugs.some((slug) => may(account, `open-${slug}`)));
  views.addGlobal('monthsOf', monthsOf);
  views.addFilter('date', (on: IsoDate) => formatDate(on));
  views.addFilter('moment', (at: IsoInstant) => formatInstant(at));
  // The same as nunjucks' own, whose pattern takes a tenth of a page's time on long texts.
  views.addFilter('trim', (text: string | InstanceType<typeof SafeString>) => {
    const trimmed = text.toString().trim();
    return text instanceof SafeString ? new SafeString(trimmed) : trimmed;
  });
  views.addFilter('json', (value: unknown) => JSON.stringify(value));
  // An error of the list, as the macros take it; nothing where the input has none.
  views.addFilter('errorFor', (errors: readonly { input: string; message: string }[] | undefined, input: string) => {
    const found = errors?.find((error) => error.input === input || error.input.startsWith(`${input}-`));
    return found === undefined ? undefined : { text: found.message };
  });
  app.set('view engine', 'njk');
}

/** What every page shows: the token of its forms, what is carried along. */
export function pageLocals(csrfToken: (request: Request) => string): RequestHandler {
  return (request: Request, response: Response, next: NextFunction) => {
    response.locals['path'] = request.path;
    response.locals['csrfToken'] = () => csrfToken(request);
    response.locals['held'] = () => request.held;
    next();
  };
}
