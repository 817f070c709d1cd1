import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { StackFault } from './fault';

const schema = z.object({
  SESSION_SECRET: z.string(),
  LINK_SECRET: z.string(),
  CONTENT_KEYS: z.string(),
  AUDIT_SECRET: z.string(),
});
export type Secrets = Readonly<z.infer<typeof schema>>;

/**
 * The secrets of the evaluation stack: made at its first start, kept in `secrets.json` for its owner only. Without them
 * the content of the database cannot be read any more.
 * @throws StackFault if the file is there and is not whole
 */
export function secretsOf(home: string): Secrets {
  const path = join(home, 'secrets.json');
  if (!existsSync(path)) {
    const secrets: Secrets = {
      SESSION_SECRET: randomBytes(48).toString('base64url'),
      LINK_SECRET: randomBytes(48).toString('base64url'),
      CONTENT_KEYS: `evaluation:${randomBytes(32).toString('base64')}`,
      AUDIT_SECRET: randomBytes(48).toString('base64url'),
    };
    writeFileSync(`${path}.new`, `${JSON.stringify(secrets, undefined, 2)}\n`, { mode: 0o600 });
    renameSync(`${path}.new`, path);
  }
  try {
    return schema.parse(JSON.parse(readFileSync(path, 'utf8')));
  } catch (error) {
    throw new StackFault(
      `${path} is damaged: put it back from a copy; or, if what is stored may be lost, remove ${home} and start again.`,
      { cause: error },
    );
  }
}
