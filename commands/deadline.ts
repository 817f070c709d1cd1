import { parseArgs } from 'node:util';
import { CalendarError, CalendarErrors, deadlineFromQuery, formatDate, formatInstant, type Deadline } from '../calendar';
import type { BankHolidays } from '../config/bank-holidays';
import { ConfigurationFaults, loadConfiguration } from '../config/configuration';
import { clockIds, type ClockSettings } from '../config/policy';
import { clockTable } from '../config/protocol-rules';
import { Audit } from '../store/audit';
import { BankHolidayVersions, CurrentBankHolidays } from '../store/bank-holidays';
import { connectDatabase } from '../store/database';

const usage = `Counts a deadline and shows how.

  npm run -s deadline -- --clock subject-access --from 2026-01-31
    --clock     ${clockIds.join('\n                ')}
    --from      the start: a date, or for a breach an instant such as 2026-10-24T11:00:00Z
    --extended  the clock was extended
    --paused    days excluded, both included: 2026-02-10/2026-02-14; can be given several times
    --json      as GET /api/v1/deadlines answers

It counts with PROTOCOL_FILE, or the shipped one if that is not set. With MONGODB_URI it takes the bank holidays in force
there, as the web does; without it those of BANK_HOLIDAYS_FILE or the shipped file, without what a feed has brought since.
`;

export interface CommandResult {
  /** 0, 1 when the protocol file, the bank holidays or the database cannot be used, 2 for a wrong argument. */
  readonly exitCode: 0 | 1 | 2;
  readonly stdout: string;
  readonly stderr: string;
}

/**
 * What the command writes for its arguments.
 * @param env names the protocol file and the bank holidays, as for the web
 * @param inForce the bank holidays in force in the database; without them those of the file are taken, and it says so
 */
export function runDeadline(args: readonly string[], env: NodeJS.ProcessEnv, inForce?: BankHolidays): CommandResult {
  try {
    const { json, help, ...query } = readArguments(args);
    if (help) return { exitCode: 0, stdout: usage, stderr: '' };
    // It needs no other setting.
    const { protocol, holidays } = loadConfiguration(() => ({}), env);
    const settings = clockTable(protocol);
    const answer = deadlineFromQuery(query, { holidays: inForce ?? holidays, settings });
    const source = inForce === undefined ? `${ofFile}\n` : '';
    const stdout = json ? `${JSON.stringify(answer, null, 2)}\n` : `${inWords(answer, settings[answer.clock])}${source}`;
    return { exitCode: 0, stdout, stderr: '' };
  } catch (error) {
    if (error instanceof CalendarErrors) {
      return { exitCode: 2, stdout: '', stderr: error.errors.map(({ message }) => `deadline: ${message}\n`).join('') };
    }
    if (error instanceof ConfigurationFaults) return { exitCode: 1, stdout: '', stderr: `deadline: ${error.message}\n` };
    throw error;
  }
}

const ofFile = '\nCounted with the bank holidays of the file: with MONGODB_URI it takes those that a feed has brought since.';

/** @throws Error in plain words if the database does not answer; ConfigurationFaults for the file that they extend */
async function bankHolidaysInForce(uri: string, env: NodeJS.ProcessEnv): Promise<BankHolidays> {
  const { holidays: file } = loadConfiguration(() => ({}), env);
  const database = await connectDatabase(uri, 10_000);
  try {
    // They are read here and not changed, so nothing is put on the record of acts.
    return await new CurrentBankHolidays(new BankHolidayVersions(database, new Audit(database, '')), file).reload();
  } finally {
    await database.close();
  }
}

async function main(args: readonly string[], env: NodeJS.ProcessEnv): Promise<CommandResult> {
  // A wrong argument is said without asking the database.
  const withFile = runDeadline(args, env);
  const uri = env['MONGODB_URI'];
  if (!uri || withFile.exitCode !== 0) return withFile;
  try {
    return runDeadline(args, env, await bankHolidaysInForce(uri, env));
  } catch (error) {
    return { exitCode: 1, stdout: '', stderr: `deadline: ${error instanceof Error ? error.message : String(error)}\n` };
  }
}

function readArguments(args: readonly string[]) {
  const many = { type: 'string', multiple: true } as const;
  const flag = { type: 'boolean' } as const;
  try {
    const options = { clock: many, from: many, paused: many, extended: flag, json: flag, help: flag } as const;
    return parseArgs({ args: [...args], options, strict: true, allowPositionals: false }).values;
  } catch (error) {
    const [sentence = ''] = (error instanceof Error ? error.message : String(error)).split(/\.\s|\n/);
    throw new CalendarErrors([new CalendarError('arguments', `${sentence.replace(/\.$/, '')}. See --help.`)]);
  }
}

function inWords({ clock, due, dueAt, steps }: Deadline, { source }: ClockSettings): string {
  const last = due === undefined ? formatInstant(dueAt) : `the end of ${formatDate(due)}`;
  return [
    `Due by ${last}`,
    `${clock}: ${source}`,
    '',
    ...steps.map(({ text }) => `  ${text}`),
    '',
  ].join('\n');
}

if (require.main === module) {
  void main(process.argv.slice(2), process.env).then(({ exitCode, stdout, stderr }) => {
    process.stdout.write(stdout);
    process.stderr.write(stderr);
    process.exitCode = exitCode;
  });
}
