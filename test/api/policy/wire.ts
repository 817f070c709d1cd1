/** Requests as they go over the wire, so that none is put right on its way, and visitors who keep a session. */
import { createServer, Agent, request as httpRequest, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Express } from 'express';
import type { Contract } from '../contract';
import { hiddenOf, password } from '../support';

export interface Sent {
  readonly method: string;
  /** With the query, as it is to be sent. */
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Buffer;
}

export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
}

/** Everything that was answered, for whoever looks for what must not be in it. */
export type Witness = (sent: Sent, answer: Answer, who: string) => void;

export class Wire {
  /** How many requests were answered, by status. */
  readonly answered = new Map<number, number>();
  readonly #server: Server;
  readonly #agent = new Agent({ keepAlive: true, maxSockets: 16 });
  readonly #contract: Contract;
  readonly #witnesses: Witness[] = [];

  constructor(app: Express, contract: Contract) {
    // A connection is kept while a slow machine is busy with others.
    this.#server = createServer({ keepAliveTimeout: 600_000 }, app).listen(0, '127.0.0.1');
    this.#contract = contract;
  }

  watch(witness: Witness): void {
    this.#witnesses.push(witness);
  }

  /** Sends it as it is. An answer of the API that is not as its document says is an error. */
  async send(sent: Sent, who = 'nobody'): Promise<Answer> {
    const answer = await this.#exchange(sent);
    this.answered.set(answer.status, (this.answered.get(answer.status) ?? 0) + 1);
    for (const witness of this.#witnesses) witness(sent, answer, who);
    const method = sent.method.toLowerCase();
    // An address or headings of more than 16 KiB are refused by the HTTP server, before the API is asked.
    const isTooLarge = answer.status === 431;
    const isOfTheApi = /^\/api\/v1\//.test(sent.path) && method !== 'head' && method !== 'options' && !isTooLarge;
    if (isOfTheApi) this.#contract.check({ method, url: sent.path, sent: jsonOf(sent), response: withTexts(answer) });
    return answer;
  }

  get count(): number {
    return [...this.answered.values()].reduce((sum, each) => sum + each, 0);
  }

  async close(): Promise<void> {
    this.#agent.destroy();
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  async #exchange({ method, path, headers = {}, body }: Sent): Promise<Answer> {
    const { port } = this.#server.address() as AddressInfo;
    const length = body === undefined ? {} : { 'content-length': String(Buffer.byteLength(body)) };
    return new Promise((resolve, reject) => {
      const request = httpRequest(
        { host: '127.0.0.1', port, agent: this.#agent, method, path, headers: { ...length, ...headers } },
        (response) => {
          const parts: Buffer[] = [];
          response.on('data', (part: Buffer) => parts.push(part));
          response.on('error', reject);
          response.on('end', () => {
            const text = Buffer.concat(parts).toString('utf8');
            resolve({ status: response.statusCode ?? 0, headers: response.headers, text });
          });
        },
      );
      request.on('error', reject);
      request.end(body);
    });
  }
}

const jsonOf = ({ body }: Sent): unknown => {
  try {
    return JSON.parse(String(body ?? '{}')) as unknown;
  } catch {
    return undefined;
  }
};

const withTexts = ({ status, text, headers }: Answer) => ({
  status,
  text,
  headers: Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, String(value)])),
});

const form = 'application/x-www-form-urlencoded';

/** Somebody with a browser that keeps its session, and, if they have one, a token of the API. */
export class Visitor {
  #cookie = '';
  /** The token of the session's forms. */
  csrf = '';
  token: string | undefined;

  constructor(
    readonly who: string,
    readonly wire: Wire,
  ) {}

  async send(sent: Sent): Promise<Answer> {
    const cookie: Record<string, string> = this.#cookie === '' ? {} : { cookie: this.#cookie };
    const answer = await this.wire.send({ ...sent, headers: { ...cookie, ...sent.headers } }, this.who);
    const [set] = answer.headers['set-cookie'] ?? [];
    if (set !== undefined) this.#cookie = set.split(';')[0] ?? '';
    return answer;
  }

  async get(path: string): Promise<Answer> {
    return this.send({ method: 'GET', path });
  }

  /** As a form of our pages posts it. */
  async post(path: string, fields: Readonly<Record<string, string>>): Promise<Answer> {
    const body = new URLSearchParams({ _csrf: this.csrf, ...fields }).toString();
    return this.send({ method: 'POST', path, headers: { 'content-type': form }, body });
  }

  /** To the API, with the visitor's token if there is one. */
  async call(method: string, path: string, body?: unknown, token = this.token): Promise<Answer> {
    const headers: Record<string, string> = token === undefined ? {} : { authorization: `Bearer ${token}` };
    const json = body === undefined ? {} : { body: JSON.stringify(body) };
    if (body !== undefined) headers['content-type'] = 'application/json';
    return this.wire.send({ method, path: `/api/v1${path}`, headers, ...json }, this.who);
  }

  /** Sends files to the API, in parts called `files`. */
  async upload(path: string, files: Readonly<Record<string, string>>, token = this.token): Promise<Answer> {
    const headers: Record<string, string> = token === undefined ? {} : { authorization: `Bearer ${token}` };
    headers['content-type'] = `multipart/form-data; boundary=${boundary}`;
    return this.wire.send({ method: 'POST', path: `/api/v1${path}`, headers, body: multipartOf({}, files) }, this.who);
  }

  /** Takes up the token of the session's forms from a page that has one. */
  async takeUp(page: string): Promise<void> {
    const { text } = await this.get(page);
    this.csrf = hiddenOf(text)['_csrf'] ?? '';
    if (this.csrf === '') throw new Error(`${this.who} was given no form at ${page}.`);
  }

  async signIn(username: string): Promise<void> {
    await this.takeUp('/sign-in');
    const { status } = await this.post('/sign-in', { username, password });
    if (status !== 303) throw new Error(`${this.who} could not sign in: ${status}`);
    await this.takeUp('/tokens');
  }
}

export const boundary = '----concordat';

/** A body of fields and files. */
export function multipartOf(fields: Readonly<Record<string, string>>, files: Readonly<Record<string, string>>): string {
  const part = (head: string, content: string) => `--${boundary}\r\nContent-Disposition: form-data; ${head}\r\n\r\n${content}\r\n`;
  const typed = 'application/octet-stream';
  return [
    ...Object.entries(fields).map(([name, value]) => part(`name="${name}"`, value)),
    ...Object.entries(files).map(([name, content]) => part(`name="files"; filename="${name}"\r\nContent-Type: ${typed}`, content)),
    `--${boundary}--\r\n`,
  ].join('');
}
