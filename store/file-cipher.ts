import { createCipheriv, createDecipheriv } from 'node:crypto';
import { ContentUnreadable } from './content';

/** How much of a file is sealed at a time, in bytes: what is kept in memory of one, and what must come whole. */
export const segmentBytes = 256 * 1024;

const tagLength = 16;

/**
 * Encrypts one file in segments, so that neither way needs the whole in memory: AES-256-GCM in the STREAM construction
 * (Hoang, Reyhanitabar, Rogaway and Vizár, 2015). The nonce of a segment is its number and whether it is the last, so
 * that segments cannot be swapped, left out, repeated or cut off at the end. The key is the file's own, which binds
 * each segment to the file, and is used for nothing else, which makes the counted nonces safe.
 */
export class FileCipher {
  readonly #key: Buffer;
  readonly #what: string;

  /** @param key 32 bytes, used for this file and nothing else. @param what The file in words, for errors. */
  constructor(key: Buffer, what: string) {
    this.#key = key;
    this.#what = what;
  }

  seal(plain: Buffer, index: number, isLast: boolean): Buffer {
    const cipher = createCipheriv('aes-256-gcm', this.#key, nonceOf(index, isLast));
    return Buffer.concat([cipher.update(plain), cipher.final(), cipher.getAuthTag()]);
  }

  /** Gives back a segment once all of it was found to be as it was sealed. @throws ContentUnreadable */
  open(sealed: Buffer, index: number, isLast: boolean): Buffer {
    try {
      const end = sealed.length - tagLength;
      const decipher = createDecipheriv('aes-256-gcm', this.#key, nonceOf(index, isLast), { authTagLength: tagLength });
      decipher.setAuthTag(sealed.subarray(end));
      return Buffer.concat([decipher.update(sealed.subarray(0, end)), decipher.final()]);
    } catch {
      throw new ContentUnreadable(this.#what, `its segment ${index} was changed, moved, or sealed with another key`);
    }
  }
}

function nonceOf(index: number, isLast: boolean): Buffer {
  const nonce = Buffer.alloc(12);
  nonce.writeUInt32BE(index, 7);
  nonce.writeUInt8(isLast ? 1 : 0, 11);
  return nonce;
}
