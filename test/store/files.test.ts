import { createCipheriv, createDecipheriv, createHash, randomBytes } from 'node:crypto';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import type { IsoInstant } from '../../config/clock';
import {
  cleanFileName,
  FileEmpty,
  FileInspection,
  FileNotWhatItSays,
  FileTooBig,
  largestFile,
} from '../../config/file-types';
import { ContentCipher, ContentUnreadable, type RingKey, type WrappedKey } from '../../store/content';
import { FileNotThere, Files, type FileDraft, type StoredFile } from '../../store/files';
import { segmentBytes } from '../../store/file-cipher';
import { describeWithDatabase, startStore, type TestStore } from '../support/database';

const caseRef = 'IR-2026-0001';
const name = 'Report about Jordan Example.pdf';
const at = '2026-04-09T09:00:00.000Z' as IsoInstant;
const ring = (id: string, fill: number) => ({ id, key: Buffer.alloc(32, fill) });
const place = { caseRef, task: 'T1', field: 'answer', sender: 'account-1' } as const;

/** Something that is a PDF as far as its beginning tells; what follows is chance. */
function pdf(bytes: number): Buffer {
  return Buffer.concat([Buffer.from('%PDF-1.7\n'), randomBytes(Math.max(0, bytes - 9))]).subarray(0, bytes);
}

/** A case's key as the rotation leaves it: the same key, wrapped by another of the ring. */
function wrappedAnew(wrapped: WrappedKey, from: RingKey, to: RingKey): WrappedKey {
  const boundTo = Buffer.from(`${caseRef}/case-key`);
  const bytes = Buffer.from(wrapped.sealed, 'base64');
  const opening = createDecipheriv('aes-256-gcm', from.key, bytes.subarray(0, 12)).setAAD(boundTo);
  const caseKey = opening.setAuthTag(bytes.subarray(12, 28)).update(bytes.subarray(28));
  const iv = randomBytes(12);
  const sealing = createCipheriv('aes-256-gcm', to.key, iv).setAAD(boundTo);
  const body = Buffer.concat([sealing.update(caseKey), sealing.final()]);
  return { ringKey: to.id, sealed: Buffer.concat([iv, sealing.getAuthTag(), body]).toString('base64') };
}

/** In pieces as they come from a network. */
function* inPieces(content: Buffer, size = 60_000): Generator<Buffer> {
  for (let from = 0; from < content.length; from += size) yield content.subarray(from, from + size);
}
const streamOf = (content: Buffer) => Readable.from(inPieces(content), { objectMode: false });

describeWithDatabase('files of cases', () => {
  let running: TestStore;
  let files: Files;
  const cipher = new ContentCipher([ring('spring', 1)]);
  const key = cipher.newCaseKey(caseRef);
  const draft: FileDraft = { ...place, key, name, at };

  const segments = () => running.store.database.collection<{ _id: string; sealed: Buffer }>('file_segments');
  const documents = () => running.store.database.collection<{ _id: string; [field: string]: unknown }>('files');
  const receive = (content: Buffer, changes: Partial<FileDraft> = {}) =>
    files.receive({ ...draft, ...changes }, streamOf(content));
  const read = (file: StoredFile, withKey = key, of = caseRef) => buffer(files.open(file, of, withKey));
  const sealedOf = async (id: string, index: number) =>
    (await segments().findOne({ _id: `${id}/${index}` }, { promoteBuffers: true }))?.sealed ?? Buffer.alloc(0);
  const put = (id: string, index: number, sealed: Buffer) =>
    segments().updateOne({ _id: `${id}/${index}` }, { $set: { sealed } });
  const counts = async () => [await documents().countDocuments(), await segments().countDocuments()];
  /** What can be read before the stream ends with an error. */
  const readUntilFault = async (file: StoredFile) => {
    const out: Buffer[] = [];
    let fault: unknown;
    try {
      for await (const piece of files.open(file, caseRef, key)) out.push(piece as Buffer);
    } catch (error) {
      fault = error;
    }
    return { out: Buffer.concat(out), fault };
  };

  beforeAll(async () => {
    running = await startStore();
    files = new Files(running.store.database, cipher);
  });
  afterAll(() => running.close());
  beforeEach(async () => {
    await documents().deleteMany({});
    await segments().deleteMany({});
  });

  it.each([1, 2, segmentBytes - 1, segmentBytes, segmentBytes + 1, 2 * segmentBytes, 2 * segmentBytes + 1])(
    'come back as they were: %i bytes',
    async (bytes) => {
      const content = Buffer.alloc(bytes, 'Jordan Example. ');
      const file = await receive(content, { name: 'note.txt' });
      expect(file).toMatchObject({ name: 'note.txt', kind: 'text', bytes, attachedTo: null, receivedAt: at });
      expect(file.sha256).toBe(createHash('sha256').update(content).digest('hex'));
      expect((await read(file)).equals(content)).toBe(true);
      expect(await counts()).toEqual([1, Math.ceil(bytes / segmentBytes)]);
    },
  );

  it('are taken up to 25 MB, in little memory', async () => {
    const content = pdf(largestFile);
    const before = process.memoryUsage().rss;
    const file = await receive(content);
    expect(createHash('sha256').update(await read(file)).digest('hex')).toBe(file.sha256);
    expect(file.bytes).toBe(largestFile);
    // Of the content itself, the test holds two copies.
    expect(process.memoryUsage().rss - before).toBeLessThan(200 * 1024 * 1024);
  });

  it('are refused when larger, and nothing of them stays', async () => {
    await expect(receive(pdf(largestFile + 1))).rejects.toThrow(FileTooBig);
    expect(await counts()).toEqual([0, 0]);
  });

  it('are refused when empty or not what the name says, before anything is stored', async () => {
    await expect(receive(Buffer.alloc(0))).rejects.toThrow(FileEmpty);
    const inserts = jest.spyOn(Object.getPrototypeOf(segments()) as { replaceOne: () => unknown }, 'replaceOne');
    await expect(receive(Buffer.concat([Buffer.from('MZ'), randomBytes(3 * segmentBytes)]))).rejects.toThrow(
      'The content is not that of a PDF, as the file’s name says.',
    );
    expect(inserts).not.toHaveBeenCalled();
    inserts.mockRestore();
    expect(await counts()).toEqual([0, 0]);
  });

  it('are refused when only their end shows that they are not what the name says', async () => {
    const archive = Buffer.concat([Buffer.from('PK\x03\x04'), randomBytes(2 * segmentBytes)]);
    await expect(receive(archive, { name: 'a.docx' })).rejects.toThrow(FileNotWhatItSays);
    expect(await counts()).toEqual([0, 0]);
  });

  it('leave nothing when they are broken off', async () => {
    const broken = Readable.from(
      (function* () {
        yield* inPieces(pdf(3 * segmentBytes));
        throw new Error('broken off');
      })(),
      { objectMode: false },
    );
    await expect(files.receive(draft, broken)).rejects.toThrow('broken off');
    expect(await counts()).toEqual([0, 0]);
  });

  it('count only when they are whole', async () => {
    let half: (() => void) | undefined;
    const stored = new Promise<void>((resolve) => (half = resolve));
    let go: (() => void) | undefined;
    const waiting = new Promise<void>((resolve) => (go = resolve));
    const receiving = files.receive(
      draft,
      Readable.from(
        (async function* () {
          yield pdf(2 * segmentBytes);
          yield pdf(segmentBytes);
          half?.();
          await waiting;
        })(),
        { objectMode: false },
      ),
    );
    await stored;
    const [begun] = await documents().find({}).toArray();
    const id = String(begun?._id);
    expect(begun).toMatchObject({ complete: false });
    expect(await files.of(caseRef, key)).toEqual([]);
    expect(await files.get(id, caseRef, key)).toBeNull();
    await expect(files.attach([id], place, 'A1')).rejects.toThrow(FileNotThere);
    await expect(buffer(files.open({ id }, caseRef, key))).rejects.toThrow(FileNotThere);
    go?.();
    const file = await receiving;
    expect(await files.of(caseRef, key)).toEqual([file]);
    expect(await files.get(file.id, caseRef, key)).toEqual(file);
    expect(await files.get(file.id, 'IR-2026-0002', key)).toBeNull();
  });

  it('are put on record before they count, and not kept when that fails', async () => {
    const recorded: unknown[] = [];
    const record = async (id: string) => {
      recorded.push([id, await files.get(id, caseRef, key)]);
    };
    const { id } = await receive(pdf(20), { record });
    expect(recorded).toEqual([[id, null]]);
    const away = () => Promise.reject(new Error('away'));
    await expect(receive(pdf(20), { record: away })).rejects.toThrow('away');
    expect(await counts()).toEqual([1, 1]);
  });

  it.each(['a\nb.txt', 'a\r\nSet-Cookie: x=1.txt', 'a\u0000.txt', 'a\tb.txt'])('are refused with the name %p', async (name) => {
    await expect(receive(Buffer.from('words'), { name })).rejects.toThrow('Its name must be on one line');
    expect(await counts()).toEqual([0, 0]);
  });

  it('keep nothing readable in the database, not even the name', async () => {
    const secret = 'the unusual word quizzaciously';
    const file = await receive(Buffer.from(`${secret} `.repeat(20_000)), { name: '../Jordan  Example.txt' });
    expect(file.name).toBe('Jordan Example.txt');
    const everything = Buffer.concat([
      Buffer.from(JSON.stringify(await documents().find({}).toArray())),
      ...(await segments().find({}, { promoteBuffers: true }).toArray()).map(({ sealed }) => sealed),
    ]).toString('latin1');
    expect(everything).toContain(file.id);
    for (const plain of ['quizzaciously', 'Jordan', 'text', file.sha256]) expect(everything).not.toContain(plain);
  });

  describe('when they are damaged', () => {
    const content = pdf(4 * segmentBytes - 100);
    let file: StoredFile;
    beforeEach(async () => {
      file = await receive(content);
    });

    it('end before the segment in which a byte was changed', async () => {
      for (const position of [0, segmentBytes - 1, segmentBytes + 15]) {
        const original = await sealedOf(file.id, 2);
        const changed = Buffer.from(original);
        changed.writeUInt8((changed[position] ?? 0) ^ 1, position);
        await put(file.id, 2, changed);
        const { out, fault } = await readUntilFault(file);
        expect(fault).toBeInstanceOf(ContentUnreadable);
        expect(out.equals(content.subarray(0, 2 * segmentBytes))).toBe(true);
        await put(file.id, 2, original);
      }
      expect((await read(file)).equals(content)).toBe(true);
    });

    it('end at segments that were swapped', async () => {
      const [first, second] = [await sealedOf(file.id, 1), await sealedOf(file.id, 2)];
      await put(file.id, 1, second);
      await put(file.id, 2, first);
      const { out, fault } = await readUntilFault(file);
      expect(fault).toBeInstanceOf(ContentUnreadable);
      expect(out.equals(content.subarray(0, segmentBytes))).toBe(true);
    });

    it('end before a cut, also one that is kept secret', async () => {
      await segments().deleteOne({ _id: `${file.id}/3` });
      const missing = await readUntilFault(file);
      expect(missing.fault).toBeInstanceOf(ContentUnreadable);
      expect(missing.out).toHaveLength(3 * segmentBytes);
      await documents().updateOne({ _id: file.id }, { $set: { segments: 3 } });
      const hidden = await readUntilFault(file);
      expect(hidden.fault).toBeInstanceOf(ContentUnreadable);
      expect(hidden.out).toHaveLength(2 * segmentBytes);
    });

    it('end before what was cut short, or added', async () => {
      const last = await sealedOf(file.id, 3);
      for (const length of [0, 5, 16, last.length - 1]) {
        await put(file.id, 3, last.subarray(0, length));
        expect((await readUntilFault(file)).fault).toBeInstanceOf(ContentUnreadable);
      }
      await put(file.id, 3, last);
      await segments().insertOne({ _id: `${file.id}/4`, sealed: last });
      await documents().updateOne({ _id: file.id }, { $set: { segments: 5 } });
      const { out, fault } = await readUntilFault(file);
      expect(fault).toBeInstanceOf(ContentUnreadable);
      expect(out).toHaveLength(3 * segmentBytes);
    });

    it('end before a segment of another file, of the same case too', async () => {
      const other = await receive(content);
      await put(file.id, 0, await sealedOf(other.id, 0));
      const { out, fault } = await readUntilFault(file);
      expect(fault).toBeInstanceOf(ContentUnreadable);
      expect(out).toHaveLength(0);
    });

    it('do not open with the key of another case, nor as a file of another case or task', async () => {
      const another = cipher.newCaseKey('IR-2026-0002');
      await expect(read(file, another)).rejects.toThrow(ContentUnreadable);
      await expect(read(file, another, 'IR-2026-0002')).rejects.toThrow(FileNotThere);
      await documents().updateOne({ _id: file.id }, { $set: { task: 'T2' } });
      await expect(files.get(file.id, caseRef, key)).rejects.toThrow(ContentUnreadable);
      await documents().updateOne({ _id: file.id }, { $set: { caseRef: 'IR-2026-0002' } });
      await expect(read(file, another, 'IR-2026-0002')).rejects.toThrow(ContentUnreadable);
    });
  });

  it('still open after the case’s key was wrapped anew', async () => {
    const content = pdf(segmentBytes + 7);
    const file = await receive(content);
    const during = new Files(running.store.database, new ContentCipher([ring('summer', 2), ring('spring', 1)]));
    expect((await buffer(during.open(file, caseRef, key))).equals(content)).toBe(true);
    const after = new Files(running.store.database, new ContentCipher([ring('summer', 2)]));
    const rewrapped = wrappedAnew(key, ring('spring', 1), ring('summer', 2));
    expect((await buffer(after.open(file, caseRef, rewrapped))).equals(content)).toBe(true);
    expect(await after.get(file.id, caseRef, rewrapped)).toEqual(file);
    await expect(buffer(after.open(file, caseRef, key))).rejects.toThrow('the key "spring" is not in CONTENT_KEYS');
  });

  describe('before and after they are part of an answer', () => {
    it('are attached once, by their sender, all or none', async () => {
      const one = await receive(pdf(20));
      const two = await receive(pdf(20), { at: '2026-04-09T09:01:00.000Z' as IsoInstant });
      const foreign = await receive(pdf(20), { sender: 'account-2' });
      for (const ids of [[one.id, foreign.id], [one.id, 'not-there']]) {
        await expect(files.attach(ids, place, 'A1')).rejects.toThrow(FileNotThere);
      }
      await expect(files.attach([one.id], { ...place, task: 'T2' }, 'A1')).rejects.toThrow(FileNotThere);
      expect(await files.of(caseRef, key, { attachedTo: null, sender: place.sender })).toEqual([one, two]);
      await files.attach([one.id, two.id, one.id], place, 'A1');
      await files.attach([one.id, two.id], place, 'A1');
      await expect(files.attach([one.id], place, 'A2')).rejects.toThrow(FileNotThere);
      expect((await files.of(caseRef, key, { attachedTo: 'A1' })).map(({ id }) => id)).toEqual([one.id, two.id]);
      expect(await files.of(caseRef, key, { attachedTo: null })).toEqual([foreign]);
    });

    it('are removed by their sender only, and only until they are attached', async () => {
      const [free, used] = [await receive(pdf(20)), await receive(pdf(20))];
      await files.attach([used.id], place, 'A1');
      expect(await files.remove(used.id, place)).toBe(false);
      expect(await files.remove(free.id, { ...place, sender: 'account-2' })).toBe(false);
      expect(await files.remove(free.id, { ...place, task: 'T2' })).toBe(false);
      expect(await counts()).toEqual([2, 2]);
      expect(await files.remove(free.id, place)).toBe(true);
      expect(await files.remove(free.id, place)).toBe(false);
      expect(await counts()).toEqual([1, 1]);
      await expect(files.attach([free.id], place, 'A1')).rejects.toThrow(FileNotThere);
    });

    it('are swept when nobody used them, with what was left of half ones', async () => {
      const [old, used] = [await receive(pdf(20)), await receive(pdf(20))];
      const late = await receive(pdf(20), { at: '2026-04-10T09:00:00.000Z' as IsoInstant });
      const halfway = await receive(pdf(2 * segmentBytes));
      await documents().updateOne({ _id: halfway.id }, { $set: { complete: false, sealed: null, segments: 0 } });
      await files.attach([used.id], place, 'A1');
      expect(await files.sweepUnattached('2026-04-10T00:00:00.000Z' as IsoInstant)).toBe(2);
      expect((await files.of(caseRef, key)).map(({ id }) => id).sort()).toEqual([used.id, late.id].sort());
      expect(await counts()).toEqual([2, 2]);
      await expect(read(old)).rejects.toThrow(FileNotThere);
      expect(await read(used)).toHaveLength(20);
    });
  });
});

const cfb = (...parts: string[]) =>
  Buffer.concat([
    Buffer.from('d0cf11e0a1b11ae1', 'hex'),
    Buffer.alloc(600),
    ...parts.map((part) => Buffer.from(part, 'utf16le')),
    Buffer.alloc(50),
  ]);
const zip = (...parts: string[]) =>
  Buffer.concat(
    parts.flatMap((part) => [Buffer.from('PK\x03\x04'), Buffer.alloc(26), Buffer.from(part), randomBytes(99)]),
  );
const mail = 'Received: from mail.example\r\nFrom: spoc@essex-police.example\r\nSubject: x\r\n\r\n<html>Words</html>';

describe('what a file says it is', () => {
  const judge = (fileName: string, content: Buffer | string, size = 60_000) => {
    const inspection = new FileInspection(fileName);
    for (const piece of inPieces(Buffer.from(content), size)) inspection.look(piece);
    inspection.end();
    return inspection.kind.code;
  };

  it.each<[string, Buffer | string, string]>([
    ['a.pdf', '%PDF-1.4 and so on', 'pdf'],
    ['a.PDF', '%PDF-1.4 and so on', 'pdf'],
    ['a.docx', zip('[Content_Types].xml', 'word/document.xml'), 'docx'],
    ['with a password.docx', cfb('EncryptionInfo', 'EncryptedPackage'), 'docx'],
    ['a.xlsx', zip('[Content_Types].xml', 'xl/workbook.xml'), 'xlsx'],
    ['a.pptx', zip('[Content_Types].xml', 'ppt/presentation.xml'), 'pptx'],
    ['a.doc', cfb('Root Entry', 'WordDocument'), 'doc'],
    ['a.xls', cfb('Root Entry', 'Workbook'), 'xls'],
    ['a.msg', cfb('Root Entry', '__properties_version1.0'), 'msg'],
    ['a.jpg', Buffer.from('ffd8ffe000104a46', 'hex'), 'jpeg'],
    ['a.jpeg', Buffer.from('ffd8ffe1', 'hex'), 'jpeg'],
    ['a.png', Buffer.from('89504e470d0a1a0a0000000d', 'hex'), 'png'],
    ['a.txt', 'a < b, and Zoë\t£5\r\n', 'text'],
    ['a.txt', Buffer.from('Zo\xeb and \x80 5', 'latin1'), 'text'],
    ['a.txt', Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from('Zoë', 'utf16le')]), 'text'],
    ['a.csv', '\ufeffname,date\r\nJordan Example,2026-01-01\r\n', 'csv'],
    ['a.eml', mail, 'eml'],
    ['a.mp4', Buffer.from('\0\0\0\x20ftypisom', 'latin1'), 'video'],
    ['a.mov', Buffer.from('\0\0\0\x14ftypqt  ', 'latin1'), 'video'],
    ['a.m4a', Buffer.from('\0\0\0\x20ftypM4A ', 'latin1'), 'video'],
    ['a.mp3', Buffer.from('ID3\x04', 'latin1'), 'mp3'],
    ['a.wav', 'RIFF0000WAVEfmt ', 'wav'],
  ])('%s is taken', (fileName, content, kind) => {
    expect(judge(fileName, content)).toBe(kind);
    // Names of parts are found across pieces, too. The first piece is long enough for what comes first.
    const whole = Buffer.from(content);
    const inspection = new FileInspection(fileName);
    inspection.look(whole.subarray(0, 100));
    for (const piece of inPieces(whole.subarray(100), 3)) inspection.look(piece);
    inspection.end();
  });

  it.each<[string, string, Buffer | string]>([
    ['a program as a PDF', 'a.pdf', Buffer.from('MZ\x90\0', 'latin1')],
    ['a program as a text', 'a.txt', Buffer.from('MZ\x90\0', 'latin1')],
    ['a program after some text', 'a.txt', Buffer.from(`${'harmless '.repeat(9_000)}\0\x01`, 'latin1')],
    ['a web page as a text', 'a.txt', '\n <!DOCTYPE html><p>'],
    ['a web page that begins with a comment', 'a.txt', '<!-- x --><html>'],
    ['a web page after some words', 'a.txt', 'words <script src="x">'],
    ['a web page as a table', 'a.csv', '<table><tr>'],
    ['a web page in UTF-16', 'a.txt', Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from('<html>', 'utf16le')])],
    ['a picture with scripts as a text', 'a.txt', '<svg onload="x">'],
    ['a script as a text', 'a.txt', '#!/bin/sh\nrm'],
    ['a web page as a mail', 'a.eml', '<html>From: x</html>'],
    ['a text as a mail', 'a.eml', 'Dear all: greetings'],
    ['any zip as a Word document', 'a.docx', zip('secret.exe', 'readme.txt')],
    ['a workbook as a Word document', 'a.docx', zip('[Content_Types].xml', 'xl/workbook.xml')],
    ['a Word document with macros', 'a.docx', zip('word/document.xml', 'word/vbaProject.bin')],
    ['an installer as an older Word document', 'a.doc', cfb('Root Entry', 'Property')],
    ['an older workbook as an Outlook mail', 'a.msg', cfb('Root Entry', 'Workbook')],
    ['a PDF as a picture', 'a.jpg', '%PDF-1.4'],
    ['a picture as a PDF', 'a.pdf', Buffer.from('ffd8ffe000104a46', 'hex')],
  ])('%s is refused', (_what, fileName, content) => {
    expect(() => judge(fileName, content)).toThrow(FileNotWhatItSays);
    const words = /^The content is not that of an? .*, as the file’s name says\. Save it/;
    expect(() => judge(fileName, content)).toThrow(words);
  });

  it.each(['a.html', 'a.svg', 'a.exe', 'a.pdf.exe', 'a.js', 'a.docm', 'a.zip', 'a.txt:b.exe', 'a', '.pdf', ''])(
    '%p is no name of a kind that is taken',
    (fileName) => {
      const words = 'Files of this kind are not taken. Send PDF, Word,';
      expect(() => new FileInspection(cleanFileName(fileName))).toThrow(words);
    },
  );
});

describe('a file’s name', () => {
  it.each([
    ['report.pdf', 'report.pdf'],
    ['C:\\Users\\jordan\\report.pdf', 'report.pdf'],
    ['../../etc/report.pdf', 'report.pdf'],
    ['a\r\nSet-Cookie: x=1.pdf', 'aSet-Cookie- x=1.pdf'],
    ['invoice\u202efdp.exe', 'invoicefdp.exe'],
    ['zero\u200bwidth\u2066.pdf', 'zerowidth.pdf'],
    ['a"; filename="b.pdf', 'a-; filename=-b.pdf'],
    ['  ..hidden.pdf. . ', 'hidden.pdf'],
    ['Zoe\u0308 und Jörg.pdf', 'Zoë und Jörg.pdf'],
    ['half \ud83d.pdf', 'half \ufffd.pdf'],
    ['a\tb.pdf', 'ab.pdf'],
    ['..', ''],
  ])('%p is kept as %p', (given, kept) => {
    expect(cleanFileName(given)).toBe(kept);
  });

  it('has at most 200 characters, and keeps what it ends with', () => {
    const long = cleanFileName(`${'😀'.repeat(300)}.docx`);
    expect(Array.from(long)).toHaveLength(200);
    expect(long.endsWith('😀.docx')).toBe(true);
    expect(Array.from(cleanFileName('x'.repeat(300)))).toHaveLength(200);
  });
});
