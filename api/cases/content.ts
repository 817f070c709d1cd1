/** What is answered and written in a case about people: kept sealed under it, opened for whom the policy lets see it. */
import type { AnswerDocument } from '../../store/answers';
import type { AuditEntry } from '../../store/audit';
import type { CaseDocument } from '../../store/cases';
import type { Store } from '../../store';
import type { AnswerKind } from '../../config/processes';

/** What was answered: sealed in its entry of the record of acts. */
export interface AnswerContent {
  readonly kind: AnswerKind;
  /** The information; empty unless it is shared in full or in part. */
  readonly shared: string;
  /** What is left out and why, where it is shared in part; why it is refused. */
  readonly ground: string;
  /** The protective marking in words, where it is none of the usual ones. */
  readonly markingWords: string;
  /** Further handling conditions in words; the usual ones are codes in the entry's facts. */
  readonly handling: string;
  /** Who gave it, where it was given by telephone or otherwise. */
  readonly givenByName: string;
  /** What only the process of the case asks; left out where it asks nothing. */
  readonly particulars?: AnswerParticulars;
}

/** What a process asks in an answer besides, in words and moments, by its name. */
export type AnswerParticulars = Readonly<Record<string, string>>;

/** What was written in a question, a reply, a reason: sealed in its entry of the record of acts. */
export interface NoteContent {
  readonly text: string;
  /** What else a process keeps with an act of its own. */
  readonly [name: string]: string | readonly string[];
}

/** The field that an entry's content is bound to. */
export const sealedField = (key: string): string => `audit/${key}`;

/** @throws ContentUnreadable */
export function readAnswer(
  { _id, key }: Pick<CaseDocument, '_id' | 'key'>,
  answer: Pick<AnswerDocument, 'key' | 'sealed'>,
  { cipher }: Pick<Store, 'cipher'>,
): AnswerContent {
  return JSON.parse(cipher.open(key, _id, sealedField(answer.key), answer.sealed)) as AnswerContent;
}

/** The text of a question, a reply or a reason; empty where there is none. @throws ContentUnreadable */
export function readNote(
  { _id, key }: Pick<CaseDocument, '_id' | 'key'>,
  entry: Pick<AuditEntry, 'key' | 'sealed'>,
  { cipher }: Pick<Store, 'cipher'>,
): string {
  return noteIn({ _id, key }, entry, { cipher })?.text ?? '';
}

/** All that was written with an act; null where there is nothing. @throws ContentUnreadable */
export function noteIn(
  { _id, key }: Pick<CaseDocument, '_id' | 'key'>,
  entry: Pick<AuditEntry, 'key' | 'sealed'>,
  { cipher }: Pick<Store, 'cipher'>,
): NoteContent | null {
  if (entry.sealed === null) return null;
  return JSON.parse(cipher.open(key, _id, sealedField(entry.key), entry.sealed)) as NoteContent;
}

/** Content to be put on record under a key. */
export function sealEntry(
  { _id, key }: Pick<CaseDocument, '_id' | 'key'>,
  entryKey: string,
  content: AnswerContent | NoteContent,
  { cipher }: Pick<Store, 'cipher'>,
): string {
  return cipher.seal(key, _id, sealedField(entryKey), JSON.stringify(content));
}
