import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { compile } from 'sass';
import { projectRoot } from '../../config/root';

const output = join(projectRoot, 'dist', 'public', 'concordat.css');

/** Compiles the style sheet into `dist/public/`. */
export function buildStyles(): void {
  const { css } = compile(join(projectRoot, 'api', 'styles', 'concordat.scss'), {
    loadPaths: [join(projectRoot, 'node_modules')],
    style: 'compressed',
    quietDeps: true,
  });
  mkdirSync(dirname(output), { recursive: true });
  writeFileSync(output, css);
}

/** Where the build was left out, the web makes its own style sheet rather than serve pages without one. */
export function ensureStyles(): void {
  if (!existsSync(output)) buildStyles();
}

if (require.main === module) buildStyles();
