export interface ReceivedMail {
  readonly messageId: string;
  readonly to: string;
  readonly subject: string;
  readonly caseRef: string;
  /** When it was written, by its Date header: to the second. */
  readonly writtenAt: number;
}

/** Everything that the mail server of the stack has taken. @throws if it does not answer */
export async function readInbox(port: number): Promise<ReceivedMail[]> {
  const response = await fetch(`http://127.0.0.1:${port}/api/email`, { signal: AbortSignal.timeout(10_000) });
  const listed = (await response.json()) as {
    headers: Record<string, string>;
    subject: string;
    to: { address: string }[];
    date: string;
  }[];
  return listed.map(({ headers, subject, to, date }) => ({
    messageId: headers['message-id'] ?? 'none',
    to: to.map(({ address }) => address).join(', '),
    subject,
    caseRef: /IR-\d{4}-\d{4,}/.exec(subject)?.[0] ?? 'none',
    writtenAt: Date.parse(date),
  }));
}
