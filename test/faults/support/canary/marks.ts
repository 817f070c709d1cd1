/** Unusual texts that stand for what is personal: each of a field of its own, so that a find names its field. */

/** What every mark has in it: letters and digits that a search can look for in any case, and letters beyond ASCII. */
export const stems = { plain: 'Qz7xVk9wJ', foreign: 'Žőþłŵ' } as const;

/** As many marks as make a text that leaves a whole one behind wherever it is cut. */
const manyMarks = 100;

export class Marks {
  readonly #fields = new Map<string, string>();

  /** A text of one line for a field. Asked twice for a field, it gives two. */
  of(field: string): string {
    return `${stems.foreign} ${this.plain(field)} ${stems.foreign}`;
  }

  /** A long one, of several lines. */
  long(field: string): string {
    return Array(manyMarks).fill(this.of(field)).join('\n');
  }

  /** One of letters and digits only. */
  plain(field: string): string {
    // Its end is the same in all: in Base64 the last letter may not be sure, and would not name the field.
    const id = `${stems.plain}${String(this.#fields.size).padStart(4, '0')}end`;
    this.#fields.set(id, field);
    return id;
  }

  /** What can be looked for, each with its field. */
  get all(): readonly (readonly [mark: string, field: string])[] {
    return [...this.#fields];
  }

  /** The fields of the marks in a text. */
  fieldsIn(text: string): string[] {
    return this.all.filter(([mark]) => text.includes(mark)).map(([, field]) => field);
  }
}
