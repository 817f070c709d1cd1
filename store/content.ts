import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto';

/** A key of the ring that wraps the keys of cases. */
export interface RingKey {
  readonly id: string;
  readonly key: Buffer;
}

/** A case's own key, wrapped by a key of the ring: destroying it disposes of the content and leaves the figures. */
export interface WrappedKey {
  readonly ringKey: string;
  readonly sealed: string;
}

/** Thrown when content cannot be opened: a key that is not in the ring, or content that was moved or changed. */
export class ContentUnreadable extends Error {
  constructor(what: string, why: string) {
    super(`The content ${what} cannot be opened: ${why}.`);
    this.name = 'ContentUnreadable';
  }
}

/**
 * Encrypts what a case holds about people: AES-256-GCM with a key of the case's own. Every piece is bound to its case
 * and field, so that it cannot be moved to another and still open.
 */
export class ContentCipher {
  readonly #ring: readonly RingKey[];

  /** @param ring The first key wraps new case keys; the others open what was wrapped before a rotation. */
  constructor(ring: readonly RingKey[]) {
    if (ring.length === 0) throw new Error('The key ring is empty: CONTENT_KEYS needs at least one key.');
    this.#ring = ring;
  }

  newCaseKey(caseRef: string): WrappedKey {
    const [current] = this.#ring;
    if (current === undefined) throw new Error('The key ring is empty.');
    return { ringKey: current.id, sealed: seal(current.key, `${caseRef}/case-key`, randomBytes(32)) };
  }

  /** The id of the key that wraps. */
  get firstKey(): string {
    return this.#ring[0]?.id ?? '';
  }

  /** The case's key, wrapped with the first key of the ring. @throws ContentUnreadable */
  rewrap(wrapped: WrappedKey, caseRef: string): WrappedKey {
    const [current] = this.#ring;
    if (current === undefined) throw new Error('The key ring is empty.');
    return { ringKey: current.id, sealed: seal(current.key, `${caseRef}/case-key`, this.#unwrap(wrapped, caseRef)) };
  }

  /** @param field Where the text belongs, such as `request` or `answers/T1`; the same is needed to open it. */
  seal(wrapped: WrappedKey, caseRef: string, field: string, text: string): string {
    return seal(this.#unwrap(wrapped, caseRef), `${caseRef}/${field}`, Buffer.from(text, 'utf8'));
  }

  /** @throws ContentUnreadable */
  open(wrapped: WrappedKey, caseRef: string, field: string, sealed: string): string {
    return open(this.#unwrap(wrapped, caseRef), `${caseRef}/${field}`, sealed).toString('utf8');
  }

  /** A key of its own for something large of a case, 32 bytes. The case's key cannot be told from it. */
  keyFor(wrapped: WrappedKey, caseRef: string, what: string): Buffer {
    return Buffer.from(hkdfSync('sha256', this.#unwrap(wrapped, caseRef), '', `${caseRef}/${what}`, 32));
  }

  #unwrap(wrapped: WrappedKey, caseRef: string): Buffer {
    const ringKey = this.#ring.find((key) => key.id === wrapped.ringKey);
    if (ringKey === undefined) {
      throw new ContentUnreadable(`of ${caseRef}`, `the key "${wrapped.ringKey}" is not in CONTENT_KEYS`);
    }
    return open(ringKey.key, `${caseRef}/case-key`, wrapped.sealed);
  }
}

const ivLength = 12;
const tagLength = 16;

function seal(key: Buffer, boundTo: string, plain: Buffer): string {
  const iv = randomBytes(ivLength);
  const cipher = createCipheriv('aes-256-gcm', key, iv).setAAD(Buffer.from(boundTo));
  const body = Buffer.concat([cipher.update(plain), cipher.final()]);
  return Buffer.concat([iv, cipher.getAuthTag(), body]).toString('base64');
}

function open(key: Buffer, boundTo: string, sealed: string): Buffer {
  const bytes = Buffer.from(sealed, 'base64');
  try {
    const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, ivLength))
      .setAAD(Buffer.from(boundTo))
      .setAuthTag(bytes.subarray(ivLength, ivLength + tagLength));
    return Buffer.concat([decipher.update(bytes.subarray(ivLength + tagLength)), decipher.final()]);
  } catch {
    throw new ContentUnreadable(boundTo, 'it was changed, moved, or sealed with another key');
  }
}
