import { parseArgs } from 'node:util';
import { CalendarError, deadlineFromQuery, formatDate, formatInstant, type Deadline } from '../calendar';
import { ConfigurationFaults, loadConfiguration } from '../config/configuration';
import { clockIds, type ClockSettings } from '../config/policy';
import { clockTable } from '../config/protocol-rules';

const usage = `Counts a deadline and shows how.

  npm run -s deadline -- --clock subject-access --from 2026-01-31
    --clock     ${clockIds.join('\n                ')}
    --from      the start: a date, or for a breach an instant such as 2026-10-24T11:00:00Z
    --extended  the clock was extended
    --paused    days excluded, both included: 2026-02-10/2026-02-14; can be given several times
    --json      as GET /api/v1/deadlines answers

It counts as the web does, with PROTOCOL_FILE and BANK_HOLIDAYS_FILE, or the shipped ones if these are not set.
`;

export interface CommandResult {
  /** 0, 1 when the protocol file or the bank holidays cannot be used, 2 for a wrong argument. */
  readonly exitCode: 0 | 1 | 2;
  readonly stdout: string;
  readonly stderr: string;
}

/**
 * What the command writes for its arguments.
 * @param env names the protocol file and the bank holidays, as for the web
 */
export function runDeadline(args: readonly string[], env: NodeJS.ProcessEnv): CommandResult {
  try {
    const { json, help, ...query } = readArguments(args);
    if (help) return { exitCode: 0, stdout: usage, stderr: '' };
    // It needs no other setting.
    const { protocol, holidays } = loadConfiguration(() => ({}), env);
    const settings = clockTable(protocol);
    const answer = deadlineFromQuery(query, { holidays, settings });
    const stdout = json ? `${JSON.stringify(answer, null, 2)}\n` : inWords(answer, settings[answer.clock]);
    return { exitCode: 0, stdout, stderr: '' };
  } catch (error) {
    if (error instanceof CalendarError) return { exitCode: 2, stdout: '', stderr: `deadline: ${error.message}\n` };
    if (error instanceof ConfigurationFaults) return { exitCode: 1, stdout: '', stderr: `deadline: ${error.message}\n` };
    throw error;
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
    throw new CalendarError('arguments', `${sentence.replace(/\.$/, '')}. See --help.`);
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
  const { exitCode, stdout, stderr } = runDeadline(process.argv.slice(2), process.env);
  process.stdout.write(stdout);
  process.stderr.write(stderr);
  process.exitCode = exitCode;
}
