/** Input for any route: sound, nearly sound, and hostile, as requests that can be sent as they are. */
import fc from 'fast-check';
import type { Operation } from '../contract';
import type { Sent } from '../policy/wire';
import { boundary, multipartOf } from '../policy/wire';
import { bodies as soundBodies, forms, queries } from './forms';

/** A tag that no page of ours has: whoever finds it in one has found what was typed, not escaped. */
export const tag = '<zqtag onload=zq>';
/** A heading that no answer of ours has. */
export const injectedHeading = 'x-zq-injected';

/** Where the visitor's own token of the session is to be put. */
export const csrfHere = 'zq_the_token_of_the_session';

const hostileTexts: readonly string[] = [
  '',
  ' ',
  '\u0000',
  'a\r\nX-Zq-Injected: 1\r\n\r\nbody',
  'a\nBcc: somebody@example.org',
  `"'>${tag}`,
  '{{7*7}}{% include "layout.njk" %}${7*7}#{7*7}',
  '=HYPERLINK("http://example.org","a")',
  "' OR '1'='1' --",
  '{"$ne": null}',
  '{"$gt": ""}',
  '$where',
  '__proto__',
  'constructor',
  'toString',
  '../../../../etc/passwd',
  '..\\..\\windows',
  '%2e%2e%2f',
  'file:///etc/passwd',
  '\u202Eright to left',
  '\uD800 half a character',
  '👨‍👩‍👧‍👦 ﷽ Z̸a̸l̸g̸o̸',
  '٣',
  '-1',
  '1e308',
  '9'.repeat(400),
  'NaN',
  'Infinity',
  '0x10',
  '2026-02-30',
  '2026-13-45',
  '0000-00-00',
  '275760-09-14',
  '9999-12-31',
  '2026-04-16T25:61:61Z',
  '25:99',
  'true',
  'null',
  '[object Object]',
  '() => {}',
  '/'.repeat(300),
  'x'.repeat(300),
  'x'.repeat(30_000),
  '00000000-0000-4000-8000-000000000000',
];

export const hostileText = fc.oneof(
  fc.constantFrom(...hostileTexts),
  fc.string({ unit: 'binary', maxLength: 40 }),
  fc.string({ unit: 'grapheme', maxLength: 40 }),
);

const hostileNames: readonly string[] = [
  '__proto__',
  'constructor',
  'prototype',
  'a[$ne]',
  'reason[$ne]',
  'kind[]',
  '$where',
  'toString',
  'hasOwnProperty',
  '',
  'held',
  'step',
  'go',
  'add',
  'remove',
  'checked',
  'submissionId',
  'fileIds',
  '_method',
];

const hostileValue: fc.Arbitrary<unknown> = fc.oneof(
  hostileText,
  fc.constantFrom<unknown>(
    null,
    true,
    0,
    -1,
    1.5,
    1e308,
    Number.MAX_SAFE_INTEGER + 2,
    [],
    {},
    [[[[]]]],
    [null],
    { $ne: null },
    { $gt: '' },
    [{ $ne: null }],
    { length: 1e9 },
    { toString: 1, valueOf: null },
    JSON.parse('{"__proto__": {"roles": ["csp-manager"]}, "constructor": {"prototype": {"roles": []}}}'),
    Array.from({ length: 300 }, () => 'x'),
  ),
);

// Bodies of the API, of the schemas of its document.

interface Schema {
  readonly $ref?: string;
  readonly type?: string | readonly string[];
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly anyOf?: readonly Schema[];
  readonly oneOf?: readonly Schema[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: Schema | boolean;
  readonly items?: Schema;
  readonly format?: string;
  readonly examples?: readonly unknown[];
}

/** Values that a schema describes, as far as our documents use JSON Schema. */
function valuesOf(schema: Schema, all: Readonly<Record<string, object>>): fc.Arbitrary<unknown> {
  const { $ref, properties, items, enum: list, anyOf = schema.oneOf, examples } = schema;
  if ($ref !== undefined) return valuesOf(all[$ref.split('/').at(-1) ?? ''] ?? {}, all);
  if (schema.const !== undefined) return fc.constant(schema.const);
  if (list !== undefined) return fc.constantFrom(...list);
  if (anyOf !== undefined) return fc.oneof(...anyOf.map((each) => valuesOf(each, all)));
  switch (schema.type) {
    case 'object': {
      const fields = Object.fromEntries(Object.entries(properties ?? {}).map(([name, each]) => [name, valuesOf(each, all)]));
      return fc.record(fields, { requiredKeys: (schema.required ?? []).filter((name) => name in fields) });
    }
    case 'array':
      return fc.array(valuesOf(items ?? {}, all), { maxLength: 3 });
    case 'integer':
      return fc.integer({ min: 0, max: 5 });
    case 'number':
      return fc.double({ noNaN: true });
    case 'boolean':
      return fc.boolean();
    case 'null':
      return fc.constant(null);
    default:
      return textOf(schema.format, examples);
  }
}

/** Codes and names that mean something in these tests, so that sound input gets beyond the schema. */
const codes = ['essex-police', 'probation', 'ecfrs', 'comm-safety', 'builders', 'asb-incidents', 'public-task', 'T1', 'T2'];

function textOf(format: string | undefined, examples: readonly unknown[] | undefined): fc.Arbitrary<unknown> {
  if (format === 'date') return fc.constantFrom('2026-04-14', '2026-04-16', '2026-05-29');
  if (format === 'uuid') return fc.uuid();
  const known = [...(examples ?? []), ...codes, 'Jordan Example', '14:05', 'spoc@essex-police.example'];
  return fc.constantFrom(...known);
}

/** Somewhere in it something is left out, added, or another thing. */
const spoilt = (sound: fc.Arbitrary<unknown>): fc.Arbitrary<unknown> =>
  fc.tuple(sound, fc.nat(), fc.constantFrom('replace', 'drop', 'add'), hostileValue, fc.constantFrom(...hostileNames)).map(
    ([value, at, how, hostile, name]) => {
      if (typeof value !== 'object' || value === null || Array.isArray(value)) return hostile;
      const entries = Object.entries(value);
      const index = entries.length === 0 ? 0 : at % entries.length;
      if (how === 'drop') entries.splice(index, 1);
      else if (how === 'add') entries.push([name, hostile]);
      else entries.splice(index, 1, [entries[index]?.[0] ?? name, hostile]);
      // As JSON has it: `__proto__` is a field like any other.
      return { json: `{${entries.map(([key, each]) => `${JSON.stringify(key)}:${jsonOf(each)}`).join(',')}}` };
    },
  );

const jsonOf = (value: unknown): string => (isText(value) ? value.json : JSON.stringify(value));
const isText = (value: unknown): value is { json: string } =>
  typeof value === 'object' && value !== null && Object.keys(value).join() === 'json';

type Body = Pick<Sent, 'body'> & { readonly type: string | undefined };

const json = (value: unknown): Body => ({ body: jsonOf(value), type: 'application/json' });

const brokenBodies = fc.constantFrom<Body>(
  { body: '{"kind": ', type: 'application/json' },
  { body: '{"kind":"refused"}}', type: 'application/json' },
  { body: '"text"', type: 'application/json' },
  { body: '[]', type: 'application/json' },
  { body: 'null', type: 'application/json' },
  { body: '\uFEFF{}', type: 'application/json' },
  { body: '[['.repeat(20_000), type: 'application/json' },
  { body: '{}', type: 'application/json; charset=utf-7' },
  { body: '{}', type: 'application/json; charset=nothing' },
  { body: Buffer.from([0xff, 0xfe, 0x7b, 0x00]), type: 'application/json; charset=utf-16' },
  { body: '{}', type: 'text/plain' },
  { body: '<a/>', type: 'application/xml' },
  { body: '{}', type: undefined },
  { body: '{}', type: 'nonsense' },
  { body: 'a=%E0%A4%A&b=%zz&%=1', type: 'application/x-www-form-urlencoded' },
  { body: 'a[b][c]=1&a[__proto__][x]=1&a[$ne]=1', type: 'application/x-www-form-urlencoded' },
  { body: Array.from({ length: 1_500 }, (_, at) => `a${at}=1`).join('&'), type: 'application/x-www-form-urlencoded' },
  { body: 'a=1', type: 'application/x-www-form-urlencoded; charset=utf-7' },
  { body: 'x'.repeat(1_100_000), type: 'application/x-www-form-urlencoded' },
  { body: '', type: 'multipart/form-data' },
  { body: 'nothing of the kind', type: `multipart/form-data; boundary=${boundary}` },
  { body: `--${boundary}\r\nContent-Disposition: form-data; name="files"; filename="a.txt"\r\n\r\nbroken off`, type: `multipart/form-data; boundary=${boundary}` },
  { body: `--${boundary}\r\n\r\nno heading\r\n--${boundary}--\r\n`, type: `multipart/form-data; boundary=${boundary}` },
  { body: `--${boundary}\r\nContent-Disposition: form-data; name="__proto__"\r\n\r\n1\r\n--${boundary}--\r\n`, type: `multipart/form-data; boundary=${boundary}` },
  { body: 'x', type: `multipart/form-data; boundary=${'b'.repeat(5_000)}` },
  { body: 'x', type: 'multipart/mixed; boundary=a' },
);

const fileNames = fc.constantFrom('note.txt', 'picture.png', '../../etc/passwd', 'a\u0000.txt', '', `${tag}.txt`, 'x'.repeat(400), 'CON.pdf', '.htaccess', '\u202Etxt.exe');
const withFiles = fc
  .tuple(fc.dictionary(fileNames, fc.constantFrom('', 'hello', '%PDF-1.7 broken', '\u0000\u0001', 'x'.repeat(70_000)), { maxKeys: 3 }), fc.boolean(), hostileText)
  .map(([files, vouched, text]): Body => ({
    body: multipartOf({ ...(vouched ? { _csrf: csrfHere } : {}), handling: text.replaceAll('\r\n', '') }, files),
    type: `multipart/form-data; boundary=${boundary}`,
  }));

const formBody = (entries: readonly (readonly [string, string])[]): Body => ({
  body: new URLSearchParams(entries.map(([name, value]): [string, string] => [name, value])).toString(),
  type: 'application/x-www-form-urlencoded',
});

/** A form as its page posts it, or with something else in some of its fields. */
function formBodies(path: string): fc.Arbitrary<Body> {
  const sound = Object.entries(forms[path] ?? {});
  const fields = fc
    .array(fc.tuple(fc.oneof(fc.constantFrom(...sound.map(([name]) => name), 'reason'), fc.constantFrom(...hostileNames)), hostileText), { maxLength: 3 })
    .map((other) => {
      const replaced = new Set(other.map(([name]) => name));
      return [...sound.filter(([name]) => !replaced.has(name)), ...other];
    });
  const token = fc.oneof({ weight: 9, arbitrary: fc.constant(csrfHere) }, { weight: 1, arbitrary: hostileText });
  return fc
    .tuple(token, fc.oneof({ weight: 1, arbitrary: fc.constant(sound) }, { weight: 2, arbitrary: fields }))
    .map(([csrf, entries]) => formBody([['_csrf', csrf], ...entries]));
}

/** Half a character cannot be in an address. */
const encoded = (text: string): string => encodeURIComponent(text.replaceAll(/\p{Cs}/gu, '\uFFFD'));

const hostileParam = fc.oneof(
  fc.constantFrom(
    '..%2f..%2fetc%2fpasswd',
    '%2e%2e',
    '%00',
    '%ff',
    '%E0%A4%A',
    '%',
    '%0d%0aX-Zq-Injected:1',
    '__proto__',
    'constructor',
    'toString',
    '$ne',
    '%7B%22$ne%22:null%7D',
    'ir-2026-0001',
    'IR-2026-9999',
    'IR-2026-0001%20',
    'T9',
    'T1%00',
    'T01',
    'T1e9',
    'x'.repeat(3_000),
    ';x=1',
    '%F0%9F%98%80',
    encodeURIComponent(tag),
    '*',
    '(.*)',
    '00000000-0000-4000-8000-000000000000',
  ),
  hostileText.map((text) => encoded(text)),
);

function queryOf(path: string): fc.Arbitrary<string> {
  const sound = Object.entries(queries[path.replace('/api/v1', '')] ?? { page: '1', limit: '5', before: '3', clock: 'subject-access', from: '2026-01-31' });
  const names = fc.oneof(fc.constantFrom(...sound.map(([name]) => name)), fc.constantFrom('a[$ne]', 'page[$ne]', '__proto__', 'page', 'limit', 'before', 'sort', 'paused'));
  const pairs = fc.array(fc.tuple(names, fc.oneof(hostileText, fc.constantFrom(...sound.map(([, value]) => value)))), { maxLength: 4 });
  const written = pairs.map((all) => all.map(([name, value]) => `${encodeURIComponent(name)}=${encoded(value)}`).join('&'));
  return fc.oneof(
    { weight: 3, arbitrary: fc.constant('') },
    { weight: 1, arbitrary: fc.constant(new URLSearchParams(sound).toString()) },
    { weight: 5, arbitrary: written },
    { weight: 1, arbitrary: fc.constantFrom('%', '%ff=%zz', '&&&=', 'page=1&page=2', 'a'.repeat(4_000), 'paused=2026-02-10/2026-02-14&paused=x') },
  );
}

const hostileHeadings = fc.constantFrom<Record<string, string>>(
  { 'idempotency-key': 'the same' },
  { 'idempotency-key': 'two words' },
  { 'idempotency-key': '../x' },
  { 'idempotency-key': 'x'.repeat(300) },
  { 'x-http-method-override': 'DELETE' },
  { 'x-forwarded-for': `${tag}, 127.0.0.1` },
  { 'x-forwarded-host': 'example.org' },
  { 'content-encoding': 'gzip' },
  { 'content-encoding': 'nonsense' },
  { accept: 'application/xml' },
  { range: 'bytes=0-1,5-2' },
  { 'if-none-match': '*' },
  { referer: 'http://example.org/' },
);
const headings = fc.oneof({ weight: 4, arbitrary: fc.constant({}) }, { weight: 1, arbitrary: hostileHeadings });

export interface Target {
  readonly method: string;
  readonly path: string;
  readonly operation: Operation | undefined;
  readonly schemas: Readonly<Record<string, object>>;
  /** Values of the parameters of the path with which something is there. */
  readonly params: Readonly<Record<string, readonly string[]>>;
}

/** A request to a route; the visitor's cookie and tokens are not in it yet. */
export function requestsTo(target: Target): fc.Arbitrary<Sent> {
  const { path, operation, schemas, params } = target;
  const isOfTheApi = path.startsWith('/api/v1');
  const names = [...path.matchAll(/:(\w+)/g)].map(([, name = '']) => name);
  const values = names.map((name) =>
    fc.oneof({ weight: 5, arbitrary: fc.constantFrom(...(params[name] ?? ['nothing'])) }, { weight: 1, arbitrary: hostileParam }),
  );
  const filled = fc.tuple(...values).map((found) => {
    let at = 0;
    return path.replaceAll(/:\w+/g, () => found[at++] ?? '');
  });
  const requestBody = operation?.requestBody?.content as Record<string, { schema?: Schema }> | undefined;
  const sound = valuesOf(requestBody?.['application/json']?.schema ?? { type: 'object' }, schemas);
  const right = fc.constant<unknown>(soundBodies[path] ?? {});
  const bodies: fc.Arbitrary<Body> = isOfTheApi
    ? fc.oneof(
        { weight: 4, arbitrary: right.map(json) },
        { weight: 3, arbitrary: spoilt(right).map(json) },
        { weight: 2, arbitrary: sound.map(json) },
        { weight: 2, arbitrary: spoilt(sound).map(json) },
        { weight: 1, arbitrary: hostileValue.map(json) },
        { weight: requestBody?.['multipart/form-data'] === undefined ? 1 : 8, arbitrary: withFiles },
        { weight: 1, arbitrary: brokenBodies },
      )
    : fc.oneof(
        { weight: 7, arbitrary: formBodies(path) },
        { weight: /answer$/.test(path) ? 3 : 1, arbitrary: withFiles },
        { weight: 1, arbitrary: brokenBodies },
      );
  const usual = target.method.toUpperCase();
  const method = fc.oneof(
    { weight: 8, arbitrary: fc.constant(usual) },
    { weight: 1, arbitrary: fc.constantFrom('HEAD', 'OPTIONS', 'PUT', 'DELETE', 'PATCH', 'POST', 'GET') },
  );
  const none: Body = { type: undefined };
  const body = usual === 'GET' ? fc.oneof({ weight: 9, arbitrary: fc.constant(none) }, { weight: 1, arbitrary: bodies }) : bodies;
  return fc.record({ method, filled, query: queryOf(path), body, headings }).map((made): Sent => {
    const { type, ...sent } = made.body;
    const query = made.query === '' ? '' : `?${made.query}`;
    return {
      method: made.method,
      path: `${made.filled}${query}`,
      headers: { ...made.headings, ...(type === undefined ? {} : { 'content-type': type }) },
      ...sent,
    };
  });
}
