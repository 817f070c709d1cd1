/** Tells people of the dates that changed bank holidays have moved: each person of all cases of a change together. */
import type { IsoDate } from '../config/clock';
import { reachOf } from '../dispatch/addresses';
import { render, sendOnce, type Letter } from '../mail';
import { movedDatesLetter } from '../mail/letters/moved-dates';
import type { CaseDocument } from '../store/cases';
import type { NewsLine, NewsMail } from '../store/date-news';
import type { CaseEvent, UndeliverableReason } from '../workflows/shared/contract';
import { lostIn, notDeliveredStep } from '../workflows/shared/lost-mail';
import type { Dependencies } from './dependencies';
import { isOfClosing, letterOf, mailKey, taskOf } from './letters/compose';

/** More than so many cases are no mail that somebody reads: the next ones go into another. */
const casesPerMail = 50;

/** The moves go first: nobody is told while others still come, unless that goes on for long. */
const quietMs = 10_000;
const longestMs = 300_000;

/** From half a minute to half an hour, as other mail that is not taken. */
const firstRetryMs = 30_000;
const longestRetryMs = 1_800_000;

/**
 * Gathers what is to be told into mails, and sends those. Can be repeated at any point, and be done by several workers at
 * once: a mail is made up once, under its number, with what it tells, and is sent once by its key.
 * @returns how many mails were sent
 * @throws when the database does not answer
 */
export async function tellOfMovedDates(deps: Dependencies): Promise<number> {
  const { store, clock } = deps;
  const waiting = await store.dateNews.waiting();
  for (const change of new Set(waiting.map((line) => line.change))) {
    const lines = waiting.filter((line) => line.change === change);
    if (isTime(lines, Date.parse(clock.now()))) await gather(change, lines, deps);
  }
  let sent = 0;
  for (const mail of await store.dateNews.untold(new Date(clock.now()))) {
    if (await sendMail(mail, deps)) sent += 1;
  }
  return sent;
}

function isTime(lines: readonly NewsLine[], now: number): boolean {
  const held = lines.map(({ heldAt }) => Date.parse(heldAt));
  return Math.max(...held) <= now - quietMs || Math.min(...held) <= now - longestMs;
}

async function gather(change: string, waiting: readonly NewsLine[], deps: Dependencies): Promise<void> {
  const { store, clock } = deps;
  // One that was made up has its lines, even if whoever made it up died before they were marked.
  const mails = await store.dateNews.mailsOf(change);
  const mailOf = new Map(mails.flatMap(({ _id, lines }) => lines.map((line) => [line, _id] as const)));
  const byAddress = new Map<string, NewsLine[]>();
  let document: CaseDocument | null = null;
  for (const line of [...waiting].sort((a, b) => (a._id < b._id ? -1 : 1))) {
    const mail = mailOf.get(line._id);
    if (mail !== undefined) {
      await store.dateNews.markGathered([line._id], mail);
      continue;
    }
    if (document?._id !== line.caseRef) document = await caseOf(line, deps);
    const reach = await reachOf(line.to, document, taskOf(line.notice, document), deps);
    if (reach.address === null) {
      const { because: reason, until } = reach;
      await noteUndelivered(line, { reason, ...(until === undefined ? {} : { until }) }, deps);
      await store.dateNews.markGathered([line._id], 'nobody');
    } else byAddress.set(reach.address, [...(byAddress.get(reach.address) ?? []), line]);
  }
  for (const [to, lines] of byAddress) {
    const person = `bank-holidays/${change}/${store.audit.keyedHash({ address: to })}`;
    let part = mails.filter(({ _id }) => _id.startsWith(`${person}/`)).length;
    for (let at = 0; at < lines.length; at += casesPerMail) {
      part += 1;
      const ids = lines.slice(at, at + casesPerMail).map(({ _id }) => _id);
      const mail = { _id: `${person}/${part}`, change, to, lines: ids, nextTryAt: new Date(clock.now()) };
      // Another worker is at it; what its mails leave out, the next look finds.
      if (!(await store.dateNews.makeUp(mail))) break;
    }
  }
}

async function caseOf({ caseRef }: NewsLine, { store }: Dependencies): Promise<CaseDocument> {
  const document = await store.cases.get(caseRef);
  if (document === null) throw new Error(`The store has no case ${caseRef}, whose date has moved.`);
  return document;
}

/** @returns whether it was sent now, or before */
async function sendMail(mail: NewsMail, deps: Dependencies): Promise<boolean> {
  const { store, transport, clock, publicUrl } = deps;
  if (mail.to === null) return false;
  const told = await lettersOf(mail, deps);
  const [first] = told;
  if (first === undefined) {
    await store.dateNews.settle(mail, clock.now());
    return false;
  }
  const isOne = told.length === 1;
  const letter = isOne ? first.letter : movedDatesLetter(told.map((each) => each.letter));
  const sending = await sendOnce(
    { key: mail._id, caseRef: isOne ? first.line.caseRef : `bank-holidays/${mail.change}`, to: mail.to, letter: render(letter) },
    { ledger: store.mailLedger, transport, clock, domain: new URL(publicUrl).hostname },
  );
  if (sending.result === 'deferred' || sending.result === 'not-wanted') {
    const waitMs = Math.min(firstRetryMs * 2 ** mail.tries, longestRetryMs);
    await store.dateNews.postpone(mail, new Date(Date.parse(clock.now()) + waitMs));
    return false;
  }
  const { at } = sending;
  if (sending.result === 'refused') await store.directory.noteRefusal(mail.to, at);
  for (const { line } of told) {
    if (sending.result === 'refused') await noteUndelivered(line, { reason: 'address-refused' }, deps);
    else await onTimeline(line, { event: 'notice-sent', at, ...ofNotice(line) }, deps);
  }
  await store.dateNews.settle(mail, at);
  return sending.result === 'sent';
}

/** What a mail tells: of one date once, although its reader has several roles, and nothing of when a closed case would close. */
async function lettersOf(mail: NewsMail, deps: Dependencies): Promise<{ readonly line: NewsLine; readonly letter: Letter }[]> {
  const told: { readonly line: NewsLine; readonly letter: Letter }[] = [];
  const moves = new Set<string>();
  let document: CaseDocument | null = null;
  for (const line of await deps.store.dateNews.linesOf(mail)) {
    const { notice, to, caseRef } = line;
    // Of a mail that did not reach a partner, one letter names everybody there.
    const lost = lostIn(notice.step)?.lost;
    const move = [caseRef, notice.task, lost === undefined ? notice.step : `not-delivered-${lost}`, notice.clockVersion].join('/');
    if (moves.has(move)) continue;
    moves.add(move);
    if (document?._id !== caseRef) document = await caseOf(line, deps);
    if (document.ended && isOfClosing(notice.step)) continue;
    const task = taskOf(notice, document);
    told.push({ line, letter: await letterOf({ notice, to, document, task, answer: null, now: deps.clock.now() }, deps) });
  }
  return told;
}

const ofNotice = ({ notice: { task, step }, to }: NewsLine) => ({ task, step, to });

const onTimeline = ({ caseRef, run }: NewsLine, event: CaseEvent, { store }: Dependencies): Promise<void> =>
  store.cases.recordMails(caseRef, { run }, [event]);

/** A partner that cannot be told is escalated to the CSP manager; nobody is above that one. */
async function noteUndelivered(
  line: NewsLine,
  why: { readonly reason: UndeliverableReason } & { readonly until?: IsoDate },
  deps: Dependencies,
): Promise<void> {
  const heldAt = deps.clock.now();
  if (line.to !== 'csp-manager' && !line.notice.step.startsWith('not-delivered')) {
    const { change, caseRef, run } = line;
    const notice = { ...line.notice, step: notDeliveredStep(line.notice.step, line.to) };
    const to = 'csp-manager';
    await deps.store.dateNews.hold([{ _id: mailKey(caseRef, notice, to), change, caseRef, run, notice, to, heldAt }]);
  }
  await onTimeline(line, { event: 'notice-not-delivered', at: heldAt, ...why, ...ofNotice(line) }, deps);
}
