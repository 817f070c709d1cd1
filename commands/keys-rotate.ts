/**
 * `npm run keys:rotate`: wraps the key of every case, open or closed, with the first key of CONTENT_KEYS, while web and
 * workers run. What the cases hold is not touched. It can be broken off and started again.
 */
import { randomUUID } from 'node:crypto';
import { operator } from '../api/accounts/tokens';
import { systemClock } from '../config/clock';
import { Audit } from '../store/audit';
import { Cases } from '../store/cases';
import { ContentCipher, ContentUnreadable } from '../store/content';
import { connectDatabase, type Database } from '../store/database';
import type { Surroundings } from './audit-verify';
import { auditSecret, contentKeys, databaseUri } from './token';

const usage = `Wraps the key of every case with the first key of CONTENT_KEYS, while web and workers run.

  npm run -s keys:rotate

  Before: every web and worker must run with a CONTENT_KEYS that has the new key first and the older ones after it.
  The database is that of MONGODB_URI; without it and CONTENT_KEYS and AUDIT_SECRET, those of the local stack of npm start.
  Ends with 0 if every case is under the first key, 1 if some are not, 2 if it could not begin.
`;

const tellEvery = 100;

export async function runKeysRotate(args: readonly string[], around: Surroundings): Promise<0 | 1 | 2> {
  const { env, print, complain } = around;
  if (args.length > 0) {
    (args[0] === '--help' ? print : complain)(usage);
    return args[0] === '--help' ? 0 : 2;
  }
  let database: Database | undefined;
  try {
    const cipher = new ContentCipher(contentKeys(env));
    const secret = auditSecret(env);
    database = await connectDatabase(databaseUri(env), 10_000);
    return await rotate(cipher, new Cases(database), new Audit(database, secret), around);
  } catch (error) {
    complain(`keys:rotate: ${error instanceof Error ? error.message : String(error)}`);
    return 2;
  } finally {
    await database?.close();
  }
}

async function rotate(
  cipher: ContentCipher,
  cases: Cases,
  audit: Audit,
  { clock, print, complain }: Surroundings,
): Promise<0 | 1> {
  const { firstKey } = cipher;
  const older = olderKeys(await cases.countByRingKey(), firstKey);
  for (const [id, count] of older) print(`${count} under "${id}".`);
  if (older.length > 0) {
    await audit.append({
      chain: 'accounts',
      key: `keys-rotated/${randomUUID()}`,
      at: clock.now(),
      act: 'keys-rotated',
      by: operator,
      facts: { to: firstKey, from: older.map(([id]) => id) },
    });
  }

  const unreadable = new Set<string>();
  let rewrapped = 0;
  // A web that still has another key first may open a case meanwhile: until a look finds none that can be done.
  for (let before = -1; before < rewrapped; ) {
    before = rewrapped;
    for await (const { _id, key } of cases.keysNotUnder(firstKey)) {
      if (unreadable.has(_id)) continue;
      try {
        // If it was wrapped anew meanwhile, the next look sees it as it is then.
        if (!(await cases.rewrap(_id, key, cipher.rewrap(key, _id)))) continue;
        rewrapped += 1;
        if (rewrapped % tellEvery === 0) print(`${rewrapped} done`);
      } catch (error) {
        if (!(error instanceof ContentUnreadable)) throw error;
        unreadable.add(_id);
        complain(`${_id}: ${error.message} Put the key that it needs back into CONTENT_KEYS and run this again.`);
      }
    }
  }

  const left = olderKeys(await cases.countByRingKey(), firstKey);
  print(`${rewrapped} ${rewrapped === 1 ? 'key' : 'keys'} wrapped with "${firstKey}".`);
  for (const [id, count] of left) print(`${count} left under "${id}": keep it in CONTENT_KEYS.`);
  if (left.length > 0) return 1;
  print(
    `None is left under another key: once every web and worker runs with "${firstKey}" first and this command says so again, ` +
      'the other keys can be taken out of CONTENT_KEYS. Keep them with the copies of the database from before.',
  );
  return 0;
}

const olderKeys = (counts: ReadonlyMap<string, number>, firstKey: string): (readonly [string, number])[] =>
  [...counts].filter(([id]) => id !== firstKey).sort(([a], [b]) => (a < b ? -1 : 1));

if (require.main === module) {
  void runKeysRotate(process.argv.slice(2), {
    env: process.env,
    clock: systemClock,
    print: (line) => process.stdout.write(line.endsWith('\n') ? line : `${line}\n`),
    complain: (line) => process.stderr.write(line.endsWith('\n') ? line : `${line}\n`),
  }).then((exitCode) => (process.exitCode = exitCode));
}
