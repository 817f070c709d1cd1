import { hiddenOf } from '../../api/support';

export type Fields = Readonly<Record<string, string>>;

export interface Page {
  readonly status: number;
  readonly location: string | null;
  readonly text: string;
}

/** A browser without a window: it keeps its cookies, and posts a form with the token and hidden fields of its page. */
export class WebSession {
  readonly #cookies = new Map<string, string>();

  constructor(
    readonly url: string,
    readonly username: string,
  ) {}

  /** @throws if the web does not answer, or the reply breaks off */
  async request(path: string, fields?: Fields): Promise<Page> {
    const response = await fetch(new URL(path, this.url), {
      redirect: 'manual',
      signal: AbortSignal.timeout(45_000),
      headers: { cookie: [...this.#cookies].map(([name, value]) => `${name}=${value}`).join('; ') },
      ...(fields === undefined ? {} : { method: 'POST', body: new URLSearchParams(fields) }),
    });
    const text = await response.text();
    for (const cookie of response.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(cookie) ?? [];
      this.#cookies.set(name, value);
    }
    return { status: response.status, location: response.headers.get('location'), text };
  }

  async signIn(password: string): Promise<void> {
    const page = await this.request('/sign-in');
    const { username } = this;
    const { status } = await this.request('/sign-in', { ...hiddenOf(page.text, '/sign-in'), username, password });
    if (status !== 303) throw new Error(`${username} could not sign in: ${status}`);
  }
}
