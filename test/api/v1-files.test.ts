import { officer, requestBody, SetClock, spoc, startWeb, thursday, type Web } from './support';

let web: Web;
let reference: string;
let asked: string;
beforeAll(async () => {
  web = await startWeb(new SetClock(thursday));
  const opened = await web
    .browser()
    .agent.post('/api/v1/information-requests')
    .auth(await web.token(officer), { type: 'bearer' })
    .send(requestBody);
  ({ reference } = opened.body as { reference: string });
  asked = `/api/v1/cases/${reference}/tasks/T1`;
}, 180_000);
afterAll(async () => web.close());

const pdf = Buffer.from('%PDF-1.7\n1 0 obj\n<< /Type /Catalog >>\nendobj\ntrailer\n<< /Root 1 0 R >>\n%%EOF\n');
const send = (token: string, name = 'Contacts in March.pdf', content = pdf) =>
  web.browser().agent.post(`${asked}/files`).auth(token, { type: 'bearer' }).attach('files', content, name);
const get = (path: string, token: string) => web.browser().agent.get(path).auth(token, { type: 'bearer' });

test('a file is sent by whoever answers, and had by whoever may see the answer, each time on record', async () => {
  const token = await web.token(spoc);
  const sent = await send(token);
  expect(sent.status).toBe(201);
  const [file] = (sent.body as { files: { id: string; name: string; bytes: number }[] }).files;
  expect(file).toMatchObject({ name: 'Contacts in March.pdf', bytes: pdf.length });
  const path = `${asked}/files/${file?.id ?? ''}`;
  expect((await get(path, await web.token(officer))).status).toBe(404);
  expect((await web.deps.store.audit.of(reference)).at(-1)).toMatchObject({ act: 'file-stored', by: { via: 'api' } });

  const answer = web.browser().agent.post(`${asked}/answers`).auth(token, { type: 'bearer' });
  expect((await answer.send({ kind: 'shared-in-full', files: [file?.id] })).status).toBe(201);
  const seen = await get(path, await web.token(officer)).buffer(true);
  expect([seen.status, seen.headers['content-type']]).toEqual([200, 'application/octet-stream']);
  expect(seen.headers['content-disposition']).toContain('attachment');
  expect((seen.body as Buffer).equals(pdf)).toBe(true);
  expect((await web.deps.store.audit.of(reference)).at(-1)).toMatchObject({
    act: 'file-downloaded',
    by: { via: 'api' },
    task: 'T1',
    facts: { file: file?.id },
  });

  expect((await get(path, await web.token('manager@thurrock.example'))).status).toBe(404);
  expect((await get(path, await web.token(officer, ['cases:read']))).status).toBe(403);
  const append = jest.spyOn(web.deps.store.audit, 'append').mockRejectedValue(new Error('not written'));
  try {
    // The document knows no 500: the agent that holds answers against it says so.
    await expect(get(path, token)).rejects.toThrow(/answered 500/);
  } finally {
    append.mockRestore();
  }
});

test.each([
  ['without a part', undefined, '', '', 'No file was sent: send each in a part called files'],
  ['with a part of another name', 'file', 'note.txt', 'words', 'note.txt was not taken: send each with its name, in a part called files'],
  ['with a file without a name', 'files', '', 'words', 'A file without a name was not taken: send each with its name, in a part called files'],
  ['with an empty input of a browser', 'files', '', '', 'No file was sent: send each in a part called files'],
])('a post %s is refused, and does not say that files are stored', async (_what, input, name, content, message) => {
  const head = input === undefined ? 'name="other"' : `name="${input}"; filename="${name}"\r\nContent-Type: text/plain`;
  const answer = await web
    .browser()
    .agent.post(`${asked}/files`)
    .auth(await web.token(spoc), { type: 'bearer' })
    .set('Content-Type', 'multipart/form-data; boundary=cut')
    .send(`--cut\r\nContent-Disposition: form-data; ${head}\r\n\r\n${content}\r\n--cut--\r\n`);
  expect([answer.status, (answer.body as { errors: unknown }).errors]).toEqual([422, [{ field: 'files', message }]]);
});

test('a file and a category that an answer names twice are in it once', async () => {
  const token = await web.token(spoc);
  const [file] = ((await send(token)).body as { files: { id: string }[] }).files;
  const twice = { kind: 'shared-in-full', corrects: 1, files: [file?.id, file?.id], categories: ['asb-incidents', 'asb-incidents'] };
  const answer = await web.browser().agent.post(`${asked}/answers`).auth(token, { type: 'bearer' }).send(twice);
  expect(answer.status).toBe(201);
  const stored = (await web.deps.store.answers.of(reference)).find(({ version }) => version === 2);
  expect([stored?.files, stored?.categories]).toEqual([[file?.id], ['asb-incidents']]);
});

test('what is not what it says, and what are not files, is refused', async () => {
  const token = await web.token(spoc);
  const wrong = await send(token, 'picture.png');
  expect(wrong.status).toBe(422);
  expect((wrong.body as { errors: { field: string }[] }).errors.map(({ field }) => field)).toEqual(['files']);
  const json = await web.browser().agent.post(`${asked}/files`).auth(token, { type: 'bearer' }).send({ files: [] });
  expect(json.status).toBe(415);
  expect((await send(await web.token(officer))).status).toBe(404);
});
