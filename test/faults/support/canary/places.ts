/** Every place where something of a case is kept, shown or sent, with what is in it. */
import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Client } from '@temporalio/client';
import type { temporal } from '@temporalio/proto';
import { BSON } from 'mongodb';
import { historyToJSON } from '@temporalio/common/lib/proto-utils';
import type { Stack } from '../../../../embedded/stack';
import type { Store } from '../../../../store';

/** Something that was found in a place, as it is kept there. */
export interface Exhibit {
  readonly name: string;
  readonly bytes: Buffer;
}

/** What the places are read from. */
export interface Scene {
  readonly stack: Stack;
  readonly store: Store;
  readonly client: Client;
  /** Where the parts keep what they keep for a while. */
  readonly temp: string;
  /** Addresses that Concordat led to, in headers and in pages. */
  readonly addresses: readonly string[];
  /** What was shown to those who may not see what is in a case, by what they asked for. */
  readonly shown: readonly Exhibit[];
  /** Pages about the parts themselves. */
  readonly healthPages: readonly string[];
}

const exhibit = (name: string, content: Buffer | string): Exhibit => ({
  name,
  bytes: typeof content === 'string' ? Buffer.from(content) : content,
});

export const places = {
  'the files of Temporal': ({ stack }) => filesIn(stack.home, (path) => /^temporal\.db/.test(path)),

  'the histories of workflows': async ({ client }) => {
    const found: Exhibit[] = [];
    for await (const { workflowId, runId } of client.workflow.list()) {
      const history = await client.workflow.getHandle(workflowId, runId).fetchHistory();
      found.push(exhibit(workflowId, historyToJSON(history)), exhibit(`${workflowId}, decoded`, payloadsIn(history)));
    }
    return found;
  },

  'search attributes, memos and summaries': async ({ client }) => {
    const found: Exhibit[] = [];
    for await (const { workflowId, runId } of client.workflow.list()) {
      const { raw, memo, typedSearchAttributes } = await client.workflow.getHandle(workflowId, runId).describe();
      found.push(exhibit(workflowId, JSON.stringify({ memo, attributes: typedSearchAttributes.getAll() })), exhibit(`${workflowId}, decoded`, payloadsIn(raw)));
    }
    return found;
  },

  'mails as they were taken': async ({ stack }) => {
    const inbox = `http://127.0.0.1:${stack.ports.inbox}/api/email`;
    const listed = (await (await fetch(inbox)).json()) as { id: string }[];
    const sources = listed.map(async ({ id }) => exhibit(id, await bytesOf(`${inbox}/${id}/source`)));
    return [exhibit('the list', JSON.stringify(listed)), ...(await Promise.all(sources))];
  },

  'logs of all parts': ({ stack }) => filesIn(join(stack.home, 'logs')),

  'addresses that pages and headers lead to': ({ addresses }) => [exhibit('addresses', addresses.join('\n'))],

  'the record of acts': ({ store }) => documentsIn(store, (name) => name.startsWith('audit')),

  'the other collections': ({ store }) => documentsIn(store, (name) => !name.startsWith('audit')),

  'the files of the database': ({ stack }) => filesIn(stack.home, (path) => path.startsWith('mongo')),

  'health pages': ({ healthPages }) => Promise.all(healthPages.map(async (url) => exhibit(url, await bytesOf(url)))),

  'folders for temporary files': ({ temp }) => filesIn(temp),

  'all that the parts keep on the disk': ({ stack }) => filesIn(stack.home),

  'pages of those who see no content': ({ shown }) => shown,
} as const satisfies Record<string, (scene: Scene) => readonly Exhibit[] | Promise<readonly Exhibit[]>>;

export type PlaceName = keyof typeof places;
export const placeNames = Object.keys(places) as PlaceName[];

async function bytesOf(url: string): Promise<Buffer> {
  const response = await fetch(url, { signal: AbortSignal.timeout(10_000) });
  const headers = JSON.stringify([...response.headers]);
  return Buffer.concat([Buffer.from(headers), Buffer.from(await response.arrayBuffer())]);
}

async function filesIn(folder: string, wanted: (path: string) => boolean = () => true): Promise<Exhibit[]> {
  if (!existsSync(folder)) return [];
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const paths = entries.filter((entry) => entry.isFile()).map(({ parentPath, name }) => join(parentPath, name));
  const own = paths.filter((path) => wanted(path.slice(folder.length + 1)));
  const read = own.map(async (path) => {
    // Parts that run take away what they do not need any more.
    const bytes = existsSync(path) ? await readFile(path) : Buffer.alloc(0);
    return exhibit(path.slice(folder.length + 1), Buffer.concat([Buffer.from(`${path}\n`), bytes]));
  });
  return Promise.all(read);
}

/** All of it, what is sealed too: in there nothing can be read, either. */
async function documentsIn({ database }: Store, wanted: (collection: string) => boolean): Promise<Exhibit[]> {
  const names = (await database.db.listCollections({}, { nameOnly: true }).toArray()).map(({ name }) => name).filter(wanted);
  const read = names.map(async (name) => {
    const documents = await database.db.collection(name).find().toArray();
    return exhibit(name, Buffer.concat(documents.map((document) => Buffer.from(BSON.serialize(document)))));
  });
  return Promise.all(read);
}

/** What Temporal carries for us is in payloads; their bytes come as they are, not in the Base64 of an export. */
function payloadsIn(message: temporal.api.history.v1.IHistory | object): Buffer {
  const found: Buffer[] = [];
  const walk = (value: unknown): void => {
    if (value instanceof Uint8Array) found.push(Buffer.from(value), Buffer.from('\n'));
    else if (typeof value === 'string') found.push(Buffer.from(`${value}\n`));
    else if (typeof value === 'object' && value !== null) for (const each of Object.values(value)) walk(each);
  };
  walk(message);
  return Buffer.concat(found);
}
