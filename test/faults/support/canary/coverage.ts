/** Whether the marks were really where they belong: a search proves nothing about a field that was never filled in. */
import { text } from 'node:stream/consumers';
import { sealedField } from '../../../../api/cases/content';
import type { Store } from '../../../../store';
import { auditActs, type AuditEntry } from '../../../../store/audit';
import type { CaseDocument } from '../../../../store/cases';
import type { Marks } from './marks';

/** Acts that belong to no process; all others have to be done by the scenarios. */
const actsOfNoProcess: readonly (typeof auditActs)[number][] = [
  'contacts-changed',
  'absence-set',
  'absence-ended',
  'token-created',
  'token-revoked',
  'register-viewed',
  'person-searched',
  'keys-rotated',
  'bank-holidays-changed',
  'act-lost',
  // They follow from the one before.
  'closing-moved',
  'duty-moved',
  'fee-lapse-moved',
];

export interface Coverage {
  /** What of a process was filled in with a mark, such as `request.personName`. */
  readonly filled: readonly string[];
  /** What was never filled in, or with something that is no mark. */
  readonly faults: readonly string[];
}

/** Opens all that is sealed and looks for the marks in it. */
export async function coverageOf(store: Store, marks: Marks): Promise<Coverage> {
  const texts = new Map<string, string[]>();
  const note = (field: string, value: string): void => {
    texts.set(field, [...(texts.get(field) ?? []), value]);
  };
  const all = async <T extends object>(name: string): Promise<T[]> => (await store.database.collection(name).find().toArray()) as T[];
  const cases = await all<CaseDocument>('cases');
  const entries = await all<AuditEntry>('audit');
  for (const { _id, key, content } of cases) {
    for (const [field, sealed] of Object.entries(content)) {
      noteLeaves(field, JSON.parse(store.cipher.open(key, _id, field, sealed)), note);
    }
    for (const entry of entries.filter(({ chain }) => chain === _id)) {
      if (entry.sealed === null) continue;
      noteLeaves(entry.act, JSON.parse(store.cipher.open(key, _id, sealedField(entry.key), entry.sealed)), note);
    }
    for (const file of await store.files.of(_id, key)) {
      note('file.name', file.name);
      note('file.content', await text(store.files.open(file, _id, key)));
    }
  }
  const hasMark = (value: string): boolean => marks.fieldsIn(value).length > 0;
  const done = new Set(entries.map(({ act }) => act));
  return {
    filled: [...texts].filter(([, values]) => values.some(hasMark)).map(([field]) => field),
    faults: [
      ...[...texts].filter(([, values]) => !values.some(hasMark)).map(([field]) => `${field} was never filled in`),
      ...[...texts].flatMap(([field, values]) =>
        values.filter((value) => value !== '' && !hasMark(value)).map((value) => `${field} holds no mark: ${value}`),
      ),
      ...auditActs
        .filter((act) => !actsOfNoProcess.includes(act) && !done.has(act))
        .map((act) => `the act ${act} was never done`),
    ],
  };
}

/** Enumerations, dates and moments, not texts; all else that is sealed is written by somebody. */
const notWritten = [
  /^answer-received\.(kind|particulars\.(toldAt|moreToFollow|I\d+))$/,
  /^request\.complaints\.\d+\.\w+On$/,
];

function noteLeaves(path: string, value: unknown, note: (field: string, value: string) => void): void {
  if (typeof value === 'string') {
    if (!notWritten.some((field) => field.test(path))) note(path, value);
  } else if (typeof value === 'object' && value !== null) {
    for (const [name, each] of Object.entries(value)) {
      noteLeaves(/^T\d+$/.test(name) ? `${path}.each` : `${path}.${name}`, each, note);
    }
  }
}
