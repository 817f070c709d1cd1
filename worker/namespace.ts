import type { Connection } from '@temporalio/client';
import { msToTs } from '@temporalio/common/lib/time';
import { searchAttributeNames as names } from '../workflows/shared/contract';

/** Histories of ended cases stay readable in the Temporal UI this long; the server's own default is one day. */
const retentionCalendarDays = 90;
const retentionMs = retentionCalendarDays * 24 * 60 * 60 * 1_000;

const attributeTypes = {
  [names.process]: 'INDEXED_VALUE_TYPE_KEYWORD',
  [names.reference]: 'INDEXED_VALUE_TYPE_KEYWORD',
  [names.stage]: 'INDEXED_VALUE_TYPE_KEYWORD',
  [names.partners]: 'INDEXED_VALUE_TYPE_KEYWORD_LIST',
  [names.dueAt]: 'INDEXED_VALUE_TYPE_DATETIME',
  [names.overdue]: 'INDEXED_VALUE_TYPE_BOOL',
  [names.openTasks]: 'INDEXED_VALUE_TYPE_INT',
} as const;

/** gRPC codes: a server that does not permit an operation, or does not have it, is set up by its operator instead. */
const alreadyExists = 6;
const permissionDenied = 7;
const unimplemented = 12;

const types = {
  INDEXED_VALUE_TYPE_KEYWORD: 2,
  INDEXED_VALUE_TYPE_INT: 3,
  INDEXED_VALUE_TYPE_BOOL: 5,
  INDEXED_VALUE_TYPE_DATETIME: 6,
  INDEXED_VALUE_TYPE_KEYWORD_LIST: 7,
} as const;

/**
 * Makes the namespace ready: registered, with its retention and search attributes. Safe to repeat.
 * @throws Error naming the search attributes that are missing and how to add them: a workflow that sets an attribute
 *   which the server does not know would hang.
 */
export async function prepareNamespace(connection: Connection, namespace: string): Promise<void> {
  const retention = msToTs(retentionMs);
  await tolerating([alreadyExists, permissionDenied, unimplemented], async () => {
    await connection.workflowService.registerNamespace({ namespace, workflowExecutionRetentionPeriod: retention });
  });
  const { config } = await connection.workflowService.describeNamespace({ namespace });
  if (Number(config?.workflowExecutionRetentionTtl?.seconds ?? 0) * 1_000 < retentionMs) {
    await tolerating([permissionDenied, unimplemented], async () => {
      await connection.workflowService.updateNamespace({
        namespace,
        config: { workflowExecutionRetentionTtl: retention },
      });
    });
  }
  await registerSearchAttributes(connection, namespace);
}

async function registerSearchAttributes(connection: Connection, namespace: string): Promise<void> {
  const missing = await missingAttributes(connection, namespace);
  if (missing.length === 0) return;
  await tolerating([alreadyExists, permissionDenied, unimplemented], () =>
    addSearchAttributes(connection, namespace, missing),
  );
  const stillMissing = await missingAttributes(connection, namespace);
  if (stillMissing.length > 0) {
    throw new Error(
      `The Temporal namespace "${namespace}" lacks search attributes. Ask its operator to run:\n` +
        stillMissing
          .map((name) => `  temporal operator search-attribute create -n ${namespace} --name ${name} --type ${cliType(name)}`)
          .join('\n'),
    );
  }
}

type AttributeName = keyof typeof attributeTypes;

/** Registers search attributes without asking which are there: the time-skipping test server cannot say. */
export async function addSearchAttributes(
  connection: Pick<Connection, 'operatorService'>,
  namespace: string,
  attributes: readonly AttributeName[] = Object.keys(attributeTypes) as AttributeName[],
): Promise<void> {
  await connection.operatorService.addSearchAttributes({
    namespace,
    searchAttributes: Object.fromEntries(attributes.map((name) => [name, types[attributeTypes[name]]])),
  });
}

async function missingAttributes(connection: Connection, namespace: string): Promise<AttributeName[]> {
  const { customAttributes } = await connection.operatorService.listSearchAttributes({ namespace });
  return (Object.keys(attributeTypes) as AttributeName[]).filter((name) => customAttributes[name] === undefined);
}

function cliType(name: AttributeName): string {
  return attributeTypes[name]
    .replace('INDEXED_VALUE_TYPE_', '')
    .split('_')
    .map((word) => word.charAt(0) + word.slice(1).toLowerCase())
    .join('');
}

async function tolerating(codes: readonly number[], call: () => Promise<void>): Promise<void> {
  try {
    await call();
  } catch (error) {
    const code = typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined;
    if (typeof code !== 'number' || !codes.includes(code)) throw error;
  }
}
