/** The daily refresh of the bank holidays, and what the operator is told of it. */
import { bankHolidayTroubles, formatDate, formatInstant, londonDateOf, type BankHolidayTrouble } from '../calendar';
import { KnownDaysLost, updatedBy } from '../config/bank-holiday-changes';
import { BankHolidaysError, parseBankHolidays, type BankHolidayRefresh } from '../config/bank-holidays';
import { render, sendOnce } from '../mail';
import type { Letter } from '../mail/letter';
import type { BankHolidaysRefreshed } from '../workflows/bank-holidays/contract';
import { feedLimits, fetchFeed, FeedUnreachable } from './bank-holiday-feed';
import type { Dependencies } from './dependencies';

const byItself = { account: null, via: 'concordat', from: null } as const;

/**
 * Fetches the feed, checks it, and puts it in force if it differs. One that is not had, or must not be used, changes
 * nothing but the note of it.
 * @throws Error when the database does not answer, or somebody else changed the bank holidays meanwhile: to be repeated
 */
export async function refreshBankHolidays(
  { store, holidays, bankHolidaysUrl, clock, logger }: Dependencies,
  limits = feedLimits,
): Promise<BankHolidaysRefreshed> {
  const seen = await store.bankHolidays.state();
  const before = await holidays.reload();
  if (bankHolidaysUrl === undefined) return { result: 'not-fetched', version: before.version };
  try {
    const feed = parseBankHolidays(await fetchFeed(bankHolidaysUrl, limits));
    const at = clock.now();
    const after = updatedBy(feed, before, londonDateOf(at));
    const isChanged = await store.bankHolidays.take(seen, { before, after }, { at, by: byItself });
    if (isChanged) {
      await holidays.reload();
      logger.info({ before: before.version, version: after.version }, 'the bank holidays have changed');
    }
    return { result: isChanged ? 'changed' : 'unchanged', version: after.version };
  } catch (error) {
    const kind = failureOf(error);
    if (kind === null) throw error;
    const result = kind === 'unreachable' ? kind : 'refused';
    const { message: reason } = error as Error;
    logger.warn({ result, reason }, 'the bank holidays could not be refreshed');
    await store.bankHolidays.noteFailure({ kind, reason }, clock.now());
    return { result, version: before.version };
  }
}

/** What of the feed has failed; null for anything else. */
function failureOf(error: unknown): NonNullable<BankHolidayRefresh['failure']>['kind'] | null {
  if (error instanceof FeedUnreachable) return 'unreachable';
  if (error instanceof KnownDaysLost) return 'days-lost';
  return error instanceof BankHolidaysError ? 'refused' : null;
}

/**
 * Mails the operator what is wrong with the bank holidays: each kind of trouble once, and again when it comes back after
 * the feed was taken. What a broken feed holds may be another text each morning: the last one is on the health page.
 * @throws Error when the mail server did not take a mail: to be repeated
 */
export async function tellOfBankHolidayTroubles(deps: Dependencies): Promise<void> {
  const { store, transport, holidays, bankHolidaysUrl, clock, publicUrl, operatorEmail } = deps;
  const refresh = await store.bankHolidays.state();
  const troubles = bankHolidayTroubles({
    holidays: holidays.current(),
    refresh,
    isFetched: bankHolidaysUrl !== undefined,
    now: clock.now(),
  });
  for (const trouble of troubles) {
    const { subject, todo, facts, once } = inWords(trouble, refresh.refreshedAt ?? 'never');
    const letter = render({
      subject: `Alarm: ${subject}`,
      heading: subject,
      paragraphs: [todo],
      facts,
      link: { label: 'Open protocol health', url: `${publicUrl}/protocol-health` },
      footer: 'You get this as the operator of Concordat. It is sent once for each kind of trouble, until that is over.',
    });
    const { result } = await sendOnce(
      { key: `bank-holidays/${trouble.code}/${once}/operator`, caseRef: 'bank-holidays', to: operatorEmail, letter },
      { ledger: store.mailLedger, transport, clock, domain: new URL(publicUrl).hostname },
    );
    if (result === 'deferred') throw new Error('The alarm about the bank holidays could not be mailed yet.');
  }
}

interface InWords {
  readonly subject: string;
  readonly todo: string;
  readonly facts: Letter['facts'];
  /** What makes it the same trouble another day. */
  readonly once: string;
}

/** @param refreshedAt when the feed was last taken: what comes after that is a new trouble */
function inWords(trouble: BankHolidayTrouble, refreshedAt: string): InWords {
  switch (trouble.code) {
    case 'calendar-ends': {
      const { lastKnownDay, hasEnded } = trouble;
      return {
        subject: hasEnded ? 'The bank holidays have ended' : 'The bank holidays end soon',
        todo: 'Deadlines after their end cannot be counted for certain. See docs/operations.md, What changes.',
        facts: [{ label: 'Last bank holiday known', value: formatDate(lastKnownDay) }],
        once: `${lastKnownDay}/${hasEnded ? 'ended' : 'soon'}`,
      };
    }
    case 'feed-refused':
      return {
        subject: 'The feed of bank holidays was refused',
        todo: trouble.isDaysLost
          ? 'Those known until now stay in force. If the days were really moved, npm run holidays:accept takes them, in the name of a CSP manager. ' +
            'See docs/operations.md, A bank holiday that is moved.'
          : 'Those known until now stay in force. See docs/operations.md, What changes.',
        facts: [{ label: 'Found', value: trouble.reason }],
        once: `${refreshedAt}/${trouble.isDaysLost ? 'days-lost' : 'unusable'}`,
      };
    case 'feed-stale':
      return {
        subject: 'The bank holidays are not refreshed',
        todo: 'A day that is proclaimed now would not be known. Look at BANK_HOLIDAYS_URL and at the worker’s way out.',
        facts: [
          { label: 'Since', value: formatInstant(trouble.since) },
          ...(trouble.reason === null ? [] : [{ label: 'Found', value: trouble.reason }]),
        ],
        once: trouble.since,
      };
  }
}
