import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Client } from '@temporalio/client';
import { loadConfiguration } from '../../../config/configuration';
import { workerSettings } from '../../../config/env';
import { temporalClient } from '../../../dispatch/temporal';
import { startStack, type PartName, type Stack } from '../../../embedded/stack';
import { openStore, type Store } from '../../../store';
import { connectDatabase } from '../../../store/database';

/** A stack of its own, and what a test looks into it with. */
export interface Running {
  readonly home: string;
  readonly stack: Stack;
  readonly store: Store;
  readonly client: Client;
  readonly configuration: ReturnType<typeof loadConfiguration<ReturnType<typeof workerSettings>>>;
  close(): Promise<void>;
}

/** @param name of its folder, so that one left behind tells whose it was */
export async function runStack(
  name: string,
  options: { readonly parts?: readonly PartName[]; readonly env?: Readonly<Record<string, string>> } = {},
): Promise<Running> {
  const home = mkdtempSync(join(tmpdir(), `concordat-${name}-`));
  const stack = await startStack({ home, ports: 'free', ...options });
  // A test runs no workflows of its own; and of some parts alone there is no bundle.
  const configuration = loadConfiguration(workerSettings, { ...stack.env, WORKFLOW_BUNDLE: '' });
  const { settings, protocol } = configuration;
  const store = await openStore(await connectDatabase(settings.MONGODB_URI), protocol, {
    linkSecret: settings.LINK_SECRET,
    auditSecret: settings.AUDIT_SECRET,
    contentKeys: settings.CONTENT_KEYS,
  });
  const client = temporalClient(settings);
  return {
    home,
    stack,
    store,
    client,
    configuration,
    close: async () => {
      await client.connection.close();
      await store.database.close();
      await stack.stop();
      rmSync(home, { recursive: true, force: true });
    },
  };
}
