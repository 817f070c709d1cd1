import { chmodSync, mkdirSync, statfsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { projectRoot } from '../config/root';
import { reasonOf, StackFault } from './fault';

const enoughBytes = 500 * 1024 * 1024;

/** Where the one-command stack keeps its data, logs, secrets and fetched tools: `.concordat`, or CONCORDAT_HOME. */
export function defaultHome(env: NodeJS.ProcessEnv = process.env): string {
  return resolve(projectRoot, env['CONCORDAT_HOME'] || '.concordat');
}

/** Fetched tools are shared by all homes, so that a test with a fresh home fetches nothing twice. */
export function toolsFolder(env: NodeJS.ProcessEnv = process.env): string {
  return join(defaultHome(env), 'tools');
}

/**
 * Makes the folder and sees that something can be written to it.
 * @param freeBytes how much room there is; a test says so itself
 * @throws StackFault if it cannot be made, or there is too little room
 */
export function prepareHome(home: string, freeBytes: (folder: string) => number = freeBytesAt): void {
  try {
    mkdirSync(join(home, 'logs'), { recursive: true });
    // Mails with living links lie in it: nobody else on the machine looks in.
    chmodSync(home, 0o700);
  } catch (error) {
    throw new StackFault(
      `The folder ${home} cannot be made (${reasonOf(error)}): set CONCORDAT_HOME to a folder that can be written to.`,
    );
  }
  const free = freeBytes(home);
  if (free < enoughBytes) {
    throw new StackFault(
      `Only ${megabytes(free)} MB are free where ${home} is, and ${megabytes(enoughBytes)} MB are needed: ` +
        'free some room, or set CONCORDAT_HOME to a folder on another disk.',
    );
  }
}

function freeBytesAt(folder: string): number {
  const { bavail, bsize } = statfsSync(folder);
  return bavail * bsize;
}

const megabytes = (bytes: number): number => Math.floor(bytes / 1024 / 1024);
