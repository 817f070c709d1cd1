import { readFileSync } from 'node:fs';
import { isMap, isScalar, isSeq, LineCounter, parseDocument, type Document, type YAMLParseError } from 'yaml';
import { z } from 'zod';

/** The way to a value in a file: `['organisations', 3, 'teams', 0, 'code']`. */
export type FilePath = readonly (string | number)[];

/** One thing wrong with a file. */
export interface Fault {
  /** Where in the file: `organisations[3].teams[0].code`; empty for the file as a whole. */
  readonly where: string;
  /** The line of `where`, or of the nearest setting around it where `where` itself is missing. */
  readonly line?: number;
  readonly expected: string;
  readonly found: string;
}

/** A fault as the checks of a file state it; the line is looked up from the path. */
export interface FaultAt {
  readonly path: FilePath;
  readonly expected: string;
  readonly found: string;
}

/** A configuration file is wrong. `faults` names everything that is, in the order of the file. */
export class FileFaults extends Error {
  constructor(
    readonly path: string,
    readonly faults: readonly Fault[],
  ) {
    const count = faults.length === 1 ? 'a fault' : `${faults.length} faults`;
    super([`${path} has ${count}:`, ...faults.map(inWords)].join('\n  '));
    this.name = new.target.name;
  }
}

/** "line 12, reviewOn: expected a date such as 2026-04-13, found "soon"" */
export function inWords({ line, where, expected, found }: Fault): string {
  const place = [line === undefined ? [] : `line ${line}`, where || []].flat().join(', ');
  return `${place && `${place}: `}expected ${expected}, found ${found}`;
}

/** A file that was read: its checked content, or all that is wrong with it. */
export type Checked<T> = { readonly value: T } | { readonly faults: readonly Fault[] };

/**
 * Reads a YAML file, checks its shape with `schema` and its inner references with `references`. Both always run, on
 * whatever the file holds, so that one look shows every fault.
 * @throws Error if the file cannot be read
 */
export function readYaml<T>(path: string, schema: z.ZodType<T>, references: (raw: unknown) => FaultAt[]): Checked<T> {
  const lines = new LineCounter();
  const document = parseDocument(read(path), { lineCounter: lines });
  const syntax = document.errors.map(fromSyntax);
  if (document.errors.some((error) => error.code !== 'DUPLICATE_KEY')) return { faults: syntax };
  let raw: unknown;
  try {
    raw = document.toJS();
  } catch (error) {
    return { faults: [...syntax, { where: '', expected: readable, found: (error as Error).message }] };
  }
  const shape = schema.safeParse(raw, { error: expectedInWords });
  const faults = (shape.success ? [] : shape.error.issues.flatMap((issue) => fromIssue(issue, raw)))
    .concat(references(raw))
    .map((fault) => located(fault, document, lines))
    .concat(syntax)
    .sort((a, b) => (a.line ?? 0) - (b.line ?? 0));
  return shape.success && faults.length === 0 ? { value: shape.data } : { faults };
}

const readable = 'YAML that can be read';

function fromSyntax({ code, message, linePos }: YAMLParseError): Fault {
  return {
    where: '',
    ...(linePos && { line: linePos[0].line }),
    expected: code === 'DUPLICATE_KEY' ? 'each setting once' : readable,
    // The first sentence; what follows repeats the line and draws it.
    found: message.split(/ at line|\n/, 1).join(''),
  };
}

function read(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    const reasons: Record<string, string> = {
      ENOENT: 'there is no such file',
      EISDIR: 'it is a folder, not a file',
      EACCES: 'this user may not read it',
    };
    const reason = reasons[(error as NodeJS.ErrnoException).code ?? ''] ?? (error as Error).message;
    throw new Error(`Cannot read ${path}: ${reason}. Give the path of a YAML file.`, { cause: error });
  }
}

/** What zod reports with its own words, said as "expected ..."; a schema with an `error` of its own says it itself. */
function expectedInWords(issue: z.core.$ZodRawIssue): string | undefined {
  switch (issue.code) {
    case 'invalid_type': {
      const kinds: Record<string, string> = {
        string: 'text',
        boolean: 'true or false',
        int: 'a whole number',
        number: 'a number',
        array: 'a list',
        object: 'a group of settings',
        record: 'a group of settings',
      };
      return kinds[issue.expected] ?? issue.expected;
    }
    case 'invalid_value':
      return issue.values.length === 1 ? String(issue.values[0]) : `one of ${issue.values.map(String).join(', ')}`;
    case 'too_small':
      return `at least ${amount(issue.minimum, issue.origin)}`;
    case 'too_big':
      return `at most ${amount(issue.maximum, issue.origin)}`;
    case 'unrecognized_keys': {
      return `one of ${knownKeys(issue.inst).join(', ')}`;
    }
    default:
      return undefined;
  }
}

function knownKeys(schema: unknown): string[] {
  if (schema instanceof z.ZodObject) return Object.keys(schema.shape);
  if (schema instanceof z.ZodRecord && schema.keyType instanceof z.ZodEnum) return schema.keyType.options.map(String);
  return [];
}

function amount(limit: number | bigint, origin: string): string {
  const units: Record<string, [one: string, many: string]> = {
    string: [' character', ' characters'],
    array: [' entry', ' entries'],
  };
  return `${limit}${units[origin]?.[Number(limit) === 1 ? 0 : 1] ?? ''}`;
}

function fromIssue(issue: z.core.$ZodIssue, raw: unknown): FaultAt[] {
  const path = issue.path as FilePath;
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => ({ path: [...path, key], expected: issue.message, found: key }));
  }
  return [{ path, expected: issue.message, found: shown(valueAt(raw, path)) }];
}

function valueAt(raw: unknown, path: FilePath): unknown {
  type Inner = Record<string | number, unknown> | null | undefined;
  return path.reduce<unknown>((value, key) => (value as Inner)?.[key], raw);
}

/** A value of the file as a fault quotes it. */
export function shown(value: unknown): string {
  if (value === undefined) return 'nothing';
  if (value === null) return 'an empty value';
  if (Array.isArray(value)) return value.length === 0 ? 'an empty list' : `a list of ${value.length}`;
  if (typeof value === 'object') return `a group of settings (${Object.keys(value).join(', ')})`;
  const text = JSON.stringify(value);
  return text.length > 80 ? `${text.slice(0, 77)}..."` : text;
}

/** Walks down as far as the file goes: a missing setting is shown at the line of what it is missing from. */
function located({ path, expected, found }: FaultAt, document: Document, lines: LineCounter): Fault {
  let node: unknown = document.contents;
  let line: number | undefined;
  const goTo = (range: readonly number[] | null | undefined) => {
    if (range?.[0] !== undefined) line = lines.linePos(range[0]).line;
  };
  for (const key of path) {
    if (isMap(node)) {
      const pair = node.items.find((item) => isScalar(item.key) && item.key.value === key);
      if (!pair) break;
      goTo(isScalar(pair.key) ? pair.key.range : undefined);
      node = pair.value;
    } else if (isSeq(node)) {
      const item = node.items[Number(key)] as { range?: readonly number[] } | undefined;
      goTo(item?.range);
      node = item;
    } else break;
  }
  const where = path.map((key, at) => (typeof key === 'number' ? `[${key}]` : at === 0 ? key : `.${key}`)).join('');
  return { where, ...(line !== undefined && { line }), expected, found };
}
