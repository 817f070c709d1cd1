/**
 * `npm run record-histories`: plays each scenario that has no history yet and keeps its history. A history that is
 * kept is never made again: it stands for the cases that are open when a new build takes over. Delete one only before
 * the first release that ran it.
 */
import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { historyToJSON } from '@temporalio/common/lib/proto-utils';
import buildOnce from '../support/build-workflow-bundle';
import { startTimeSkipping } from '../support/time-skipping';
import { play, scenarios } from './scenarios';

export const fileOf = (name: string): string => join(__dirname, 'histories', `${name}.json`);

/** Traces name the folder that it ran in; a replay does not look at them. */
const withoutPaths = (history: string): string => history.replace(/("stackTrace": )"(?:[^"\\]|\\.)*"/g, '$1""');

async function main(): Promise<void> {
  await buildOnce();
  for (const scenario of scenarios) {
    if (existsSync(fileOf(scenario.name))) continue;
    const server = await startTimeSkipping();
    await play(scenario, server, async ({ handle }) => {
      const history = withoutPaths(historyToJSON(await handle.fetchHistory()));
      await writeFile(fileOf(scenario.name), `${history}\n`);
      process.stdout.write(`${scenario.name}\n`);
    });
    await server.close();
  }
}

void main();
