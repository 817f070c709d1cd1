import { ContentCipher, ContentUnreadable } from '../../store/content';

const ring = (id: string, fill: number) => ({ id, key: Buffer.alloc(32, fill) });
const caseRef = 'IR-2026-0001';
const asked = 'Any contact with Jordan Example since January';

describe('what a case holds about people', () => {
  const cipher = new ContentCipher([ring('spring', 1)]);
  const key = cipher.newCaseKey(caseRef);
  const sealed = cipher.seal(key, caseRef, 'request', asked);

  it('is sealed, each time in another way, and opens again', () => {
    expect(sealed).not.toContain('Jordan');
    expect(Buffer.from(sealed, 'base64').toString('latin1')).not.toContain('Jordan');
    expect(cipher.seal(key, caseRef, 'request', asked)).not.toBe(sealed);
    expect(cipher.open(key, caseRef, 'request', sealed)).toBe(asked);
    expect(cipher.open(key, caseRef, 'request', cipher.seal(key, caseRef, 'request', ''))).toBe('');
  });

  it('opens only in its own field and case', () => {
    expect(() => cipher.open(key, caseRef, 'answers/T1', sealed)).toThrow(ContentUnreadable);
    expect(() => cipher.open(key, 'IR-2026-0002', 'request', sealed)).toThrow(ContentUnreadable);
    const another = cipher.newCaseKey('IR-2026-0002');
    expect(() => cipher.open(another, 'IR-2026-0002', 'request', sealed)).toThrow(
      'The content IR-2026-0002/request cannot be opened: it was changed, moved, or sealed with another key.',
    );
    // A case's key does not open as another case's either.
    expect(() => cipher.open(key, 'IR-2026-0002', 'request', sealed)).toThrow('IR-2026-0002/case-key');
  });

  it('is refused when any byte of it was changed, or it was cut short', () => {
    const bytes = Buffer.from(sealed, 'base64');
    for (let index = 0; index < bytes.length; index += 1) {
      const changed = Buffer.from(bytes);
      changed.writeUInt8((bytes[index] ?? 0) ^ 1, index);
      expect(() => cipher.open(key, caseRef, 'request', changed.toString('base64'))).toThrow(ContentUnreadable);
    }
    for (const length of [0, 5, 12, 20, 28, bytes.length - 1]) {
      const cut = bytes.subarray(0, length).toString('base64');
      expect(() => cipher.open(key, caseRef, 'request', cut)).toThrow(ContentUnreadable);
    }
  });

  it('opens with an older key of the ring, while new cases take the first', () => {
    const rotated = new ContentCipher([ring('summer', 2), ring('spring', 1)]);
    expect(rotated.open(key, caseRef, 'request', sealed)).toBe(asked);
    expect(rotated.newCaseKey(caseRef).ringKey).toBe('summer');
  });

  it('names the key that is not in the ring', () => {
    const later = new ContentCipher([ring('autumn', 3)]);
    expect(() => later.open(key, caseRef, 'request', sealed)).toThrow(
      'The content of IR-2026-0001 cannot be opened: the key "spring" is not in CONTENT_KEYS.',
    );
    const wrong = new ContentCipher([ring('spring', 4)]);
    expect(() => wrong.open(key, caseRef, 'request', sealed)).toThrow(ContentUnreadable);
    expect(() => new ContentCipher([])).toThrow('CONTENT_KEYS needs at least one key');
  });
});
