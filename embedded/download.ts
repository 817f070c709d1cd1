import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { chmod, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable, Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { x as extract } from 'tar';
import { silent, type Progress } from './fault';

const answerWithinMs = 5_000;
const stalledAfterMs = 30_000;

/** @throws Error with the reason, after 5 seconds at most if the host does not answer. */
export async function fetchText(url: string): Promise<string> {
  const patience = new Patience(answerWithinMs, `${new URL(url).host} did not answer`);
  try {
    return await (await request(url, patience)).text();
  } finally {
    patience.end();
  }
}

/**
 * Fetches a file, telling every quarter of it.
 * @throws Error with the reason: no answer within 5 s, nothing more for 30 s, or a wrong checksum
 */
export async function download(
  url: string,
  toFile: string,
  { sha256, progress = silent }: { sha256?: string; progress?: Progress } = {},
): Promise<void> {
  const patience = new Patience(answerWithinMs, `${new URL(url).host} did not answer`);
  try {
    const response = await request(url, patience);
    if (response.body === null) throw new Error(`${url} answered with nothing`);
    const total = Number(response.headers.get('content-length') ?? 0);
    let received = 0;
    const watch = new Transform({
      transform(chunk: Buffer, _encoding, done) {
        patience.renew(stalledAfterMs, `${new URL(url).host} sent nothing more`);
        const before = quarters(received, total);
        received += chunk.length;
        const now = quarters(received, total);
        if (now > before) progress(`    ${now * 25} % of ${Math.ceil(total / 1024 / 1024)} MB`);
        done(null, chunk);
      },
    });
    await pipeline(Readable.fromWeb(response.body), watch, createWriteStream(toFile));
  } finally {
    patience.end();
  }
  if (sha256 !== undefined && (await sha256Of(toFile)) !== sha256) {
    throw new Error(`${url} is not the file that its checksum names`);
  }
}

const quarters = (received: number, total: number): number => (total > 0 ? Math.floor((4 * received) / total) : 0);

/**
 * Takes one program out of a .tar.gz.
 * @param entry the path of the program in the archive, or how it ends
 */
export async function extractProgram(archive: string, entry: string, into: string, program: string): Promise<void> {
  let found: string | undefined;
  await extract({
    file: archive,
    cwd: into,
    filter: (path) => {
      if (path !== entry && !path.endsWith(`/${entry}`)) return false;
      found = path;
      return true;
    },
  });
  if (found === undefined) throw new Error(`the archive has no ${entry}`);
  await rename(join(into, found), join(into, program));
  await chmod(join(into, program), 0o755);
}

/** Ends a request that gets no further. */
class Patience {
  private readonly controller = new AbortController();
  private timer: NodeJS.Timeout | undefined;
  readonly signal = this.controller.signal;

  constructor(withinMs: number, complaint: string) {
    this.renew(withinMs, complaint);
  }

  renew(withinMs: number, complaint: string): void {
    this.end();
    this.timer = setTimeout(
      () => this.controller.abort(new Error(`${complaint} for ${withinMs / 1000} s`)),
      withinMs,
    );
  }

  end(): void {
    clearTimeout(this.timer);
  }
}

async function request(url: string, { signal }: Patience): Promise<Response> {
  const response = await fetch(url, { signal });
  if (!response.ok) throw new Error(`${new URL(url).host} answered ${response.status}`);
  return response;
}

async function sha256Of(file: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(file), hash);
  return hash.digest('hex');
}
