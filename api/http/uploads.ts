/**
 * Posts that carry files. Their bodies are read here and nowhere else, by a route that says that it takes files, after
 * the policy has let the sender in: the fields as of any form, and each file straight into the store, one at a time and
 * no faster than it is stored.
 */
import { finished, PassThrough, type Readable } from 'node:stream';
import { Busboy, type BusboyHeaders, type BusboyInstance } from '@fastify/busboy';
import type { Request } from 'express';
import { cleanFileName, FileRefused } from '../../config/file-types';
import type { FileDraft, StoredFile } from '../../store/files';
import type { WebDependencies } from '../dependencies';
import type { Typed } from './held';
import type { Limits } from './limits';
import { Invalid, Refusal, TooMany, type FieldError } from './refusals';

/** How many files one post may carry. */
export const mostFilesPerPost = 10;
/** As for the forms without files: all fields together, and how many there may be. */
const mostFieldBytes = 1024 * 1024;
const mostFields = 100;

/** Whether a post has a body that only `Uploads` reads. */
export function carriesFiles(request: Request): boolean {
  return /^multipart\//i.test(request.headers['content-type'] ?? '');
}

/** For a post with files to a route that takes none. */
export class NoFilesHere extends Refusal {
  constructor() {
    super(415, 'No files can be sent here', 'Go back to the page, and send it without files.');
  }
}

/** The token did not come first, or is not that of the session: the page is older than it. No file was kept. */
export class FormOutOfDate extends Refusal {
  constructor() {
    super(403, 'This page was open for too long', 'Nothing was sent. Go back, load the page again, and send it anew.');
  }
}

export interface UploadPlace extends Omit<FileDraft, 'name' | 'at'> {
  /** The name of the file input; a file under another name is not taken, and the sender is told. */
  readonly input: string;
}

/** The field in which a form carries the ids of the files that were taken, each apart from the next by a space. */
export const fileIdsField = 'fileIds';

export const fileIdsOf = (typed: Typed): string[] => (typed[fileIdsField] ?? '').split(' ').filter((id) => id !== '');

export class Uploads {
  readonly #deps: Pick<WebDependencies, 'store' | 'clock'> & { readonly limits: Limits };
  readonly #isFromOurPages: (request: Request) => boolean;

  /** @param isFromOurPages Whether the token in `request.body` is that of the session. */
  constructor(
    deps: Pick<WebDependencies, 'store' | 'clock'> & { readonly limits: Limits },
    isFromOurPages: (request: Request) => boolean,
  ) {
    this.#deps = deps;
    this.#isFromOurPages = isFromOurPages;
  }

  /**
   * Reads a post with files. `request.body` then has the fields, as for any other form, and in `fileIds` the ids that
   * the page sent and those of the files that were taken now; also when it throws, so that nothing typed is lost.
   *
   * @throws Invalid with what is wrong with a file, at the input; the other files were taken
   * @throws FormOutOfDate if the token did not come before the first file, or is not right: then no file was taken
   */
  async take(request: Request, place: UploadPlace): Promise<readonly StoredFile[]> {
    const { store, limits, clock } = this.#deps;
    const { input, ...draft } = place;
    const taken: StoredFile[] = [];
    const faults: FieldError[] = [];
    let isOurs: boolean | undefined;
    const isFromOurPages = (): boolean => (isOurs ??= this.#isFromOurPages(request));
    try {
      await readParts(request, {
        takes: (name) => isFromOurPages() && name === input,
        file: async (given, content) => {
          try {
            await limits.count('files', place.sender);
            taken.push(await store.files.receive({ ...draft, name: given, at: clock.now() }, content));
          } catch (error) {
            if (!(error instanceof FileRefused || error instanceof TooMany)) throw error;
            const why = error instanceof TooMany ? `${error.detail} Wait a while, and send it again` : error.message;
            faults.push({ field: input, message: `${cleanFileName(given) || 'A file'}: ${why}` });
          }
        },
        lost: (given) => {
          const name = cleanFileName(given) || 'A file without a name';
          faults.push({ field: input, message: `${name} was not taken: send each with its name, in a part called ${input}` });
        },
        tooMany: () => {
          const message = `At most ${mostFilesPerPost} files can be sent at a time. Send the others after these`;
          faults.push({ field: input, message });
        },
      });
    } finally {
      const fields = request.body as Typed;
      const ids = [...fileIdsOf(fields), ...taken.map(({ id }) => id)];
      request.body = { ...fields, [fileIdsField]: ids.join(' ') };
    }
    if (!isFromOurPages()) throw new FormOutOfDate();
    if (faults.length > 0) throw new Invalid(faults);
    return taken;
  }
}

/**
 * The fields of a post with files that is not let in, into `request.body`: whoever was away for too long finds them
 * again after signing in. The files are not kept.
 */
export async function readFieldsOnly(request: Request): Promise<void> {
  await readParts(request, noFiles);
}

const noFiles = { takes: () => false, file: () => Promise.resolve(), lost: () => undefined, tooMany: () => undefined };

interface PartHandlers {
  /** Asked when a file begins, before anything that comes after it is read. */
  readonly takes: (input: string) => boolean;
  readonly file: (name: string, content: Readable) => Promise<void>;
  /** Told of each file that is not taken. */
  readonly lost: (name: string) => void;
  readonly tooMany: () => void;
}

/** Reads a body part by part; what is not taken of a file is read past. The fields are in `request.body`. */
async function readParts(request: Request, handlers: PartHandlers): Promise<void> {
  const fields = new Map<string, string>();
  request.body = {};
  const parser = parserOf(request);
  const coming = new Set<Readable>();
  let turn = Promise.resolve();
  try {
    await new Promise<void>((resolve, reject) => {
      let fieldBytes = 0;
      parser.on('field', (name: string | undefined, value) => {
        if (name === undefined) return;
        fieldBytes += name.length + value.length;
        if (fieldBytes > mostFieldBytes) {
          reject(tooLong());
          return;
        }
        // As `typedOf` reads them: of checkboxes, all that are ticked.
        const ticked = name.endsWith('[]') ? fields.get(name) : undefined;
        fields.set(name, ticked === undefined ? value : `${ticked} ${value}`);
        request.body = Object.fromEntries(fields);
      });
      parser.on('fieldsLimit', () => reject(tooLong()));
      parser.on('filesLimit', () => handlers.tooMany());
      parser.on('file', (input, part, given: string | undefined) => {
        part.on('error', () => undefined);
        const name = given ?? '';
        if (name === '' || !handlers.takes(input)) {
          // An input in which no file was chosen is sent as a file without a name and without content.
          if (name === '') part.once('data', () => handlers.lost(name));
          else handlers.lost(name);
          part.resume();
          return;
        }
        // The parser waits for ever for a part that nobody reads: when the store stops, the rest is read past.
        const content = new PassThrough();
        coming.add(content);
        part.on('error', () => content.destroy(unreadable()));
        content.on('error', () => undefined);
        content.on('close', () => {
          coming.delete(content);
          part.unpipe(content);
          part.resume();
        });
        part.pipe(content);
        turn = turn.then(() => handlers.file(name, content)).finally(() => content.destroy());
        turn.catch(reject);
      });
      parser.on('error', () => reject(unreadable()));
      parser.on('finish', resolve);
      finished(request, (error) => {
        if (error) reject(unreadable());
      });
      request.pipe(parser);
    });
    await turn;
  } catch (error) {
    // The rest is read past, so that the answer reaches whoever is still sending.
    request.unpipe(parser);
    request.resume();
    for (const content of coming) content.destroy(unreadable());
    await turn.catch(() => undefined);
    throw error;
  }
}

function parserOf(request: Request): BusboyInstance {
  try {
    return new Busboy({
      headers: request.headers as BusboyHeaders,
      limits: {
        fields: mostFields,
        fieldSize: mostFieldBytes + 1,
        files: mostFilesPerPost,
        headerPairs: 20,
        headerSize: 8 * 1024,
      },
    });
  } catch {
    throw unreadable();
  }
}

const unreadable = (): Refusal =>
  new Refusal(400, 'This could not be read', 'What was sent broke off, or is not a form. Go back and send it again.');
const tooLong = (): Refusal =>
  new Refusal(413, 'This is too long', 'It is longer than can be taken in one go. Send part of it another way.');
