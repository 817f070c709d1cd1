/** Holds every answer of the API against its own OpenAPI document. */
import Ajv2020, { type ValidateFunction } from 'ajv/dist/2020';
import addFormats from 'ajv-formats';
import type { Response, Test } from 'supertest';

export interface ResponseObject {
  readonly description: string;
  readonly headers?: Readonly<Record<string, { readonly required: boolean }>>;
  readonly content: Readonly<Record<string, { readonly schema?: object }>>;
}
export interface Operation {
  readonly operationId: string;
  readonly security: readonly { readonly token: readonly string[] }[];
  readonly parameters?: readonly { readonly name: string; readonly in: string; readonly required: boolean }[];
  readonly requestBody?: { readonly content: object };
  readonly responses: Readonly<Record<string, ResponseObject>>;
}
export interface OpenApiDocument {
  readonly openapi: string;
  readonly servers: readonly { readonly url: string }[];
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: { readonly schemas: Readonly<Record<string, object>> };
}

export interface Exchange {
  readonly method: string;
  /** With what comes before the API's own paths: `/api/v1/cases?page=2`. */
  readonly url: string;
  readonly sent: unknown;
  readonly response: Pick<Response, 'status' | 'text'> & { readonly headers: Readonly<Record<string, string>> };
}

export class Contract {
  readonly document: OpenApiDocument;
  /** What was seen, as `get /cases/{ref} 200`. */
  readonly seen = new Set<string>();
  readonly #ajv: Ajv2020;
  /** By the place in the document: to compile one takes longer than the request that it is held against. */
  readonly #validators = new Map<string, ValidateFunction>();

  constructor(document: object) {
    this.document = document as OpenApiDocument;
    // Not strict of keywords: a schema may carry examples. Formats are checked.
    this.#ajv = new Ajv2020({ strict: false, allErrors: true });
    addFormats(this.#ajv);
    this.#ajv.addSchema(document, 'contract');
  }

  /** To be used by a supertest agent: a request whose answer is not as the document says fails. */
  readonly plugin = (test: Test): void => {
    if (!test.url.includes('/api/v1/')) return;
    void test.expect((response: Response) => {
      const sent = (test as unknown as { _data?: unknown })._data;
      this.check({ method: test.method.toLowerCase(), url: new URL(test.url).pathname, sent, response });
    });
  };

  /** @throws Error that says what of the answer is not as the document says */
  check({ method, url, sent, response }: Exchange): void {
    const path = url.replace(/^\/api\/v1/, '').replace(/\?.*/, '');
    const fault = (what: string): never => {
      throw new Error(`${method} ${path} answered ${response.status} and is not as the document says: ${what}`);
    };
    const template = this.templateOf(method, path);
    if (template === undefined) {
      // Nothing is there: the one thing that can be said is said as everywhere.
      if (response.status !== 404) fault('the document has no such route');
      this.#hold(JSON.parse(response.text), ['components', 'schemas', 'Problem'], fault);
      return;
    }
    const operation = this.document.paths[template]?.[method];
    const declared = operation?.responses[response.status];
    if (declared === undefined) return fault(`it knows ${Object.keys(operation?.responses ?? {}).join(', ')}`);
    for (const [name, { required }] of Object.entries(declared.headers ?? {})) {
      if (required && response.headers[name.toLowerCase()] === undefined) fault(`the header ${name} is missing`);
    }
    const type = response.headers['content-type']?.split(';')[0] ?? '';
    if (!(type in declared.content)) fault(`it is ${type}, expected ${Object.keys(declared.content).join(', ')}`);
    const isJson = type !== 'application/octet-stream';
    const answers = ['paths', template, method, 'responses', String(response.status), 'content', type, 'schema'];
    if (isJson) this.#hold(JSON.parse(response.text), answers, fault);
    if (response.status < 300 && 'application/json' in (operation?.requestBody?.content ?? {})) {
      const body = ['paths', template, method, 'requestBody', 'content', 'application/json', 'schema'];
      this.#hold(sent, body, (what) => fault(`it took a body that the document has otherwise: ${what}`));
    }
    this.seen.add(`${method} ${template} ${response.status}`);
  }

  /** The path of the document that an address is of, the most literal first. */
  templateOf(method: string, path: string): string | undefined {
    const isOf = (template: string): boolean =>
      new RegExp(`^${template.replaceAll('.', '\\.').replaceAll(/\{\w+\}/g, '[^/]+')}$`).test(path);
    return Object.keys(this.document.paths)
      .filter((template) => this.document.paths[template]?.[method] !== undefined)
      .sort((a, b) => a.split('{').length - b.split('{').length)
      .find(isOf);
  }

  #hold(value: unknown, pointer: readonly string[], fault: (what: string) => void): void {
    const escaped = pointer.map((part) => encodeURIComponent(part.replaceAll('~', '~0').replaceAll('/', '~1')));
    const $ref = `contract#/${escaped.join('/')}`;
    const validate = this.#validators.get($ref) ?? this.#ajv.compile({ $ref });
    this.#validators.set($ref, validate);
    if (!validate(value)) fault(this.#ajv.errorsText(validate.errors, { dataVar: 'body' }));
  }
}
