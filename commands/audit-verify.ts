/**
 * `npm run audit:verify`: proves the record of acts. For the operator and the auditor, against the database or a copy of
 * it. It writes nothing there.
 */
import { parseArgs } from 'node:util';
import { endOfLondonDay, formatInstant, londonDateOf } from '../calendar';
import { systemClock, type Clock } from '../config/clock';
import { Audit } from '../store/audit';
import { AuditSeals } from '../store/audit-seals';
import { verifyRecord, type AuditFinding, type VerificationSummary } from '../store/audit-verification';
import { connectDatabase } from '../store/database';
import { auditSecret, databaseUri } from './token';

const usage = `Proves the record of acts: names every entry that is changed, missing, reordered or cut off, every act without its
entry, and every seal that does not fit.

  npm run -s audit:verify
  npm run -s audit:verify -- --chain IR-2026-0001
    --chain  only this one: the reference of a case, "directory", "accounts" or "register"

  The database is that of MONGODB_URI, its key that of AUDIT_SECRET; without them, those of the local stack of npm start.
  Ends with 0 if all is in order, 1 if something is not, 2 if it could not look.
`;

/** Whom it works for and how it is heard; a test hands in its own. */
export interface Surroundings {
  readonly env: NodeJS.ProcessEnv;
  readonly clock: Clock;
  readonly print: (line: string) => void;
  readonly complain: (line: string) => void;
}

export async function runAuditVerify(args: readonly string[], around: Surroundings): Promise<0 | 1 | 2> {
  const { env, clock, print, complain } = around;
  const given = readArguments(args);
  if (given === undefined) {
    complain(usage);
    return 2;
  }
  if (given.help === true) {
    print(usage);
    return 0;
  }
  const { chain } = given;
  try {
    const secret = auditSecret(env);
    const database = await connectDatabase(databaseUri(env), 10_000);
    try {
      const audit = new Audit(database, secret);
      const summary = await verifyRecord(
        { database, audit, auditSeals: new AuditSeals(database, audit) },
        {
          ...(chain === undefined ? {} : { chain }),
          today: londonDateOf(clock.now()),
          nextDay: (day) => londonDateOf(endOfLondonDay(day)),
          tell: (finding) => print(findingInWords(finding)),
        },
      );
      if (chain !== undefined && summary.entries === 0 && summary.faults === 0) {
        complain(`audit:verify: there is no chain "${chain}": give the reference of a case, or see --help.`);
        return 2;
      }
      print(summaryInWords(summary));
      return summary.faults === 0 ? 0 : 1;
    } finally {
      await database.close();
    }
  } catch (error) {
    complain(`audit:verify: ${error instanceof Error ? error.message : String(error)}`);
    return 2;
  }
}

function findingInWords({ chain, seq, expected, found, advice, isFault }: AuditFinding): string {
  const where = seq === null ? chain : `${chain} ${seq}`;
  return `${isFault ? 'fault' : 'note'}  ${where}: expected ${expected}; found: ${found}. ${advice}.`;
}

function summaryInWords({ chains, entries, seals, faults, firstAt, lastAt }: VerificationSummary): string {
  const looked = `${counted(chains, 'chain')}, ${counted(entries, 'entry', 'entries')}, ${counted(seals, 'seal')}`;
  const span = firstAt === null || lastAt === null ? '' : `, from ${formatInstant(firstAt)} to ${formatInstant(lastAt)}`;
  return `${faults === 0 ? 'The record is in order' : `The record has ${counted(faults, 'fault')}`}: ${looked}${span}.`;
}

const counted = (count: number, one: string, many = `${one}s`): string => `${count} ${count === 1 ? one : many}`;

function readArguments(args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], options: { chain: { type: 'string' }, help: { type: 'boolean' } } }).values;
  } catch {
    return undefined;
  }
}

if (require.main === module) {
  void runAuditVerify(process.argv.slice(2), {
    env: process.env,
    clock: systemClock,
    print: (line) => process.stdout.write(line.endsWith('\n') ? line : `${line}\n`),
    complain: (line) => process.stderr.write(line.endsWith('\n') ? line : `${line}\n`),
  }).then((exitCode) => (process.exitCode = exitCode));
}
