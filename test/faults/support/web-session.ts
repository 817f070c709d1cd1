import { hiddenOf } from '../../api/support';

export type Fields = Readonly<Record<string, string>>;

export interface Page {
  readonly status: number;
  readonly location: string | null;
  readonly text: string;
}

/** What a form is posted with: its fields, or those with files where the form takes files. */
export type Posted = Fields | FormData;

/** A browser without a window: it keeps its cookies, and posts a form with the token and hidden fields of its page. */
export class WebSession {
  readonly #cookies = new Map<string, string>();
  #at = '';

  /** @param onPage what is called with each reply, and the address that was asked for */
  constructor(
    readonly url: string,
    readonly username: string,
    private readonly onPage: (page: Page, address: string) => void = () => undefined,
  ) {}

  /** @throws if the web does not answer, or the reply breaks off */
  async request(path: string, posted?: Posted): Promise<Page> {
    const address = new URL(path, this.url);
    const body = posted === undefined || posted instanceof FormData ? posted : new URLSearchParams(posted);
    const response = await fetch(address, {
      redirect: 'manual',
      signal: AbortSignal.timeout(45_000),
      headers: {
        cookie: [...this.#cookies].map(([name, value]) => `${name}=${value}`).join('; '),
        ...(this.#at === '' ? {} : { referer: this.#at }),
      },
      ...(body === undefined ? {} : { method: 'POST', body }),
    });
    const text = await response.text();
    for (const cookie of response.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(cookie) ?? [];
      this.#cookies.set(name, value);
    }
    this.#at = address.href;
    const page = { status: response.status, location: response.headers.get('location'), text };
    this.onPage(page, address.href);
    return page;
  }

  /** Posts the form of a page that was opened, with these of its fields filled in. */
  async submit(page: Page, path: string, fields: Fields, files: Readonly<Record<string, File>> = {}): Promise<Page> {
    return this.request(path, filledIn(page, path, fields, files));
  }

  /** Opens the page of a form and posts it. */
  async send(path: string, fields: Fields, files: Readonly<Record<string, File>> = {}, from = path): Promise<Page> {
    return this.submit(await this.request(from), path, fields, files);
  }

  async signIn(password: string): Promise<void> {
    const { username } = this;
    const { status } = await this.send('/sign-in', { username, password });
    if (status !== 303) throw new Error(`${username} could not sign in: ${status}`);
  }

  /** As when a browser was closed, or the session has run out. */
  forget(): void {
    this.#cookies.clear();
  }
}

/** What a browser would post: with the hidden fields, and in parts where the form takes files. */
export function filledIn(
  page: Page,
  path: string,
  fields: Fields,
  files: Readonly<Record<string, File>> = {},
): Posted {
  const filled = { ...hiddenOf(page.text, path), ...fields };
  const form = (page.text.match(/<form[^>]*>/g) ?? []).find((each) => each.includes(`action="${path}"`));
  if (form?.includes('multipart/form-data') !== true) return filled;
  const parts = new FormData();
  for (const [name, value] of Object.entries(filled)) parts.append(name, value);
  for (const [name, file] of Object.entries(files)) parts.append(name, file);
  return parts;
}
