/** Looks for marks in any bytes, as they are and in each encoding that they could hide in. */
import { constants, inflateRawSync, inflateSync } from 'node:zlib';
import { stems, type Marks } from './marks';

export interface Find {
  /** Of the mark that was found; or that it is cut, so that only what all marks have in common is there. */
  readonly field: string;
  readonly encoding: string;
  /** A little of what stands around it. */
  readonly around: string;
}

/** How deep it looks into what is packed in something that is packed. */
const deepest = 3;
/** Enough to name what is found: the same mark a thousand times says no more. */
const mostFinds = 20;
/** How far on either side of a find the whole mark is looked for. */
const windowBytes = 600;
/** How much of what may be packed is unpacked. */
const largestPack = 32 * 1024 * 1024;

type Needles = readonly (readonly [encoding: string, needle: Buffer])[];

/** The ways in which a text can be written. */
function writtenOut(text: string): Needles {
  const utf8 = Buffer.from(text);
  const utf16 = Buffer.from(text, 'utf16le');
  const hex = utf8.toString('hex');
  const spelled = (each: (code: number) => string): Buffer => Buffer.from(Array.from(text, (letter) => each(letter.charCodeAt(0))).join(''));
  const bytes = (prefix: string, upper: boolean): Buffer => {
    const written = [...utf8].map((byte) => byte.toString(16).padStart(2, '0'));
    return Buffer.from(written.map((byte) => `${prefix}${upper ? byte.toUpperCase() : byte}`).join(''));
  };
  const u = (code: number): string => code.toString(16).padStart(4, '0');
  return [
    ['UTF-8', utf8],
    ['UTF-8', Buffer.from(text.toLowerCase())],
    ['UTF-8', Buffer.from(text.toUpperCase())],
    ['UTF-16', utf16],
    ['UTF-16', Buffer.from(utf16).swap16()],
    ...base64Of(utf8).map((needle) => ['Base64', needle] as const),
    ...base64Of(utf16).map((needle) => ['Base64 of UTF-16', needle] as const),
    ['hex', Buffer.from(hex)],
    ['hex', Buffer.from(hex.toUpperCase())],
    ['hex of UTF-16', Buffer.from(utf16.toString('hex'))],
    ['URL encoding', bytes('%', true)],
    ['URL encoding', bytes('%', false)],
    ['quoted-printable', bytes('=', true)],
    ['quoted-printable', bytes('=', false)],
    ['JSON escapes', spelled((code) => `\\u${u(code)}`)],
    ['JSON escapes', spelled((code) => `\\u${u(code).toUpperCase()}`)],
    ['HTML entities', spelled((code) => `&#${code};`)],
    ['HTML entities', spelled((code) => `&#x${code.toString(16)};`)],
    ['HTML entities', spelled((code) => `&#x${code.toString(16).toUpperCase()};`)],
  ];
}

/** Base64 writes the same text in three ways, by where in the whole it begins; without what neighbours decide. */
function base64Of(bytes: Buffer): Buffer[] {
  return [0, 1, 2].flatMap((shift) => {
    const whole = Buffer.concat([Buffer.alloc(shift), bytes]);
    const from = Math.ceil((shift * 8) / 6);
    const sure = whole.toString('base64').slice(from, Math.floor((whole.length * 8) / 6));
    return [Buffer.from(sure), Buffer.from(sure.replaceAll('+', '-').replaceAll('/', '_'))];
  });
}

const stemNeedles: Needles = [...writtenOut(stems.plain), ...writtenOut(stems.foreign)];

/** All marks in some bytes: as they stand, with their lines joined, and in what is packed in them. */
export function findMarks(bytes: Buffer, marks: Marks): Find[] {
  const finds: Find[] = [];
  const known = new Set<string>();
  const look = (where: Buffer, packing: string, depth: number): void => {
    const joined = withoutLineBreaks(where);
    for (const view of joined.length === where.length ? [where] : [where, joined]) {
      for (const [encoding, needle] of stemNeedles) {
        for (let at = view.indexOf(needle), times = 0; at >= 0 && times < 1_000; at = view.indexOf(needle, at + needle.length), times += 1) {
          const around = view.subarray(Math.max(0, at - windowBytes), at + needle.length + windowBytes);
          const fields = fieldsIn(around, marks);
          for (const field of fields.length === 0 ? ['a mark that is cut'] : fields) {
            const name = `${field} in ${packing}${encoding}`;
            if (known.has(name) || finds.length >= mostFinds) continue;
            known.add(name);
            finds.push({ field, encoding: `${packing}${encoding}`, around: shown(view, at, needle.length) });
          }
        }
      }
    }
    if (depth === deepest) return;
    for (const [kind, content] of unpacked(where)) look(content, `${packing}${kind}, `, depth + 1);
  };
  look(bytes, '', 0);
  return finds;
}

function fieldsIn(around: Buffer, marks: Marks): string[] {
  return marks.all
    .filter(([mark]) => writtenOut(mark).some(([, needle]) => around.includes(needle)))
    .map(([, field]) => field);
}

const shown = (view: Buffer, at: number, length: number): string =>
  view
    .subarray(Math.max(0, at - 60), at + length + 60)
    .toString('latin1')
    .replace(/[^\x20-\x7e]/g, '.');

/** Mails wrap their lines, and JSON writes the breaks out: a mark that is broken over two lines is whole again. */
function withoutLineBreaks(bytes: Buffer): Buffer {
  const text = bytes.toString('latin1');
  return Buffer.from(text.replace(/=?(\r?\n|\\r\\n|\\n)[ \t]?/g, ''), 'latin1');
}

/** What is packed in some bytes, by gzip or zlib or in Base64. */
function* unpacked(bytes: Buffer): Generator<readonly [kind: string, content: Buffer]> {
  for (let at = bytes.indexOf(0x1f); at >= 0; at = bytes.indexOf(0x1f, at + 1)) {
    if (bytes[at + 1] === 0x8b && bytes[at + 2] === 8) yield* packed('gzip', bytes, at);
  }
  for (let at = bytes.indexOf(0x78); at >= 0; at = bytes.indexOf(0x78, at + 1)) {
    if ([0x01, 0x5e, 0x9c, 0xda].includes(bytes[at + 1] ?? 0)) yield* packed('zlib', bytes, at);
  }
  for (const [run] of bytes.toString('latin1').matchAll(/[\w+/-]{20,}(?:(?:\r?\n|\\r\\n|\\n)[\w+/-]+)*/g)) {
    yield ['Base64', Buffer.from(run.replace(/\\r\\n|\\n|\s/g, ''), 'base64')];
  }
}

function* packed(kind: 'gzip' | 'zlib', bytes: Buffer, at: number): Generator<readonly [kind: string, content: Buffer]> {
  const options = { finishFlush: constants.Z_SYNC_FLUSH, maxOutputLength: largestPack };
  const piece = bytes.subarray(at, at + largestPack);
  try {
    const content = kind === 'gzip' ? inflateRawSync(withoutGzipHeader(piece), options) : inflateSync(piece, options);
    if (content.length > 0) yield [kind, content];
  } catch {
    // It only looked like the beginning of something packed.
  }
}

/** RFC 1952, section 2.3. Read here, as Node takes what follows a packed piece for another one, and fails. */
function withoutGzipHeader(piece: Buffer): Buffer {
  const flags = piece[3] ?? 0;
  let at = 10;
  if ((flags & 4) !== 0) at += 2 + piece.readUInt16LE(at);
  if ((flags & 8) !== 0) at = piece.indexOf(0, at) + 1;
  if ((flags & 16) !== 0) at = piece.indexOf(0, at) + 1;
  if ((flags & 2) !== 0) at += 2;
  return piece.subarray(at);
}
