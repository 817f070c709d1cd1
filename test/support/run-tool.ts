import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { projectRoot } from '../../config/root';

/** Runs a tool of node_modules in the project's folder; what it prints, whether it succeeds or not. */
export async function runTool(program: string, args: readonly string[]): Promise<{ succeeded: boolean; output: string }> {
  const file = join(projectRoot, 'node_modules', '.bin', program);
  try {
    const { stdout, stderr } = await promisify(execFile)(file, args, { cwd: projectRoot, maxBuffer: 100_000_000 });
    return { succeeded: true, output: `${stdout}${stderr}` };
  } catch (error) {
    const { stdout, stderr } = error as { stdout: string; stderr: string };
    return { succeeded: false, output: `${stdout}${stderr}` };
  }
}
