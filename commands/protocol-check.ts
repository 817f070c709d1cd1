import { resolve } from 'node:path';
import { loadProtocol, ProtocolFaults } from '../config/protocol';

const usage = `Checks a protocol file and lists all that is wrong with it.

  npm run -s protocol:check -- config/protocols/thurrock.yaml
`;

export interface CommandResult {
  /** 0, 1 when the file has faults, 2 when there is no file to check. */
  readonly exitCode: 0 | 1 | 2;
  readonly stdout: string;
  readonly stderr: string;
}

/** What the command writes for its arguments. */
export function runProtocolCheck(args: readonly string[]): CommandResult {
  if (args.includes('--help')) return { exitCode: 0, stdout: usage, stderr: '' };
  const [file, ...more] = args;
  if (file === undefined || more.length > 0) {
    const given = file === undefined ? 'none' : args.length;
    return refused(`expected the path of one protocol file, found ${given}. See --help.`);
  }
  try {
    const protocol = loadProtocol(resolve(file));
    const { organisations, categories, statutes, version, reviewOn } = protocol;
    const unsigned = organisations.filter((partner) => !partner.signed).length;
    const withdrawn = organisations.filter((partner) => partner.withdrawnOn !== undefined).length;
    const repealed = statutes.filter((statute) => statute.repealed).length;
    const summary = [
      `${protocol.name}, version ${version}, review by ${reviewOn}`,
      `${organisations.length} organisations (${unsigned} not signed, ${withdrawn} withdrawn)`,
      `${categories.length} categories`,
      `${statutes.length} statutes (${repealed} repealed)`,
    ].join('; ');
    return { exitCode: 0, stdout: `${file} is in order: ${summary}\n`, stderr: '' };
  } catch (error) {
    if (error instanceof ProtocolFaults) return { exitCode: 1, stdout: `${error.message}\n`, stderr: '' };
    return refused(error instanceof Error ? error.message : String(error));
  }
}

function refused(reason: string): CommandResult {
  return { exitCode: 2, stdout: '', stderr: `protocol:check: ${reason}\n` };
}

if (require.main === module) {
  const { exitCode, stdout, stderr } = runProtocolCheck(process.argv.slice(2));
  process.stdout.write(stdout);
  process.stderr.write(stderr);
  process.exitCode = exitCode;
}
