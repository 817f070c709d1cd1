import { execFile } from 'node:child_process';

/**
 * Runs a program to its end.
 * @returns what it printed, standard output and error together
 * @throws Error with a reason of one line: not installed, too slow, or the last line it printed
 */
export function run(
  program: string,
  args: readonly string[],
  { timeoutMs, env = process.env, cwd }: { timeoutMs: number; env?: NodeJS.ProcessEnv; cwd?: string },
): Promise<string> {
  return new Promise((resolve, reject) => {
    const options = { env, cwd, timeout: timeoutMs, killSignal: 'SIGKILL', maxBuffer: 16 * 1024 * 1024 } as const;
    const child = execFile(program, args, options, (error, stdout, stderr) => {
      process.off('exit', end);
      const printed = `${stdout}\n${stderr}`.trim();
      if (error === null) resolve(printed);
      else if (error.code === 'ENOENT') reject(new Error(`no program ${program}`));
      else if (error.killed === true) reject(new Error(`${program} took longer than ${timeoutMs / 1000} s`));
      else reject(new Error(lastLine(printed) || error.message));
    });
    const end = (): boolean => child.kill();
    process.on('exit', end);
  });
}

function lastLine(text: string): string {
  const lines = text.split('\n').filter((line) => line.trim() !== '');
  // pip and Maven end with advice; the line that names the fault is marked.
  return (lines.find((line) => /^(\[?ERROR\]?:?|error:)/i.test(line)) ?? lines.at(-1) ?? '').trim();
}
