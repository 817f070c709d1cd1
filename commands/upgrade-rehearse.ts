/**
 * `npm run upgrade:rehearse`: has this build read the history of every open case, before it takes them over. It changes
 * nothing, and the workers of the build that is in place go on meanwhile. docs/runbooks/upgrade.md says when.
 */
import { Client, type Connection } from '@temporalio/client';
import { Worker } from '@temporalio/worker';
import { systemClock } from '../config/clock';
import { workflowsOfCases } from '../dispatch/temporal';
import { bundleWorkflows } from '../worker/build-bundle';
import type { Surroundings } from './audit-verify';
import { connectTemporal, temporalOf } from './temporal';

const usage = `Has this build read the history of every open case: names those that it would not understand.

  npm run -s upgrade:rehearse

  The Temporal server is that of TEMPORAL_ADDRESS; without it, that of the local stack of npm start. The workflows are those of
  WORKFLOW_BUNDLE; without it, those of this folder.
  Ends with 0 if it understands all, 1 if not, 2 if it could not look.
`;

export async function runUpgradeRehearse(args: readonly string[], { env, print, complain }: Surroundings): Promise<0 | 1 | 2> {
  if (args.length > 0) {
    (args[0] === '--help' ? print : complain)(usage);
    return args[0] === '--help' ? 0 : 2;
  }
  let connection: Connection | undefined;
  try {
    const settings = temporalOf(env);
    const codePath = env['WORKFLOW_BUNDLE'];
    const workflowBundle = codePath ? { codePath } : { code: await bundleWorkflows() };
    connection = await connectTemporal(settings);
    const client = new Client({ connection, namespace: settings.TEMPORAL_NAMESPACE });
    const open = client.workflow.list({ query: `${workflowsOfCases} AND ExecutionStatus = 'Running'` });
    let understood = 0;
    let not = 0;
    for await (const { workflowId, error } of Worker.runReplayHistories({ workflowBundle }, open.intoHistories())) {
      if (error === undefined) understood += 1;
      else {
        not += 1;
        print(`${workflowId}: this build does not understand its history: ${error.message}`);
      }
    }
    print(`${understood} open ${understood === 1 ? 'case' : 'cases'} understood, ${not} not.`);
    if (not > 0) print('Do not put this build in place: the clocks of these cases would stand until another one is.');
    return not === 0 ? 0 : 1;
  } catch (error) {
    complain(`upgrade:rehearse: ${error instanceof Error ? error.message : String(error)}`);
    return 2;
  } finally {
    await connection?.close();
  }
}

if (require.main === module) {
  void runUpgradeRehearse(process.argv.slice(2), {
    env: process.env,
    clock: systemClock,
    print: (line) => process.stdout.write(line.endsWith('\n') ? line : `${line}\n`),
    complain: (line) => process.stderr.write(line.endsWith('\n') ? line : `${line}\n`),
  }).then((exitCode) => (process.exitCode = exitCode));
}
