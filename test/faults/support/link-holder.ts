import { setTimeout as sleep } from 'node:timers/promises';
import { readInbox } from './inbox';
import type { Chance } from './random';
import { answerByForm, asksOf, giveAnswers, insist, Notes } from './traffic';
import { filledIn, WebSession, type Page } from './web-session';

interface Holding {
  readonly notes: Notes;
  readonly chance: Chance;
  /** Whose mailbox it reads, and where that partner is. */
  readonly mailbox: string;
  readonly partner: string;
  readonly url: string;
  readonly inboxPort: number;
  readonly until: () => boolean;
}

/** A link takes five codes in a quarter of an hour: whoever does not get in by these leaves it. */
const codes = 4;

/**
 * Answers as somebody who has a mailbox and no account: opens the link of a mail, has a code sent to the mailbox, enters it and
 * answers; and corrects by the same link. Who cannot get a code leaves the task unanswered.
 */
export async function answerByLink({ notes, chance, mailbox, partner, url, inboxPort, until }: Holding): Promise<void> {
  const seen = new Set<string>();
  // The page of a link does not say which of the tasks of a case it is of. Each has one of these partners, in their order.
  const ofLinks = new Notes();
  while (!until()) {
    for (const { caseRef, link } of await asksOf([mailbox], inboxPort)) {
      if (until() || seen.has(caseRef)) continue;
      seen.add(caseRef);
      if (!caseRef.startsWith('IR-')) continue;
      const session = new WebSession(url, mailbox);
      if (!(await opensByCode(session, { link, caseRef, mailbox, inboxPort }, notes, chance))) continue;
      await giveAnswers({ caseRef, task: '' }, ofLinks, chance, (version) =>
        answerByForm(session, `${link}/answer`, version, notes, chance, 'link'),
      );
    }
    await sleep(chance.between(200, 600));
  }
  notes.faults.push(...ofLinks.faults);
  for (const received of ofLinks.received) {
    const asked = notes.sent.find(({ caseRef }) => caseRef === received.caseRef)?.partners ?? [];
    notes.received.push({ ...received, task: `T${asked.indexOf(partner) + 1}` });
  }
}

async function opensByCode(
  session: WebSession,
  { link, caseRef, mailbox, inboxPort }: { readonly link: string; readonly caseRef: string; readonly mailbox: string; readonly inboxPort: number },
  notes: Notes,
  chance: Chance,
): Promise<boolean> {
  for (let tries = 0; tries < codes; tries += 1) {
    const opened = await insist(`GET ${link}`, notes, chance, () => session.request(link));
    if (opened.status !== 200) {
      notes.faults.push(`the link of ${caseRef} got ${opened.status}: ${opened.text.slice(0, 500)}`);
      return false;
    }
    const known = (await codesFor(caseRef, mailbox, inboxPort)).length;
    const sent = await session.request(link, filledIn(opened, link, {})).catch(() => null);
    if (sent !== null) notes.noteReply(`POST ${link}`, sent);
    const code = sent?.status === 303 ? (await codesFor(caseRef, mailbox, inboxPort)).slice(known).at(-1) : undefined;
    const entered = code === undefined ? null : await enter(session, `${link}/code`, code, notes, chance);
    if (entered?.status === 303) return true;
    await sleep(chance.between(2_000, 4_000));
  }
  return false;
}

async function enter(session: WebSession, path: string, code: string, notes: Notes, chance: Chance): Promise<Page> {
  const page = await insist(`GET ${path}`, notes, chance, () => session.request(path));
  return insist(`POST ${path}`, notes, chance, () => session.request(path, filledIn(page, path, { code })));
}

async function codesFor(caseRef: string, mailbox: string, inboxPort: number): Promise<string[]> {
  const mails = await readInbox(inboxPort).catch(() => []);
  const own = mails.filter((mail) => mail.to === mailbox && mail.caseRef === caseRef && mail.subject.includes('one-time code'));
  return own.map(({ text }) => /Code: (\d{6})/.exec(text)?.[1] ?? '');
}
