import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { projectRoot } from '../../../config/root';
import { buildWorkflowBundle } from '../../../worker/build-bundle';

const loop = join('shared', 'case-loop.ts');
const order = '    while (state.dirty || state.notices.length > 0) {\n';

/**
 * The workflows of a build to come: as they are, but that a case hears what is stored before each order, too. One more event
 * in its history, and where it did not stand in those of open cases.
 * @param isPatched whether the change is only for what an open case does from now on
 * @returns the bundle's file
 */
export async function buildNext(toFolder: string, isPatched: boolean): Promise<string> {
  const tests = join(projectRoot, '.concordat', 'test');
  await mkdir(tests, { recursive: true });
  // Within the project: there the packages are found.
  const folder = mkdtempSync(join(tests, 'next-build-'));
  try {
    cpSync(join(projectRoot, 'workflows'), folder, { recursive: true });
    const change = `${isPatched ? "      if (patched('hears-before-each-order'))" : '      '} await hearWhatIsStored();\n`;
    const changed = readFileSync(join(folder, loop), 'utf8').replace(order, order + change).replace('  condition,\n', '  condition,\n  patched,\n');
    if (!changed.includes(change)) throw new Error(`${loop} does not have the line any more before which the next build differs.`);
    writeFileSync(join(folder, loop), changed);
    const bundle = join(toFolder, `next-build${isPatched ? '' : '-unpatched'}.js`);
    await buildWorkflowBundle(bundle, folder);
    return bundle;
  } finally {
    rmSync(folder, { recursive: true });
  }
}
