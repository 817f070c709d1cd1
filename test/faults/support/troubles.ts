import { execFileSync } from 'node:child_process';
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { PartName } from '../../../embedded/stack';
import { addSearchAttributes } from '../../../worker/namespace';
import { searchAttributeNames } from '../../../workflows/shared/contract';
import { writeRefusals } from './lines/database-line';
import type { MailTrouble } from './lines/mail-line';
import { silentPartners } from './openings';
import type { Chance } from './random';
import type { Rig } from './rig';

/** What goes wrong while every part runs. */
export const troubleNames = [
  'mail refused for now',
  'mail refused for good',
  'mail slow',
  'mail cut after it was taken',
  'database slow',
  'database read-only',
  'database without room',
  'search attribute refused',
] as const;
export type TroubleName = (typeof troubleNames)[number];

/** One that was, in milliseconds since 1970. */
export interface Trouble {
  readonly name: TroubleName;
  readonly from: number;
  readonly until: number;
}

interface Begun {
  /** Whether anything has met it yet. */
  readonly isMet: () => boolean;
  /** Parts that end of themselves in it, as they should. */
  readonly mayEnd?: readonly PartName[];
  readonly end: () => Promise<void>;
}

type Begin = (rig: Rig, chance: Chance) => Promise<Begun>;

const ofMail =
  (trouble: (chance: Chance) => MailTrouble): Begin =>
  ({ mail }, chance) => {
    const before = mail.met;
    mail.trouble = trouble(chance);
    return Promise.resolve({
      isMet: () => mail.met > before,
      end: () => {
        mail.trouble = null;
        return Promise.resolve();
      },
    });
  };

const places = ['recipient', 'text'] as const;

/** Begins each of them. */
export const troubles: Readonly<Record<TroubleName, Begin>> = {
  'mail refused for now': ofMail((chance) => ({ kind: 'later', at: chance.oneOf(places) })),
  'mail refused for good': ofMail((chance) => ({
    kind: 'never',
    at: chance.oneOf(places),
    domains: silentPartners.map((code) => `${code}.example`),
  })),
  'mail slow': ofMail((chance) => ({ kind: 'slow', replyMs: chance.between(500, 2_000) })),
  'mail cut after it was taken': ofMail(() => ({ kind: 'cut' })),

  'database slow': ({ database }, chance) => {
    database.delayMs = chance.between(100, 400);
    return Promise.resolve({
      isMet: () => true,
      end: () => {
        database.delayMs = 0;
        return Promise.resolve();
      },
    });
  },

  'database read-only': ({ database }, chance) => {
    const before = database.refused;
    database.refusal = chance.oneOf(writeRefusals);
    return Promise.resolve({
      isMet: () => database.refused > before,
      end: () => {
        database.refusal = null;
        return Promise.resolve();
      },
    });
  },

  // The system refuses to let its files grow, as on a full disk. It ends then by itself, and acknowledges nothing.
  'database without room': (rig) => {
    const { pid } = rig.part('mongo');
    if (pid !== undefined) limitFiles(pid, String(largestFile(rig.servers.home)));
    return Promise.resolve({
      isMet: () => rig.part('mongo').pid === undefined,
      mayEnd: ['mongo'],
      end: () => {
        // The next one is started without the limit.
        if (pid !== undefined && pid === rig.part('mongo').pid) limitFiles(pid, 'unlimited');
        return Promise.resolve();
      },
    });
  },

  // The namespace does not know it any more: starts are refused, and the tasks of the workflows that set it.
  'search attribute refused': async ({ servers: { client, configuration } }, chance) => {
    const name = chance.oneOf([searchAttributeNames.stage, searchAttributeNames.openTasks, searchAttributeNames.dueAt]);
    const { connection } = client;
    const namespace = configuration.settings.TEMPORAL_NAMESPACE;
    await connection.operatorService.removeSearchAttributes({ namespace, searchAttributes: [name] });
    return {
      isMet: () => true,
      end: async () => {
        for (;;) {
          try {
            await addSearchAttributes(connection, namespace, [name]);
            return;
          } catch (error) {
            // There again by a worker that was started meanwhile; or Temporal is still on its way.
            if ((error as { code?: number }).code === alreadyExists) return;
            await sleep(200);
          }
        }
      },
    };
  },
};

const alreadyExists = 6;

/** The soft limit alone, which counts: the hard one is not raised again by whoever has not the right to, even as root. */
const limitFiles = (pid: number, bytes: string): void => void execFileSync('prlimit', ['--pid', String(pid), `--fsize=${bytes}:`]);

/** Of the data of the database, whichever it is: the one that all writes go to. */
function largestFile(home: string): number {
  const files = readdirSync(home, { recursive: true, encoding: 'utf8' }).filter((path) => /^mongo/.test(path));
  return Math.max(...files.map((path) => statSync(join(home, path)).size));
}
