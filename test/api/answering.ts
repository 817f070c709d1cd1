/** Cases to be answered, and their links, as the tests of answering need them. */
import { answerName } from '../../api/applicant-requests/advice';
import { decisionName, itemText } from '../../api/applicant-requests/content';
import { conditionsOfItem } from '../../api/applicant-requests/proposals';
import { consultationOf, itemsOf } from '../../dispatch/items';
import type { LinkRole } from '../../store/links';
import type { CaseDocument, CaseTask } from '../../store/cases';
import { informationRequest } from '../support/cases';
import type { Browser, Web } from './support';

type Asked = Pick<CaseTask, 'partner'> & Partial<Pick<CaseTask, 'team' | 'categories' | 'holder'>>;

/** What Essex Police is asked for, where it is not said. */
export const categories = ['asb-incidents', 'violence-incidents'] as const;
const police: Asked = { partner: 'essex-police', categories };

/** A case of Thurrock Council, received on Thursday 26 March 2026 and due on Monday 13 April 2026. */
export async function askedCase({ deps: { store } }: Web, asked: readonly Asked[] = [police]): Promise<CaseDocument> {
  const reference = await store.cases.allocateReference('information-request', 2026);
  const { document } = await store.cases.open(informationRequest(reference, store, { asked }));
  return document;
}

export const endCase = async ({ deps: { store } }: Web, reference: string): Promise<void> => {
  await store.database.collection<{ _id: string }>('cases').updateOne({ _id: reference }, { $set: { ended: true } });
};

/** The path of a role's link to the first task of a case, as the mail has it. */
export const linkOf = async (web: Web, reference: string, role: LinkRole = 'spoc', generation = 1): Promise<string> =>
  `/t/${await web.deps.store.links.issue(reference, 'T1', role, generation)}`;

/** The code that was mailed last for a case, and to where. */
export async function mailedCode(web: Web, reference: string): Promise<{ readonly code: string; readonly to: string }> {
  const mail = (await web.mails()).find(({ subject }) => subject === `${reference} Your one-time code`);
  return { code: /Code: (\d{6})/.exec(mail?.text ?? '')?.[1] ?? '', to: mail?.to ?? '' };
}

/** Asks for a code, reads the mail, and gives it. */
export async function openedLink(web: Web, reference: string, link: string, browser = web.browser()): Promise<Browser> {
  await browser.send(link, {});
  const given = await browser.send(`${link}/code`, { code: (await mailedCode(web, reference)).code });
  if (!/^\/(answer|action|decision)$/.test(String(given.headers['location']).replace(link, ''))) throw new Error(`The code was not taken: ${given.status}`);
  return browser;
}

/** What the record of a case has of an act, the newest last. */
export const recorded = async ({ deps: { store } }: Web, reference: string, act: string) =>
  (await store.audit.of(reference)).filter((entry) => entry.act === act);

/** What an item's originator has said by now, and what is decided on it, as whoever decides says that it was read. */
export async function answerRead({ deps: { store } }: Pick<Web, 'deps'>, reference: string, item: string): Promise<{ readonly answerSeen?: string; readonly decisionSeen?: string; readonly conditionsSeen?: string }> {
  const document = await store.cases.get(reference);
  const record = await store.audit.of(reference);
  const found = document === null ? undefined : itemsOf(document, record).find(({ id }) => id === item);
  const consultation = document === null || found === undefined ? null : consultationOf(found, document, record);
  const decision = found === undefined ? undefined : decisionName(found);
  const conditions = document === null || found === undefined ? null : await conditionsOfItem(itemText(document, found, record, store), document.openedBy.partner, { store });
  return {
    ...(consultation === null ? {} : { answerSeen: answerName(consultation) }),
    ...(decision === undefined ? {} : { decisionSeen: decision }),
    ...(conditions === null ? {} : { conditionsSeen: conditions.since }),
  };
}
