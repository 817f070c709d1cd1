/** A document as a list of blocks: one content for its page and for its PDF, so that the two say the same. */
export type Block =
  | { readonly kind: 'heading'; readonly level: 1 | 2 | 3; readonly text: string }
  | { readonly kind: 'paragraph'; readonly text: string }
  /** What must be seen before what follows it: conditions under which that may be used. */
  | { readonly kind: 'notice'; readonly title: string; readonly lines: readonly string[] }
  | { readonly kind: 'list'; readonly items: readonly string[] }
  /** Each a key with what somebody may have typed. */
  | { readonly kind: 'facts'; readonly rows: readonly { readonly key: string; readonly text: string }[] }
  | { readonly kind: 'table'; readonly caption: string; readonly head: readonly string[]; readonly rows: readonly (readonly string[])[] };

export interface BlockDocument {
  readonly title: string;
  /** At the foot of every page: whose it is and who may have it. */
  readonly foot: string;
  readonly blocks: readonly Block[];
}
