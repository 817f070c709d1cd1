import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { buildWorkflowBundle } from '../../worker/build-bundle';
import { projectRoot } from '../../config/root';

export const bundleFile = join(projectRoot, '.concordat', 'test', 'workflow-bundle.js');

/** Bundles the workflows once for all test files. */
export default async function buildOnce(): Promise<void> {
  await mkdir(join(bundleFile, '..'), { recursive: true });
  await buildWorkflowBundle(bundleFile);
}
