export interface ReceivedMail {
  /** Null for the beginning of a mail over which the mail server was killed: it took no such mail. */
  readonly messageId: string | null;
  readonly to: string;
  readonly subject: string;
  readonly text: string;
  readonly caseRef: string;
  /** When it was written, by its Date header: to the second. */
  readonly writtenAt: number;
}

/** Everything that the mail server of the stack has taken. @throws if it does not answer */
export async function readInbox(port: number): Promise<ReceivedMail[]> {
  const response = await fetch(`http://127.0.0.1:${port}/api/email`, { signal: AbortSignal.timeout(10_000) });
  const listed = (await response.json()) as Listed[];
  return listed.map(({ headers = {}, subject = '', text = '', to = [], time }) => ({
    messageId: headers['message-id'] ?? null,
    to: to.map(({ address }) => address).join(', '),
    subject,
    text,
    caseRef: /[A-Z]{2}-\d{4}-\d{4,}/.exec(subject)?.[0] ?? 'none',
    writtenAt: Date.parse(time),
  }));
}

/** As the mail server lists it. */
interface Listed {
  readonly headers?: Record<string, string>;
  readonly subject?: string;
  readonly text?: string;
  readonly to?: readonly { readonly address: string }[];
  readonly time: string;
}
