/** Protocol health: what of the protocol, its contacts and its clocks is wrong, or soon will be, and what to do. */
import { bankHolidayTroubles, formatDate, formatInstant, londonDateOf, monthsAfter } from '../../calendar';
import type { BankHolidays } from '../../config/bank-holidays';
import type { IsoInstant } from '../../config/clock';
import type { Partner, Protocol } from '../../config/protocol';
import { hasWithdrawn, signedBy } from '../../config/protocol-rules';
import type { BankHolidayState } from '../../store/bank-holidays';
import { addressesOf, resolveIn, rolesWithAbsences, type DirectoryEntry } from '../../store/directory';
import type { ComparisonSign, WatchdogSign } from '../../store/signs';
import type { WebDependencies } from '../dependencies';
import { contactName, contactRoles, inSentence, type ContactRole } from './directory';

/** `now`: clocks or mails suffer already. `soon`: they will. `known`: to be kept in mind. */
export const urgencies = ['now', 'soon', 'known'] as const;
export type Urgency = (typeof urgencies)[number];

export interface Finding {
  /** Kebab-case; each at most once. */
  readonly code: string;
  readonly urgency: Urgency;
  /** What is the matter, in a few words. */
  readonly what: string;
  readonly todo: string;
  /** What it concerns, each with where to mend it. */
  readonly items: readonly Item[];
}

interface Item {
  readonly name: string;
  readonly detail?: string;
  /** The page that shows it. */
  readonly href?: string;
}

interface Look {
  readonly protocol: Protocol;
  readonly entries: readonly DirectoryEntry[];
  readonly holidays: BankHolidays;
  readonly refresh: BankHolidayState;
  /** Whether the address of a feed of bank holidays is set. */
  readonly isFetched: boolean;
  readonly watchdog: WatchdogSign | null;
  readonly comparison: ComparisonSign | null;
  /** How many open cases each former partner has opened, by its code. */
  readonly leftOpen: ReadonlyMap<string, number>;
  readonly now: IsoInstant;
}

/** It looks every five minutes: three looks missed in a row are no accident. */
const watchdogMinutes = 15;
const reviewMonths = 3;

/** What is wrong at this moment, the most urgent first, and the last sign of the watchdog. */
export async function lookAtHealth({
  settings,
  protocol,
  holidays,
  store,
  clock,
}: Pick<WebDependencies, 'settings' | 'protocol' | 'holidays' | 'store' | 'clock'>): Promise<{
  readonly findings: readonly Finding[];
  readonly watchdog: WatchdogSign | null;
}> {
  const [entries, watchdog, comparison, refresh] = await Promise.all([
    store.directory.all(),
    store.signs.watchdog(),
    store.signs.comparison(),
    store.bankHolidays.state(),
  ]);
  const isFetched = settings.BANK_HOLIDAYS_URL !== undefined;
  const now = clock.now();
  const former = protocol.organisations.filter((partner) => hasWithdrawn(partner, londonDateOf(now)));
  const leftOpen = new Map<string, number>();
  for (const { code } of former) leftOpen.set(code, await store.cases.count({ partners: null, partner: { code, side: 'asking' }, ended: false }));
  const look = { protocol, entries, holidays: holidays.current(), refresh, isFetched, watchdog, comparison, leftOpen, now };
  return { findings: protocolHealth(look), watchdog };
}

/** Everything there is to say, the most urgent first. */
export function protocolHealth(look: Look): Finding[] {
  const found = [
    watchdogFindings,
    comparisonFindings,
    contactFindings,
    absenceFindings,
    calendarFindings,
    feedFindings,
    reviewFindings,
    signatureFindings,
    withdrawalFindings,
    leftOpenFindings,
    fileFindings,
  ].flatMap((findings) => findings(look));
  return found.toSorted((a, b) => urgencies.indexOf(a.urgency) - urgencies.indexOf(b.urgency));
}

function watchdogFindings({ watchdog, now }: Look): Finding[] {
  const findings: Finding[] = [];
  const silentFor = watchdog === null ? Infinity : Date.parse(now) - Date.parse(watchdog.lookedAt);
  if (silentFor > watchdogMinutes * 60_000) {
    findings.push({
      code: 'watchdog-silent',
      urgency: 'now',
      what: 'Nobody looks for stuck cases',
      todo: 'Tell whoever runs Concordat for you: the worker or its schedule has stopped, and mails may not go out.',
      items: [
        { name: watchdog === null ? 'It has not looked yet' : `Last looked at ${formatInstant(watchdog.lookedAt)}` },
      ],
    });
  }
  if (watchdog !== null && watchdog.stuck.length > 0) {
    findings.push({
      code: 'cases-stuck',
      urgency: 'now',
      what: 'Cases give no sign',
      todo: 'Their clocks may have stopped. Tell whoever runs Concordat for you, and remind the partners by telephone.',
      items: watchdog.stuck.map((reference) => ({ name: reference, href: `/cases/${reference}` })),
    });
  }
  return findings;
}

function comparisonFindings({ comparison }: Look): Finding[] {
  if (comparison === null || comparison.differences.length === 0) return [];
  return [
    {
      code: 'stores-differ',
      urgency: 'now',
      what: 'The database and Temporal do not agree',
      todo:
        'One of them was put back from an older copy, or somebody has ended a clock by hand. Tell whoever runs Concordat for ' +
        'you: the command npm run reconcile says what is lost, and mends the rest.',
      items: comparison.differences.map(({ caseRef, what }) =>
        caseRef === null ? { name: what } : { name: caseRef, detail: what, href: `/cases/${caseRef}` },
      ),
    },
  ];
}

function contactFindings({ protocol, entries }: Look): Finding[] {
  const { contactPoint } = protocol;
  const missing: Item[] = [];
  const refused: Item[] = [];
  for (const { partner, entry } of eachEntry(protocol, entries)) {
    const href = `/directory/${partner.code}`;
    const note = partner.signed ? '' : ' (has not signed)';
    const without = contactRoles.filter((role) => entry.contacts[role] === null);
    const names = (roles: readonly ContactRole[]): string =>
      roles.map((role) => inSentence(contactName(protocol, role))).join(', ');
    if (without.length > 0) {
      const which = without.length === contactRoles.length ? 'all' : names(without);
      missing.push({ name: partner.name, detail: `${which}${note}`, href });
    }
    for (const team of partner.teams) {
      const none = rolesWithAbsences.filter((role) => !entry.teams[team.code]?.[role] && entry.contacts[role] === null);
      if (none.length === 0) continue;
      missing.push({ name: `${team.name}, ${partner.name}`, detail: `${names(none)}${note}`, href });
    }
    for (const { address, at } of entry.refused) {
      const isContactPoint = contactPoint.partner === partner.code && contactPoint.address === address;
      // The contact point's is changed in the protocol file, and its old one stays here until the entry is changed.
      if (!isContactPoint && !addressesOf(entry).includes(address)) continue;
      const detail = `${address} (refused at ${formatInstant(at)})`;
      if (isContactPoint) {
        const kept = `${detail}. It is still used, as nobody stands behind it. Change it in the protocol file`;
        refused.push({ name: contactPoint.title, detail: kept });
      } else refused.push({ name: partner.name, detail, href });
    }
  }
  const findings: Finding[] = [];
  if (contactPoint.address === null) {
    findings.push({
      code: 'no-contact-point',
      urgency: 'now',
      what: 'The contact point has no address',
      todo: 'Escalations reach nobody. Enter its address in the protocol file, and have Concordat started anew.',
      items: [{ name: contactPoint.title }],
    });
  }
  if (refused.length > 0) {
    findings.push({
      code: 'addresses-refused',
      urgency: 'now',
      what: 'Addresses that mail could not be delivered to',
      todo: 'Nothing is sent to them until they are changed. Ask the partner for the right address and enter it.',
      items: refused,
    });
  }
  if (missing.length > 0) {
    findings.push({
      code: 'addresses-missing',
      urgency: 'now',
      what: 'Contacts without an address',
      todo: 'Ask the partner for a mailbox of the role and enter it. Until then its tasks go up the ladder.',
      items: missing,
    });
  }
  return findings;
}

/** Days on which a SPOC is away and no deputy stands in: each is named by the first of them. */
function absenceFindings({ protocol, entries, now }: Look): Finding[] {
  const today = londonDateOf(now);
  const uncovered = eachEntry(protocol, entries).flatMap(({ partner, entry }) =>
    [null, ...partner.teams].flatMap((team) => {
      const [first] = entry.absences
        .filter(({ until }) => until >= today)
        .map(({ from }) => (from < today ? today : from))
        .toSorted()
        .filter((on) => {
          const { address, because } = resolveIn(entry, { team: team?.code ?? null, role: 'spoc', on });
          return address === null && because === 'absent';
        });
      const name = team === null ? partner.name : `${team.name}, ${partner.name}`;
      return first === undefined ? [] : [{ first, name, href: `/directory/${partner.code}` }];
    }),
  );
  const todo = 'Mails go up the ladder meanwhile. Enter a deputy, or end the absence if it is over.';
  const already = uncovered.filter(({ first }) => first <= today);
  const later = uncovered.filter(({ first }) => first > today);
  const findings: Finding[] = [];
  if (already.length > 0) {
    const items = already.map(({ name, href }) => ({ name, href }));
    findings.push({ code: 'away-without-deputy', urgency: 'now', what: 'Away, and nobody stands in', todo, items });
  }
  if (later.length > 0) {
    const items = later.map(({ name, href, first }) => ({ name, detail: `from ${formatDate(first)}`, href }));
    const what = 'Will be away, and nobody stands in';
    findings.push({ code: 'will-be-away-without-deputy', urgency: 'soon', what, todo, items });
  }
  return findings;
}

function calendarFindings(look: Look): Finding[] {
  return bankHolidayTroubles(look).map((trouble): Finding => {
    const { code } = trouble;
    switch (code) {
      case 'calendar-ends':
        return {
          code,
          urgency: trouble.hasEnded ? 'now' : 'soon',
          what: trouble.hasEnded ? 'The bank holiday calendar has ended' : 'The bank holiday calendar ends soon',
          todo: 'Deadlines after its end cannot be counted. Have the new file of www.gov.uk/bank-holidays put in place.',
          items: [{ name: `The last bank holiday it knows is ${formatDate(trouble.lastKnownDay)}` }],
        };
      case 'feed-refused':
        return {
          code,
          urgency: 'now',
          what: 'The feed of bank holidays was refused',
          todo: trouble.isDaysLost
            ? 'Those known until now stay in force. Tell whoever runs Concordat for you: the feed may be cut short; or, ' +
              'if a day was really moved, they can accept that in the name of a CSP manager, with the command npm run holidays:accept.'
            : 'Those known until now stay in force. Tell whoever runs Concordat for you: the feed may be broken.',
          items: [{ name: trouble.reason }],
        };
      case 'feed-stale':
        return {
          code,
          urgency: 'now',
          what: 'The bank holidays are not refreshed',
          todo: 'A day that is proclaimed now would not be known. Tell whoever runs Concordat for you.',
          items: [
            {
              name: `Not since ${formatInstant(trouble.since)}`,
              ...(trouble.reason === null ? {} : { detail: trouble.reason }),
            },
          ],
        };
    }
  });
}

/** No trouble, but good to know: a day that is proclaimed reaches the clocks by no feed. */
function feedFindings({ holidays, refresh, isFetched }: Look): Finding[] {
  if (isFetched && refresh.attemptedAt !== null) return [];
  const { version, refreshedAt } = refresh;
  const origin = version === null || refreshedAt === null ? 'are those of the file' : `came at ${formatInstant(refreshedAt)}`;
  return [
    {
      code: 'feed-not-fetched',
      urgency: 'known',
      what: 'Bank holidays come from no feed',
      todo: isFetched
        ? 'It is fetched once a day, and has not been yet.'
        : 'A day that is proclaimed does not become known by itself. Whoever runs Concordat for you can have it fetched.',
      items: [{ name: `Those in force ${origin}, and go to ${formatDate(holidays.lastKnownDay)}` }],
    },
  ];
}

function reviewFindings({ protocol, now }: Look): Finding[] {
  const today = londonDateOf(now);
  const { reviewOn, title } = protocol;
  if (reviewOn > monthsAfter(today, reviewMonths)) return [];
  const isOverdue = reviewOn < today;
  return [
    {
      code: 'review-due',
      urgency: isOverdue ? 'now' : 'soon',
      what: isOverdue ? 'The review of the protocol is overdue' : 'The protocol is to be reviewed soon',
      todo: 'Review it with the partners, then enter the new review date in the protocol file.',
      items: [{ name: title, detail: `${isOverdue ? 'was' : 'is'} to be reviewed by ${formatDate(reviewOn)}` }],
    },
  ];
}

function signatureFindings({ protocol, now }: Look): Finding[] {
  const today = londonDateOf(now);
  const unsigned = protocol.organisations.filter((partner) => !signedBy(partner, today));
  if (unsigned.length === 0) return [];
  return [
    {
      code: 'unsigned',
      urgency: 'now',
      what: 'Partners that have not signed',
      todo: 'They can neither ask nor be asked. Have them sign, then enter the date in the protocol file.',
      items: unsigned.map(({ code, name, signedFrom }) => ({
        name,
        ...(signedFrom === null ? {} : { detail: `signed, and counts from ${formatDate(signedFrom)}` }),
        href: `/directory/${code}`,
      })),
    },
  ];
}

function withdrawalFindings({ protocol, now }: Look): Finding[] {
  const today = londonDateOf(now);
  const items = protocol.organisations.flatMap((partner): Item[] => {
    const { code, name, withdrawnOn } = partner;
    if (withdrawnOn === undefined) return [];
    const verb = hasWithdrawn(partner, today) ? 'withdrew' : 'withdraws';
    return [{ name, detail: `${verb} on ${formatDate(withdrawnOn)}`, href: `/directory/${code}` }];
  });
  if (items.length === 0) return [];
  return [
    {
      code: 'withdrawn',
      urgency: 'known',
      what: 'Former partners',
      todo: 'From that day they can neither ask nor be asked. What was asked before goes on.',
      items,
    },
  ];
}

/** What a former partner has opened goes on asking others, and nobody of it can read what they answer. */
function leftOpenFindings({ protocol, leftOpen }: Look): Finding[] {
  const items = protocol.organisations.flatMap(({ code, name }): Item[] => {
    const count = leftOpen.get(code) ?? 0;
    const detail = `${count} open case${count === 1 ? '' : 's'}`;
    return count === 0 ? [] : [{ name, detail, href: `/cases?partner=${code}&side=asking&state=open` }];
  });
  if (items.length === 0) return [];
  return [
    {
      code: 'left-open',
      urgency: 'soon',
      what: 'Former partners have open cases that they opened',
      todo: 'Nobody of them signs in any more. Speak to them, then end each on its page; of a breach, once each has decided.',
      items,
    },
  ];
}

function fileFindings({ protocol }: Look): Finding[] {
  const findings: Finding[] = [];
  if (protocol.retention.toConfirm) {
    findings.push({
      code: 'retention-to-confirm',
      urgency: 'soon',
      what: 'Retention is not confirmed',
      todo: 'Check how long cases are kept against each partner’s published policy, then say so in the protocol file.',
      items: [{ name: protocol.retention.note ?? 'The periods of the protocol file are a starting point' }],
    });
  }
  const repealed = protocol.statutes.filter((statute) => statute.repealed);
  if (repealed.length > 0) {
    findings.push({
      code: 'statutes-repealed',
      urgency: 'known',
      what: 'Statutes of the protocol that are no longer law',
      todo: 'They cannot be chosen for a new request. Take them out at the next review.',
      items: repealed.map(({ name, note }) => ({ name, ...(note === undefined ? {} : { detail: note }) })),
    });
  }
  return findings;
}

/** The partners of the protocol file in its order, each with its entry. */
function eachEntry(
  { organisations }: Protocol,
  entries: readonly DirectoryEntry[],
): { readonly partner: Partner; readonly entry: DirectoryEntry }[] {
  return organisations.flatMap((partner) => {
    const entry = entries.find(({ _id }) => _id === partner.code);
    return entry === undefined ? [] : [{ partner, entry }];
  });
}
