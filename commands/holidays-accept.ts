/**
 * `npm run holidays:accept`: takes a feed of bank holidays that the daily refresh refuses because it lacks known days to
 * come. A feed that was cut short looks just like one with moved days: a person names the days, and answers for it.
 */
import { parseArgs } from 'node:util';
import { Client } from '@temporalio/client';
import { z } from 'zod';
import { fetchFeed, feedLimits } from '../activities/bank-holiday-feed';
import { civilDate, line } from '../api/forms/fields';
import { may } from '../api/policy';
import { formatDate, londonDateOf } from '../calendar';
import { changesBetween, dayCode, extendedBy, lostBy, updatedBy, type DayOff } from '../config/bank-holiday-changes';
import { BankHolidaysError, divisions, parseBankHolidays, type BankHolidays, type Division } from '../config/bank-holidays';
import { systemClock, type IsoDate } from '../config/clock';
import { loadConfiguration } from '../config/configuration';
import type { TemporalSettings } from '../config/env';
import { taskQueue } from '../config/processes';
import { Accounts, type Account } from '../store/accounts';
import { Audit } from '../store/audit';
import { BankHolidayVersions, CurrentBankHolidays } from '../store/bank-holidays';
import { connectDatabase, type Database } from '../store/database';
import { bankHolidaysAcceptedId, bankHolidaysAcceptedType } from '../workflows/bank-holidays/contract';
import type { Surroundings } from './audit-verify';
import { connectTemporal, temporalOf } from './temporal';
import { auditSecret, databaseUri } from './token';

const usage = `Takes the bank holidays of the feed although it lacks known days to come, because these were really moved.

  npm run -s holidays:accept -- --removed 2027-05-03 --by csp-manager@thurrock.example --reason "Moved to 7 May by proclamation"
    --removed  a day that is no bank holiday any more, in every division that has it; or in one of them:
                 ${divisions.map((division) => `${division}/2027-05-03`).join('\n                 ')}
               Can be given several times: every known day that the feed lacks has to be named.
    --by       the username of the account that answers for it: one of a CSP manager
    --reason   why, on one line. Whoever reads the record of acts reads it: name nobody in it

  The feed is that of BANK_HOLIDAYS_URL, read once more. The database is that of MONGODB_URI, its record of acts that of
  AUDIT_SECRET, the Temporal server that of TEMPORAL_ADDRESS; without them, those of the local stack of npm start.
  Once the days are in force the open cases are worked out again. Where Temporal does not answer, the next refresh does that.
  Ends with 0 if the bank holidays are in force, 1 if the feed is refused, 2 if it could not begin.
`;

/** `2027-05-03`, or `scotland/2027-05-03`. */
const day = z.preprocess(
  (value) => {
    const [text, slash] = [String(value), String(value).lastIndexOf('/')];
    return { on: text.slice(slash + 1), ...(slash === -1 ? {} : { division: text.slice(0, slash) }) };
  },
  z.object({
    on: civilDate('the day', 'give the day, such as 2027-05-03'),
    division: z.enum(divisions, `the division must be one of ${divisions.join(', ')}`).optional(),
  }),
);

const schema = z.object({
  removed: z.array(day, 'name each day that was moved'),
  by: line('give the username of the account that answers for it'),
  reason: line('say why'),
});

/** What it was asked for cannot be done as things stand. */
class Refused extends Error {}

/** @param startRecount has every open case worked out again; rejects where Temporal cannot be asked now */
export async function runHolidaysAccept(
  args: readonly string[],
  around: Surroundings,
  startRecount: (version: string, settings: TemporalSettings) => Promise<void> = startRecountInTemporal,
): Promise<0 | 1 | 2> {
  const { env, print, complain } = around;
  const fail = (exitCode: 1 | 2, message: string): 1 | 2 => {
    complain(`holidays:accept: ${message}`);
    return exitCode;
  };
  if (args.includes('--help')) {
    print(usage);
    return 0;
  }
  const given = readArguments(args);
  if (typeof given === 'string') return fail(2, `${given}. See --help.`);
  let database: Database | undefined;
  try {
    const url = env['BANK_HOLIDAYS_URL'];
    if (!url) throw new Error('BANK_HOLIDAYS_URL is not set: without a feed, a new file is put in place.');
    const { holidays: file } = loadConfiguration(() => ({}), env);
    const audit = auditSecret(env);
    const temporal = temporalOf(env);
    database = await connectDatabase(databaseUri(env), 10_000);
    const account = await new Accounts(database).byUsername(given.by);
    if (account === null) return fail(2, `there is no account "${given.by}": give the username that it signs in with.`);
    if (!may(account, 'accept-bank-holidays')) {
      return fail(2, `"${given.by}" cannot answer for it: give the account of a CSP manager.`);
    }
    const versions = new BankHolidayVersions(database, new Audit(database, audit));
    const version = await accept({ ...given, account, url }, { versions, file }, around);
    // Also where nothing was left to accept: it may be asked for again because Temporal did not answer the first time.
    print(await startRecount(version, temporal).then(() => casesFollow, casesFollowLater));
    return 0;
  } catch (error) {
    const isRefused = error instanceof Refused || error instanceof BankHolidaysError;
    return fail(isRefused ? 1 : 2, error instanceof Error ? error.message : String(error));
  } finally {
    await database?.close();
  }
}

interface Asked extends z.infer<typeof schema> {
  readonly account: Account;
  readonly url: string;
}

const casesFollow = 'The dates of open cases are worked out again now; whoever a moved date concerns is mailed.';
const casesFollowLater = (error: unknown): string => {
  const [why = ''] = (error instanceof Error ? error.message : String(error)).split('\n');
  return `${why} The dates of open cases are moved by the next refresh, at 5:30am, or when this is run again.`;
};

/** A run that is on its way for this version is not started twice. */
async function startRecountInTemporal(version: string, settings: TemporalSettings): Promise<void> {
  const connection = await connectTemporal(settings);
  try {
    const client = new Client({ connection, namespace: settings.TEMPORAL_NAMESPACE });
    await client.workflow.start(bankHolidaysAcceptedType, {
      taskQueue,
      workflowId: bankHolidaysAcceptedId(version),
      workflowIdConflictPolicy: 'USE_EXISTING',
      staticSummary: 'Works out every open case again: bank holidays were accepted',
    });
  } finally {
    await connection.close();
  }
}

/**
 * @returns the version in force
 * @throws Refused or BankHolidaysError if the feed must not be taken so; any other Error if that could not be found out
 */
async function accept(
  { removed, reason, account, url }: Asked,
  { versions, file }: { readonly versions: BankHolidayVersions; readonly file: BankHolidays },
  { clock, print }: Surroundings,
): Promise<string> {
  const seen = await versions.state();
  const before = await new CurrentBankHolidays(versions, file).reload();
  const feed = parseBankHolidays(await fetchFeed(url, feedLimits));
  const at = clock.now();
  const today = londonDateOf(at);
  const { added } = changesBetween(before, feed);
  const lost = lostBy(feed, before, today);
  for (const each of lost) print(`lost    ${inWords(each)}`);
  for (const each of added) print(`gained  ${inWords(each)}`);

  const moved = await movedDays(removed, { feed, before, today }, versions);
  const unnamed = lost.filter((each) => !moved.has(dayCode(each)));
  if (unnamed.length > 0) throw new Refused(unnamedInWords(unnamed, lost, before));
  const after = updatedBy(feed, before, today, moved);
  const kept = changesBetween(after, extendedBy(file, after)).added.filter((each) => moved.has(dayCode(each)));
  if (kept.length > 0) {
    const days = kept.map(inWords).join('; ');
    throw new Refused(`the file of bank holidays goes further than the feed and has ${days}: put a newer file in place first.`);
  }
  const by = { account: account._id, via: 'command', from: null } as const;
  const isChanged = await versions.take(seen, { before, after }, { at, by, reason });
  print(
    isChanged
      ? `Version ${after.version} is in force and on record: new dates are counted with it within half a minute.`
      : `Nothing to accept: version ${after.version} is in force, and the feed brings no other.`,
  );
  return after.version;
}

/** How many days a refusal spells out: the lines before it have them all. */
const mostSpelt = 5;

/** What to say of days that the feed lacks and nobody has named: which they are, and how each is named. */
function unnamedInWords(unnamed: readonly DayOff[], lost: readonly DayOff[], known: BankHolidays): string {
  const isLostEverywhere = (on: IsoDate): boolean =>
    divisions.every((division) => !known.divisions[division].has(on) || lost.some((day) => day.on === on && day.division === division));
  const options = new Set(unnamed.map((day) => `--removed ${isLostEverywhere(day.on) ? day.on : dayCode(day)}`));
  const spelt = (all: readonly string[], between: string): string =>
    all.slice(0, mostSpelt).join(between) + (all.length > mostSpelt ? `${between}and ${all.length - mostSpelt} more` : '');
  return (
    `the feed lacks more than was named: ${spelt(unnamed.map(inWords), '; ')}. If all of it was really moved, add ` +
    `${spelt([...options], ' ')}; if not, the feed is broken and must not be taken.`
  );
}

/**
 * The days that are named, by their codes, each in its division.
 * @throws Refused unless the feed lacks each of them, or it was taken out before
 */
async function movedDays(
  named: Asked['removed'],
  { feed, before, today }: { readonly feed: BankHolidays; readonly before: BankHolidays; readonly today: IsoDate },
  versions: BankHolidayVersions,
): Promise<ReadonlySet<string>> {
  const moved = new Set<string>();
  for (const { division, on } of named) {
    if (on <= today) throw new Refused(`${formatDate(on)} is not after today: it stays known.`);
    const isKnownIn = async (one: Division): Promise<boolean> =>
      before.divisions[one].has(on) || (await versions.wasTakenOut(dayCode({ division: one, on })));
    const known: Division[] = [];
    for (const one of division === undefined ? divisions : [division]) if (await isKnownIn(one)) known.push(one);
    const where = division === undefined ? '' : ` (${division})`;
    if (known.length === 0) throw new Refused(`${formatDate(on)}${where} is no bank holiday that is known.`);
    for (const one of known) {
      const code = dayCode({ division: one, on });
      if (feed.divisions[one].has(on)) {
        throw new Refused(`the feed does not lack ${formatDate(on)} (${one}): name the day only where it was moved, as in ${code}.`);
      }
      moved.add(code);
    }
  }
  return moved;
}

const inWords = ({ division, on, title }: DayOff): string => `${title}, ${formatDate(on)} (${division})`;

/** What the arguments ask for, or what is wrong with them. */
function readArguments(args: readonly string[]): z.infer<typeof schema> | string {
  const one = { type: 'string' } as const;
  const options = { removed: { type: 'string', multiple: true }, by: one, reason: one } as const;
  try {
    const form = schema.safeParse(parseArgs({ args: [...args], options }).values);
    if (form.success) return form.data;
    const [{ path, message } = { path: [], message: '' }] = form.error.issues;
    return `--${String(path[0])}: ${message}`;
  } catch (error) {
    const [sentence = ''] = (error instanceof Error ? error.message : String(error)).split(/\.\s|\n/);
    return sentence.replace(/\.$/, '');
  }
}

if (require.main === module) {
  void runHolidaysAccept(process.argv.slice(2), {
    env: process.env,
    clock: systemClock,
    print: (line) => process.stdout.write(line.endsWith('\n') ? line : `${line}\n`),
    complain: (line) => process.stderr.write(line.endsWith('\n') ? line : `${line}\n`),
  }).then((exitCode) => (process.exitCode = exitCode));
}
