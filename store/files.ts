import { createHash, randomUUID } from 'node:crypto';
import { Readable } from 'node:stream';
import type { Collection } from 'mongodb';
import type { IsoInstant } from '../config/clock';
import { cleanFileName, FileInspection, FileNameNotPlain, FileTooBig, largestFile } from '../config/file-types';
import { ContentUnreadable, type ContentCipher, type WrappedKey } from './content';
import { persistently, type Database } from './database';
import { FileCipher, segmentBytes } from './file-cipher';

/** Where a file belongs. */
export interface FilePlace {
  readonly caseRef: string;
  /** Null for what goes with the case as a whole. */
  readonly task: string | null;
  readonly field: 'request' | 'answer';
}

/** A file as it is received: before any of its bytes. */
export interface FileDraft extends FilePlace {
  readonly key: WrappedKey;
  /** Who sends it: an account's id or a link's hash. Until it is attached, nobody else has to do with it. */
  readonly sender: string;
  readonly name: string;
  readonly at: IsoInstant;
  /** Puts on record that a file is kept, by its id: once it is whole, before it counts. If that fails, it is not kept. */
  readonly record?: (id: string) => Promise<void>;
}

/** A whole file, with its name opened. */
export interface StoredFile extends FilePlace {
  readonly id: string;
  readonly sender: string;
  readonly receivedAt: IsoInstant;
  /** The answer or request that it is part of; null for one that was sent and not used yet. */
  readonly attachedTo: string | null;
  /** Fit for a page and a header, and no longer than 200 characters. */
  readonly name: string;
  /** A code of `fileKinds`. */
  readonly kind: string;
  readonly bytes: number;
  /** SHA-256 of the content, in hexadecimal. */
  readonly sha256: string;
}

type SealedFacts = Pick<StoredFile, 'name' | 'kind' | 'bytes' | 'sha256'>;

interface FileDocument extends FilePlace {
  readonly _id: string;
  readonly sender: string;
  readonly receivedAt: Date;
  /** Set last when it comes, taken away first when it goes: a file counts only while it is set. */
  readonly complete: boolean;
  readonly segments: number;
  /** `SealedFacts` in JSON; null until the file is complete. */
  readonly sealed: string | null;
  readonly attachedTo: string | null;
}

/**
 * A segment of a file under `<file>/<number>`. Not GridFS: on the database stand-in its query of a file's chunks reads
 * the chunks of all files, and it knows of no upload that was broken off.
 */
interface SegmentDocument {
  readonly _id: string;
  readonly sealed: Buffer;
}

const mostSegments = Math.ceil(largestFile / segmentBytes);

/** Thrown for a file that is not there, not whole, of somebody else or part of something else: all look the same. */
export class FileNotThere extends Error {
  constructor() {
    super('A file is not there any more. Choose it again.');
    this.name = 'FileNotThere';
  }
}

/** Files of cases, encrypted with keys that are made of the cases' own. A segment at a time is in memory. */
export class Files {
  readonly #files: Collection<FileDocument>;
  readonly #segments: Collection<SegmentDocument>;
  readonly #cipher: ContentCipher;

  constructor(database: Database, cipher: ContentCipher) {
    this.#files = database.collection('files');
    this.#segments = database.collection('file_segments');
    this.#cipher = cipher;
  }

  async ensureIndexes(): Promise<void> {
    await this.#files.createIndex({ caseRef: 1 });
    await this.#files.createIndex({ attachedTo: 1, receivedAt: 1 });
  }

  /**
   * Takes a file in while it comes, and keeps it for the sender until it is attached. Nothing is stored before its
   * beginning was found to be what its name says; what was stored of a file that cannot be taken is removed again.
   *
   * @throws FileNameNotPlain, FileKindNotTaken, FileNotWhatItSays, FileEmpty, FileTooBig; and whatever the stream ends with
   */
  async receive(draft: FileDraft, stream: Readable): Promise<StoredFile> {
    const { key, caseRef, task, field, sender } = draft;
    if (/\p{Cc}/u.test(draft.name)) throw new FileNameNotPlain();
    const name = cleanFileName(draft.name);
    const id = randomUUID();
    try {
      const inspection = new FileInspection(name);
      const cipher = this.#cipherOf(key, { _id: id, caseRef });
      const hash = createHash('sha256');
      let bytes = 0;
      let segments = 0;
      for await (const { plain, isLast } of segmentsOf(stream)) {
        bytes += plain.length;
        if (bytes > largestFile) throw new FileTooBig();
        inspection.look(plain);
        if (isLast) inspection.end();
        if (segments === 0) await this.#begin(id, draft);
        hash.update(plain);
        const sealed = cipher.seal(plain, segments, isLast);
        await persistently(() =>
          this.#segments.replaceOne({ _id: segmentId(id, segments) }, { sealed }, { upsert: true }),
        );
        segments += 1;
      }
      const facts: SealedFacts = { name, kind: inspection.kind.code, bytes, sha256: hash.digest('hex') };
      const sealed = this.#cipher.seal(key, caseRef, sealedField({ _id: id, task, field }), JSON.stringify(facts));
      await draft.record?.(id);
      const { matchedCount } = await persistently(() =>
        this.#files.updateOne({ _id: id }, { $set: { complete: true, segments, sealed } }),
      );
      // An upload that took so long that the sweep took it for one that was broken off.
      if (matchedCount === 0) throw new FileNotThere();
      return { id, caseRef, task, field, sender, receivedAt: draft.at, attachedTo: null, ...facts };
    } catch (error) {
      stream.destroy();
      // If the database is away, too, the sweep removes it.
      await this.#discard(id).catch(() => undefined);
      throw error;
    }
  }

  /**
   * The content of a file, decrypted as it is read. A segment is let out only when all of it was found to be as it was
   * stored; at a damaged one the stream ends with `ContentUnreadable`, before any of it.
   */
  open(file: Pick<StoredFile, 'id'>, caseRef: string, key: WrappedKey): Readable {
    return Readable.from(this.#contentOf(file.id, caseRef, key), { objectMode: false, highWaterMark: segmentBytes });
  }

  async *#contentOf(id: string, caseRef: string, key: WrappedKey): AsyncGenerator<Buffer> {
    const file = await this.#files.findOne({ _id: id, caseRef, complete: true });
    if (file === null) throw new FileNotThere();
    const cipher = this.#cipherOf(key, file);
    for (let index = 0; index < file.segments; index += 1) {
      const segment = await this.#segments.findOne({ _id: segmentId(id, index) }, { promoteBuffers: true });
      if (segment === null) throw new ContentUnreadable(inWords(file), `its segment ${index} is not there`);
      yield cipher.open(segment.sealed, index, index === file.segments - 1);
    }
  }

  /** A whole file of a case. @throws ContentUnreadable */
  async get(id: string, caseRef: string, key: WrappedKey): Promise<StoredFile | null> {
    const file = await this.#files.findOne({ _id: id, caseRef, complete: true });
    return file === null ? null : this.#opened(file, key);
  }

  /**
   * The whole files of a case, the oldest first; `attachedTo: null` with a sender gives those that the sender has sent
   * and not used yet.
   */
  async of(
    caseRef: string,
    key: WrappedKey,
    which: Partial<Pick<StoredFile, 'task' | 'field' | 'sender' | 'attachedTo'>> = {},
  ): Promise<StoredFile[]> {
    const found = this.#files.find({ ...which, caseRef, complete: true }).sort({ receivedAt: 1, _id: 1 });
    return (await found.toArray()).map((file) => this.#opened(file, key));
  }

  /**
   * Makes files part of an answer or a request, which is done before that is put on record: what is recorded can then
   * not lose its files to the sweep. The same again does nothing.
   *
   * @throws FileNotThere if one of them is not the sender's, of this place and free; then none is attached
   */
  async attach(ids: readonly string[], place: FilePlace & Pick<StoredFile, 'sender'>, to: string): Promise<void> {
    const { caseRef, task, field, sender } = place;
    const free = { caseRef, task, field, sender, complete: true, attachedTo: { $in: [null, to] } };
    const wanted = [...new Set(ids)];
    for (const _id of wanted) if ((await this.#files.findOne({ ...free, _id })) === null) throw new FileNotThere();
    for (const _id of wanted) {
      const { matchedCount } = await persistently(() =>
        this.#files.updateOne({ ...free, _id }, { $set: { attachedTo: to } }),
      );
      if (matchedCount === 0) throw new FileNotThere();
    }
  }

  /** Removes a file that its sender has not used yet. Whether there was one. */
  async remove(id: string, { caseRef, task, field, sender }: FilePlace & Pick<StoredFile, 'sender'>): Promise<boolean> {
    const { matchedCount } = await this.#files.updateOne(
      { _id: id, caseRef, task, field, sender, attachedTo: null, complete: true },
      { $set: { complete: false } },
    );
    if (matchedCount === 1) await this.#discard(id);
    return matchedCount === 1;
  }

  /**
   * Removes what came before a moment and was never used, and what an end of the process left of half a file. The
   * moment must lie further back than an upload and the filling in of a form take: a day. Gives how many were removed.
   */
  async sweepUnattached(before: IsoInstant): Promise<number> {
    const forgotten = { attachedTo: null, receivedAt: { $lt: new Date(before) } };
    let removed = 0;
    for (const { _id } of await this.#files.find(forgotten).project<{ _id: string }>({ _id: 1 }).toArray()) {
      const { matchedCount } = await this.#files.updateOne({ ...forgotten, _id }, { $set: { complete: false } });
      if (matchedCount === 0) continue;
      await this.#discard(_id);
      removed += 1;
    }
    return removed;
  }

  async #begin(id: string, { caseRef, task, field, sender, at }: FileDraft): Promise<void> {
    const receivedAt = new Date(at);
    const nothingYet = { complete: false, segments: 0, sealed: null, attachedTo: null };
    const begun = { caseRef, task, field, sender, receivedAt, ...nothingYet };
    await persistently(() => this.#files.replaceOne({ _id: id }, begun, { upsert: true }));
  }

  /** The document goes last, so that the sweep finds what a fault leaves. */
  async #discard(id: string): Promise<void> {
    const segments = Array.from({ length: mostSegments }, (_, index) => segmentId(id, index));
    await this.#segments.deleteMany({ _id: { $in: segments } });
    await this.#files.deleteOne({ _id: id });
  }

  #opened(file: FileDocument, key: WrappedKey): StoredFile {
    const { _id: id, caseRef, task, field, sender, attachedTo, sealed } = file;
    const receivedAt = file.receivedAt.toISOString() as IsoInstant;
    const facts = JSON.parse(this.#cipher.open(key, caseRef, sealedField(file), sealed ?? '')) as SealedFacts;
    return { id, caseRef, task, field, sender, receivedAt, attachedTo, ...facts };
  }

  #cipherOf(key: WrappedKey, file: Pick<FileDocument, '_id' | 'caseRef'>): FileCipher {
    return new FileCipher(this.#cipher.keyFor(key, file.caseRef, `files/${file._id}`), inWords(file));
  }
}

const segmentId = (file: string, index: number): string => `${file}/${index}`;

/** Binds what is sealed of a file to its place: it cannot be moved to another task and still open. */
const sealedField = ({ _id, task, field }: Pick<FileDocument, '_id' | 'task' | 'field'>): string =>
  `files/${task ?? ''}/${field}/${_id}`;

const inWords = ({ _id, caseRef }: Pick<FileDocument, '_id' | 'caseRef'>): string => `${caseRef}/files/${_id}`;

/** Cuts a stream into segments; at least one, and the last one marked. */
async function* segmentsOf(stream: Readable): AsyncGenerator<{ readonly plain: Buffer; readonly isLast: boolean }> {
  let held: Buffer[] = [];
  let size = 0;
  for await (const chunk of stream as AsyncIterable<Buffer>) {
    held.push(chunk);
    size += chunk.length;
    while (size > segmentBytes) {
      const all = Buffer.concat(held);
      yield { plain: all.subarray(0, segmentBytes), isLast: false };
      held = [all.subarray(segmentBytes)];
      size -= segmentBytes;
    }
  }
  yield { plain: Buffer.concat(held), isLast: true };
}
