/**
 * Which files are taken, and how it is told that a file is what its name says. The list says what may come in; whatever
 * is not on it (web pages, pictures that can hold scripts, programs, archives) is refused.
 */
import { extname } from 'node:path';
import { TextDecoder } from 'node:util';
import { filetypename } from 'magic-bytes.js';

/** The largest file that is taken, in bytes. */
export const largestFile = 25 * 1024 * 1024;

/** Why a file is not taken, in words for whoever sent it. They never hold its name, which may be personal. */
export class FileRefused extends Error {
  override readonly name: string = 'FileRefused';
}

export class FileTooBig extends FileRefused {
  override readonly name = 'FileTooBig';
  constructor() {
    super('The file must be 25 MB or smaller. Split it, or send it in another way');
  }
}

export class FileEmpty extends FileRefused {
  override readonly name = 'FileEmpty';
  constructor() {
    super('The file is empty. Check that it was saved, and choose it again');
  }
}

/** Control characters come into a name by a program, never by hand. */
export class FileNameNotPlain extends FileRefused {
  override readonly name = 'FileNameNotPlain';
  constructor() {
    super('Its name must be on one line, without characters that cannot be shown. Rename it, and send it again');
  }
}

export class FileKindNotTaken extends FileRefused {
  override readonly name = 'FileKindNotTaken';
  constructor() {
    super(`Files of this kind are not taken. Send ${kindsInWords}`);
  }
}

export class FileNotWhatItSays extends FileRefused {
  override readonly name = 'FileNotWhatItSays';
  constructor(kind: FileKind) {
    super(`The content is not that of ${kind.words}, as the file’s name says. ${kind.whatToDo ?? saveAgain}`);
  }
}

const saveAgain = 'Save it again in the program that it was made with, or send it as a PDF';

/** One of the ways in which a kind of file can look. */
interface Form {
  /** What the first bytes must be, as the library of signatures calls it. */
  readonly signature: string;
  /** What must come somewhere in the file: containers (zip, old Office) are told apart by the parts in them. */
  readonly needs?: Buffer;
  /** What must come nowhere in it. */
  readonly forbids?: Buffer;
}

interface FileKind {
  readonly code: string;
  readonly words: string;
  readonly extensions: readonly string[];
  readonly whatToDo?: string;
  /** For a text: what its beginning must look like. */
  readonly text?: (beginning: string) => boolean;
  readonly forms?: readonly Form[];
}

/** Names of parts are in UTF-16 in the containers of old Office files. */
const oldOffice = (part: string): Form => ({ signature: 'doc', needs: Buffer.from(part, 'utf16le') });

/** A package of parts; one with macros has an extension of its own. With a password, it is wrapped in the old way. */
const office = (mainPart: string): readonly Form[] => [
  { signature: 'zip', needs: Buffer.from(mainPart), forbids: Buffer.from('vbaProject.bin') },
  oldOffice('EncryptedPackage'),
];

/** What makes a browser take a text for a web page (WHATWG MIME Sniffing, section 7.1), and what a system would run. */
const pageOrScript =
  /^\s*(<(!doctype html|html|head|script|iframe|h1|div|font|table|a|style|title|b|body|br|p|svg)[\s/>]|<!--|<\?|#!)/i;
const pagePartsNearTheStart = /<(!doctype\s+html|html|script|svg|iframe)[\s/>]/i;
const isPlain = (beginning: string): boolean =>
  !pageOrScript.test(beginning) && !pagePartsNearTheStart.test(beginning.slice(0, 1_024));
/** Header fields, the first on the first line (RFC 5322, section 2.2), one of those that every mail has among them. */
const isMail = (beginning: string): boolean =>
  /^(>?From .*\r?\n)?[!-9;-~]+:/.test(beginning) && /^(from|date|received|message-id):/im.test(beginning);

export const fileKinds: readonly FileKind[] = [
  { code: 'pdf', words: 'a PDF', extensions: ['pdf'], forms: [{ signature: 'pdf' }] },
  { code: 'docx', words: 'a Word document', extensions: ['docx'], forms: office('word/document') },
  { code: 'xlsx', words: 'an Excel workbook', extensions: ['xlsx'], forms: office('xl/workbook') },
  { code: 'pptx', words: 'a PowerPoint presentation', extensions: ['pptx'], forms: office('ppt/presentation') },
  { code: 'doc', words: 'an older Word document', extensions: ['doc'], forms: [oldOffice('WordDocument')] },
  {
    code: 'xls',
    words: 'an older Excel workbook',
    extensions: ['xls'],
    forms: [oldOffice('Workbook'), oldOffice('EncryptedPackage')],
  },
  { code: 'jpeg', words: 'a JPEG picture', extensions: ['jpg', 'jpeg'], forms: [{ signature: 'jpg' }] },
  { code: 'png', words: 'a PNG picture', extensions: ['png'], forms: [{ signature: 'png' }] },
  {
    code: 'text',
    words: 'a plain text',
    extensions: ['txt'],
    whatToDo: 'Save it as plain text, or send it as a PDF',
    text: isPlain,
  },
  {
    code: 'csv',
    words: 'a CSV table',
    extensions: ['csv'],
    whatToDo: 'Save it as CSV, or send it as an Excel workbook',
    text: isPlain,
  },
  {
    code: 'eml',
    words: 'an e-mail',
    extensions: ['eml'],
    whatToDo: 'Save it again from the mail program, or send it as a PDF',
    text: isMail,
  },
  {
    code: 'msg',
    words: 'an Outlook e-mail',
    extensions: ['msg'],
    whatToDo: 'Save it again from Outlook, or send it as a PDF',
    forms: [oldOffice('__properties_version1.0')],
  },
  {
    code: 'video',
    words: 'an MP4 or QuickTime recording',
    extensions: ['mp4', 'm4a', 'mov'],
    whatToDo: 'Save it again in the program that it was made with',
    forms: [{ signature: 'mp4' }, { signature: 'mov' }],
  },
  {
    code: 'mp3',
    words: 'an MP3 recording',
    extensions: ['mp3'],
    whatToDo: 'Save it again in the program that it was made with',
    forms: [{ signature: 'mp3' }],
  },
  {
    code: 'wav',
    words: 'a WAV recording',
    extensions: ['wav'],
    whatToDo: 'Save it again in the program that it was made with',
    forms: [{ signature: 'wav' }],
  },
];

export const kindsInWords =
  'PDF, Word, Excel or PowerPoint, JPEG or PNG, plain text or CSV, an e-mail (.eml or .msg), MP4, MOV, M4A, MP3 or WAV';

/** For the `accept` attribute of a file input: `.pdf,.docx,…`. */
export const acceptedExtensions = fileKinds.flatMap(({ extensions }) => extensions.map((each) => `.${each}`)).join(',');

const longestName = 200;

/**
 * A file's name as it can be kept, shown and put into a header: the last part of a path, without control characters,
 * direction marks and what else is not seen, and without what a file system does not take; at most 200 characters, the
 * extension kept.
 */
export function cleanFileName(given: string): string {
  const last = given.split(/[/\\]/).at(-1) ?? '';
  const plain = Buffer.from(last, 'utf8')
    .toString('utf8')
    .normalize('NFC')
    .replaceAll(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Co}\p{Cn}]/gu, '')
    .replaceAll(/[<>:"|?*]/g, '-')
    .replaceAll(/\s+/g, ' ')
    .replaceAll(/^[. ]+|[. ]+$/g, '');
  const characters = Array.from(plain);
  if (characters.length <= longestName) return plain;
  const extension = Array.from(extname(plain)).slice(-10);
  return [...characters.slice(0, longestName - extension.length), ...extension].join('');
}

/**
 * Judges a file while it comes in, piece by piece: the first piece must begin as its name says, and what only the whole
 * can show is judged at its end.
 */
export class FileInspection {
  readonly kind: FileKind;
  #decoder: TextDecoder | undefined;
  #forms: readonly Form[] = [];
  readonly #seen = new Set<Buffer>();
  #before = Buffer.alloc(0);
  #begun = false;

  /** @throws FileKindNotTaken by the extension of the name. */
  constructor(name: string) {
    const extension = extname(name).slice(1).toLowerCase();
    const kind = fileKinds.find(({ extensions }) => extensions.includes(extension));
    if (kind === undefined) throw new FileKindNotTaken();
    this.kind = kind;
  }

  /**
   * @param piece The next bytes of the file; the first ones must be enough to know it by, a kilobyte or more, or all
   * @throws FileNotWhatItSays, FileEmpty
   */
  look(piece: Buffer): void {
    if (!this.#begun) this.#begin(piece);
    this.#begun = true;
    if (this.#decoder === undefined) this.#lookForParts(piece);
    else this.#lookForControls(this.#decoder.decode(piece, { stream: true }));
  }

  /** To be called after the last piece. @throws FileNotWhatItSays */
  end(): void {
    if (this.#decoder === undefined && !this.#forms.some((form) => this.#holds(form))) this.#refuse();
  }

  #begin(piece: Buffer): void {
    if (piece.length === 0) throw new FileEmpty();
    if (this.kind.text === undefined) {
      const signatures = filetypename(piece.subarray(0, 64));
      this.#forms = (this.kind.forms ?? []).filter(({ signature }) => signatures.includes(signature));
      if (this.#forms.length === 0) this.#refuse();
    } else {
      const encoding = encodingOf(piece);
      this.#decoder = new TextDecoder(encoding);
      if (!this.kind.text(new TextDecoder(encoding).decode(piece))) this.#refuse();
    }
  }

  #lookForParts(piece: Buffer): void {
    const parts = this.#forms.flatMap(({ needs, forbids }) => [needs, forbids]).filter((part) => part !== undefined);
    if (parts.length === 0) return;
    // A part's name may lie across two pieces.
    const whole = Buffer.concat([this.#before, piece]);
    for (const part of parts) if (whole.includes(part)) this.#seen.add(part);
    const longest = Math.max(...parts.map(({ length }) => length));
    this.#before = Buffer.from(whole.subarray(Math.max(0, whole.length - longest + 1)));
  }

  #holds({ needs, forbids }: Form): boolean {
    return (needs === undefined || this.#seen.has(needs)) && (forbids === undefined || !this.#seen.has(forbids));
  }

  /** No text has control characters but tabs and the ends of lines and pages. */
  #lookForControls(text: string): void {
    // eslint-disable-next-line no-control-regex
    if (/[\u0000-\u0008\u000b\u000e-\u001f\u007f]/.test(text)) this.#refuse();
  }

  #refuse(): never {
    throw new FileNotWhatItSays(this.kind);
  }
}

/** Any byte is a character in Latin-1, and those of UTF-8 are never control characters in it that matter here. */
function encodingOf(piece: Buffer): string {
  if (piece[0] === 0xff && piece[1] === 0xfe) return 'utf-16le';
  if (piece[0] === 0xfe && piece[1] === 0xff) return 'utf-16be';
  return piece[0] === 0xef && piece[1] === 0xbb && piece[2] === 0xbf ? 'utf-8' : 'latin1';
}
