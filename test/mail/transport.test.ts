import { createServer } from 'node:net';
import { MailNotTaken, smtpTransport, type MailTransport } from '../../mail';
import { startSmtpServer, type TestSmtpServer } from './support/smtp-server';

const mail = {
  to: 'spoc@essex-police.example',
  messageId: '<one@partnership.example>',
  threadId: '<case@partnership.example>',
  subject: 'IR-2026-0001 Information request: answer due 13 April 2026',
  text: 'Please answer – soon.\n.\nA line with only a full stop came before.',
  html: '<p>Please answer – soon.</p>',
};

describe('handing a mail to the server', () => {
  let server: TestSmtpServer;
  let transport: MailTransport;
  beforeEach(async () => {
    server = await startSmtpServer();
    transport = smtpTransport(server.url, 'Concordat <concordat@partnership.example>');
  });
  afterEach(async () => {
    transport.close();
    await server.close();
  });
  const send = (withinMs = 10_000, changes: Partial<typeof mail> = {}) =>
    transport.send({ ...mail, ...changes }, withinMs).then(
      () => 'taken',
      (error: unknown) => (error instanceof MailNotTaken ? (error.permanent ? 'refused' : 'not now') : error),
    );

  it('has a text and an HTML part, one thread per case, and says that no person wrote it', async () => {
    expect(await send()).toBe('taken');
    const [text = ''] = server.taken;
    const headers = text.slice(0, text.indexOf('\r\n\r\n')).replaceAll(/\r\n[ \t]+/g, ' ');
    expect(headers.split('\r\n')).toEqual(
      expect.arrayContaining([
        'From: Concordat <concordat@partnership.example>',
        'To: spoc@essex-police.example',
        'Subject: IR-2026-0001 Information request: answer due 13 April 2026',
        'Message-ID: <one@partnership.example>',
        'In-Reply-To: <case@partnership.example>',
        'References: <case@partnership.example>',
        'Auto-Submitted: auto-generated',
        'X-Auto-Response-Suppress: All',
        expect.stringMatching(/^Content-Type: multipart\/alternative;/),
      ]),
    );
    expect(text).toContain('Content-Type: text/plain; charset=utf-8');
    expect(text).toContain('Content-Type: text/html; charset=utf-8');
    expect(text).toContain('came before');
  });

  it.each([
    ['the address', { rcptTo: '550 5.1.1 no such mailbox' }],
    ['the text', { accepted: '554 5.7.1 not wanted here' }],
  ])('is refused for good when the server refuses %s for good', async (_what, manners) => {
    server.behave(manners);
    expect(await send()).toBe('refused');
  });

  it.each([
    ['the mailbox is busy', { rcptTo: '450 4.2.1 try later' }],
    ['the text is not taken now', { accepted: '451 4.3.0 try later' }],
    ['our own address is not known there yet', { mailFrom: '550 5.7.1 sender not permitted' }],
    ['it hangs up', { hangsUp: true }],
  ])('is put off when %s', async (_what, manners) => {
    server.behave(manners);
    expect(await send()).toBe('not now');
  });

  it('is put off when there is no server', async () => {
    await server.close();
    expect(await send()).toBe('not now');
  });

  it('waits for a server that scans the text before it takes it', async () => {
    server.behave({ thinksForMs: 1_500 });
    expect(await send(5_000)).toBe('taken');
    expect(server.taken).toHaveLength(1);
  });

  it('is over when its time is up, wherever it stands', async () => {
    server.behave({ thinksForMs: 60_000 });
    expect(await send(500)).toBe('not now');

    // A server that says a little now and then would never be silent for long.
    const dribbling = createServer((socket) => {
      socket.on('error', () => undefined);
      const dribble = setInterval(() => socket.write('220-still here\r\n'), 50);
      socket.on('close', () => clearInterval(dribble));
    });
    await new Promise<void>((resolve) => dribbling.listen(0, '127.0.0.1', resolve));
    const { port } = dribbling.address() as { port: number };
    const slow = smtpTransport(`smtp://127.0.0.1:${port}`, 'concordat@partnership.example');
    await expect(slow.send(mail, 500)).rejects.toThrow('does not take mail at the moment');
    await new Promise((resolve) => dribbling.close(resolve));
  });

  it('cannot be given a header or a recipient by what it says', async () => {
    const subject = 'IR-2026-0001\r\nBcc: eavesdropper@example.com\r\n\r\nAnother text';
    expect(await send(5_000, { subject, text: 'a\r\n.\r\nMAIL FROM:<x@example.com>\r\nb' })).toBe('taken');
    expect(server.taken).toHaveLength(1);
    const [text = ''] = server.taken;
    const headers = text.slice(0, text.indexOf('\r\n\r\n'));
    expect(headers).not.toMatch(/^Bcc:/im);
    expect(headers.match(/^To:.*$/gim)).toEqual(['To: spoc@essex-police.example']);
  });

  it('goes to one mailbox or to none, whatever stands in the address', async () => {
    expect(await send(5_000, { to: '' })).toBe('refused');
    server.behave({ rcptTo: '553 5.1.3 not an address' });
    expect(await send(5_000, { to: 'not an address' })).toBe('refused');
    server.behave({});
    const spoc = 'spoc@essex-police.example';
    for (const to of [`${spoc}, x@example.com`, `${spoc}\r\nRCPT TO:<x@example.com>`]) {
      server.recipients.splice(0);
      await send(5_000, { to });
      expect(server.recipients).toEqual([expect.not.stringMatching(/^<(spoc@essex-police|x@example)/)]);
    }
  });
});
