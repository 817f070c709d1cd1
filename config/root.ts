import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';

function findRoot(from: string): string {
  if (existsSync(join(from, 'package.json'))) return from;
  const parent = dirname(from);
  if (parent === from) throw new Error(`No package.json above ${__dirname}: Concordat must run from its own folder.`);
  return findRoot(parent);
}

/** The project's folder, whether the code runs from its sources or from `dist/`. */
export const projectRoot = findRoot(__dirname);
