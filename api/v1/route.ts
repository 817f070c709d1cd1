/**
 * A route of the API, declared once: the router, the checks of what comes in, and the OpenAPI document are all made of
 * the declaration, so a route cannot be served without an access and a scope, nor be missing in the document.
 *
 * @example
 *   export const absenceRoutes = ({ store }: ApiDependencies): readonly ApiRoute[] => [
 *     route({
 *       method: 'post',
 *       path: '/cases/:ref/tasks/:task/notes',     // `:ref`, `:task`, `:partner` are known; others: `parameters`
 *       access: 'answer-task',                     // an act of api/policy.ts: it decides what `handle` is given
 *       scope: 'answers:write',                    // of config/scopes.ts; what the token needs besides
 *       summary: 'Add a note to a task',
 *       body: noteSchema,                          // `body` and `query` reach `handle` parsed, or it is a 422
 *       answers: { 201: ['The note is stored', storedNoteSchema] },
 *       problems: { 409: 'The case is closed' },   // those that follow from the declaration are added
 *       handle: async ({ document, task, account, body, by, submissionId, sees }) => ({ status: 201, body: … }),
 *     }),
 *   ];
 *
 * A schema with `.meta({ id: 'Note' })` gets that name in the document. Every POST and PUT takes an `Idempotency-Key`,
 * counts against the limit of its account, and takes JSON, or files where it says so. Routes of a new file go to the list
 * in index.ts.
 */
import { randomUUID } from 'node:crypto';
import express, { type Request, type RequestHandler, type Response } from 'express';
import { z } from 'zod';
import type { Scope } from '../../config/scopes';
import type { Actor } from '../../store/audit';
import { issuesOf } from '../forms/form';
import { forProgram } from '../forms/messages';
import { actorOf } from '../http/actor';
import type { Limits } from '../http/limits';
import { Invalid, Refusal } from '../http/refusals';
import type { Access, OnAnything, OnCase, OnPartner, OnTask, Routes, SignedIn } from '../http/routes';
import {
  caseRules,
  partnerRules,
  taskRules,
  type CaseAct,
  type PartnerAct,
  type TaskAct,
} from '../policy';
import type { WebDependencies } from '../dependencies';
import type { CaseDependencies } from '../cases/dependencies';

/** What the routes of the API work with. */
export type ApiDependencies = WebDependencies & CaseDependencies;

export type ApiAccess = Exclude<Access, 'link'>;

type ContextOf<A extends ApiAccess> = A extends TaskAct
  ? OnTask
  : A extends CaseAct
    ? OnCase
    : A extends PartnerAct
      ? OnPartner
      : A extends 'anyone'
        ? OnAnything
        : SignedIn;

/** By status: what the answer is, and its shape; or that it is a file, which the handler sends. */
export type Answers = Readonly<Record<number, readonly [description: string, schema: z.ZodType | 'file']>>;

/** What is only written out need not be changeable. */
type Shown<T> = T extends readonly (infer Item)[]
  ? readonly Shown<Item>[]
  : T extends object
    ? { readonly [Key in keyof T]: Shown<T[Key]> }
    : T;

type SendsFile = (response: Response) => Promise<void>;

type Answer<R extends Answers> = {
  [Status in keyof R]: {
    readonly status: Status;
    readonly body: R[Status] extends readonly [string, infer Schema extends z.ZodType]
      ? Shown<z.output<Schema>>
      : SendsFile;
    /** Where what was made can be had: a path of the API, `/cases/IR-2026-0001`. */
    readonly location?: string;
  };
}[keyof R];

/** What a handler is given besides what the policy let through. */
interface Received {
  /** Who acts, for the record of acts. */
  readonly by: Actor;
  /** From `Idempotency-Key`, or made for this request. */
  readonly submissionId: string;
  /** Whether the token has a scope that only adds to what is shown. */
  readonly sees: (scope: Scope) => boolean;
}

export type Problems = Readonly<Partial<Record<403 | 409 | 410 | 413, string>>>;

interface Declaration<A extends ApiAccess, B extends z.ZodType, Q extends z.ZodType, R extends Answers> {
  readonly method: 'get' | 'post' | 'put';
  /** Below `/api/v1`, as Express writes it: `/cases/:ref`. */
  readonly path: string;
  readonly access: A;
  /** Null only for what anyone may ask, without a token. */
  readonly scope: A extends 'anyone' ? null : Scope;
  readonly summary: string;
  readonly description?: string;
  /** The parts of the path that `knownParameters` has not, each with what it is and an example. */
  readonly parameters?: Readonly<Record<string, readonly [description: string, example: string]>>;
  readonly body?: B;
  /** The body's schema for whoever asks, where that decides; `body` is then what the document shows. */
  readonly bodyFor?: (context: ContextOf<A>) => B;
  /** Files come as `multipart/form-data`, in parts called `files`; the handler reads them from the request. */
  readonly takes?: 'files';
  readonly query?: Q;
  readonly answers: R;
  /** Problems that come of what the route does, with when; see `problemsOf` for those that need not be said. */
  readonly problems?: Problems;
  readonly handle: (
    context: ContextOf<A> & Received & { readonly body: z.output<B>; readonly query: z.output<Q> },
  ) => Promise<Answer<R>> | Answer<R>;
}

/** A declared route, whatever its body, query and answers are. */
export interface ApiRoute {
  readonly method: 'get' | 'post' | 'put';
  readonly path: string;
  readonly access: ApiAccess;
  readonly scope: Scope | null;
  readonly summary: string;
  readonly description?: string;
  readonly parameters: readonly Parameter[];
  readonly body?: z.ZodType;
  readonly takes?: 'files';
  readonly query?: z.ZodType;
  readonly answers: Answers;
  readonly problems?: Problems;
  readonly answer: (context: OnAnything, deps: ApiDependencies) => Promise<void>;
}

interface Parameter {
  readonly name: string;
  readonly description: string;
  readonly example: string;
}

const knownParameters: Readonly<Record<string, readonly [description: string, example: string]>> = {
  ref: ['The reference of the case', 'IR-2026-0001'],
  task: ['The task: what one partner or team is asked', 'T1'],
  partner: ['The code of the partner', 'police'],
};

export function route<
  const A extends ApiAccess,
  const R extends Answers,
  B extends z.ZodType = z.ZodType,
  Q extends z.ZodType = z.ZodType,
>(declared: Declaration<A, B, Q, R>): ApiRoute {
  const { handle, bodyFor, ...described } = declared;
  const known = { ...knownParameters, ...declared.parameters };
  const parameters = [...declared.path.matchAll(/:(\w+)/g)].map(([, name = '']): Parameter => {
    const [description, example] = known[name] ?? [];
    if (description === undefined || example === undefined) {
      throw new Error(`${declared.path}: say in \`parameters\` what ":${name}" is.`);
    }
    return { name, description, example };
  });
  const fields = declared.body === undefined ? null : fieldsOf(z.toJSONSchema(declared.body, { io: 'input', unrepresentable: 'any' }));
  return {
    ...described,
    parameters,
    answer: async (admitted, deps) => {
      // Registered with this access, so the policy has let through what this access gives.
      const context = admitted as ContextOf<A>;
      const { request, response } = admitted;
      const schema = bodyFor === undefined ? declared.body : bodyFor(context);
      const received: Received & { readonly body: z.output<B>; readonly query: z.output<Q> } = {
        by: actorOf(request, 'api', deps),
        submissionId: declared.method !== 'get' ? idempotencyKeyOf(request) : randomUUID(),
        sees: (scope) => request.scopes?.includes(scope) === true,
        query: parsed(declared.query, request.query) as z.output<Q>,
        body: parsed(schema, onlyKnown(fields, request.body)) as z.output<B>,
      };
      const { status, body, location } = await handle({ ...context, ...received });
      if (location !== undefined) response.location(`/api/v1${location}`);
      response.status(Number(status));
      if (typeof body === 'function') await (body as SendsFile)(response);
      else response.json(body);
    },
  };
}

/** Serves a route: the token and its scope come first, then the body is read, then the policy is asked. */
export function serve(
  declared: ApiRoute,
  routes: Routes,
  admit: (scope: Scope) => RequestHandler,
  deps: ApiDependencies,
  limits: Limits,
): void {
  const { method, path, access, scope, takes } = declared;
  if (scope !== null) routes.router[method](path, admit(scope));
  const reading = takes === 'files' ? [filesOnly] : [jsonOnly, readJson];
  if (method !== 'get') routes.router[method](path, fairUse(limits), ...reading);
  const handlers = { [method]: async (context: OnAnything) => declared.answer(context, deps) };
  if (access === 'anyone') routes.anyone(path, handlers);
  else if (isOf(taskRules, access)) routes.onTask(path, access, handlers);
  else if (isOf(caseRules, access)) routes.onCase(path, access, handlers);
  else if (isOf(partnerRules, access)) routes.onPartner(path, access, handlers);
  else routes.signedIn(path, access, handlers);
}

const isOf = <Rules extends object>(rules: Rules, access: string): access is Extract<keyof Rules, string> =>
  Object.hasOwn(rules, access);

const fairUse =
  (limits: Limits): RequestHandler =>
  async (request, _response, next) => {
    await limits.count('posts', request.account?._id ?? '');
    next();
  };

/** An act needs no body, but what is sent is JSON. */
const jsonOnly: RequestHandler = (request, _response, next) => {
  if (request.get('content-length') !== '0' && request.is('application/json') === false) {
    throw new Refusal(415, 'Not JSON', 'Send the body as JSON, with "Content-Type: application/json".');
  }
  next();
};

const filesOnly: RequestHandler = (request, _response, next) => {
  if (request.is('multipart/form-data') !== 'multipart/form-data') {
    throw new Refusal(415, 'Not files', 'Send files as "multipart/form-data", each in a part called "files".');
  }
  next();
};

const readJson = express.json({ limit: '200kb' });

/** Undefined where nothing is to be read. @throws Invalid with the errors of the fields */
function parsed(schema: z.ZodType | undefined, given: unknown): unknown {
  // Checks over several fields look into the whole before anything has found that it has none.
  if (Array.isArray(given)) throw new Invalid([{ field: 'body', message: 'Send an object, not a list' }]);
  const result = schema?.safeParse(given ?? {}, { reportInput: true });
  if (result?.success === false) throw new Invalid(issuesOf(result.error, forProgram));
  return result?.data;
}

type JsonSchema = z.core.JSONSchema.BaseSchema;

/** The names of the fields of a body, of each of its forms; null where it has no fields of its own. */
function fieldsOf(schema: JsonSchema, { $defs = {} }: JsonSchema = schema): ReadonlySet<string> | null {
  const { $ref, properties, anyOf, allOf } = schema;
  const named = $ref === undefined ? undefined : $defs[$ref.replace('#/$defs/', '')];
  if (named !== undefined) return fieldsOf(named, { $defs });
  if (properties !== undefined) return new Set(Object.keys(properties));
  const forms = (anyOf ?? allOf)?.map((each) => fieldsOf(each, { $defs }));
  if (forms === undefined || forms.includes(null)) return null;
  return new Set(forms.flatMap((each) => [...(each ?? [])]));
}

/** What is misspelt would be taken as left out, which can be another date. @throws Invalid for fields that there are none of */
function onlyKnown(fields: ReadonlySet<string> | null, given: unknown): unknown {
  if (fields === null || typeof given !== 'object' || given === null || Array.isArray(given)) return given;
  const unknown = Object.keys(given).filter((field) => !fields.has(field));
  if (unknown.length > 0) throw new Invalid(unknown.map((field) => ({ field, message: `There is no such field here. There are: ${[...fields].join(', ')}` })));
  return given;
}

function idempotencyKeyOf(request: Request): string {
  const key = request.get('idempotency-key');
  if (key !== undefined && !/^[\x21-\x7e]{1,200}$/.test(key)) {
    throw new Invalid([{ field: 'Idempotency-Key', message: 'Use 1 to 200 printable characters without spaces' }]);
  }
  return key ?? randomUUID();
}
