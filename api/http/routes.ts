import { Router, type NextFunction, type Request, type Response } from 'express';
import {
  may,
  mayOnCase,
  mayOnPartner,
  mayOnTask,
  type CaseAct,
  type GeneralAct,
  type PartnerAct,
  type TaskAct,
} from '../policy';
import { noteCase } from '../../config/logger';
import type { Account } from '../../store/accounts';
import type { CaseDocument, CaseTask } from '../../store/cases';
import type { DirectoryEntry } from '../../store/directory';
import type { Store } from '../../store';
import { NotAllowed, NotFound, NotSignedIn } from './refusals';

/** What a handler gets: the request, and whoever and whatever the policy has let through. */
export interface OnAnything {
  readonly request: Request;
  readonly response: Response;
  readonly next: NextFunction;
}
export interface SignedIn extends OnAnything {
  readonly account: Account;
}
export interface OnCase extends SignedIn {
  readonly document: CaseDocument;
}
export interface OnTask extends OnCase {
  readonly task: CaseTask;
}
export interface OnPartner extends SignedIn {
  readonly entry: DirectoryEntry;
}

type Handle<Context> = (context: Context) => Promise<void> | void;
interface Methods<Context> {
  readonly get?: Handle<Context>;
  readonly post?: Handle<Context>;
  readonly put?: Handle<Context>;
}

export type Access = 'anyone' | 'link' | 'signed-in' | GeneralAct | CaseAct | TaskAct | PartnerAct;

/** A route as tests walk it. */
export interface RegisteredRoute {
  readonly method: 'get' | 'post' | 'put';
  readonly path: string;
  readonly access: Access;
}

/**
 * Registers routes, each with who may use it: there is no way to add one without. What the policy forbids on a case
 * looks like a case that is not there.
 */
export class Routes {
  readonly router = Router({ caseSensitive: true, strict: true });
  readonly registered: RegisteredRoute[] = [];
  readonly #store: Store;

  constructor(store: Store) {
    this.#store = store;
  }

  anyone(path: string, methods: Methods<OnAnything>): void {
    this.#add(path, 'anyone', methods, (context) => context);
  }

  /** Whoever has the link of a mail: `find` says what it leads to, or throws. */
  onLink<Context extends OnAnything>(
    path: string,
    find: (context: OnAnything) => Promise<Context>,
    methods: Methods<Context>,
  ): void {
    this.#add(path, 'link', methods, find);
  }

  signedIn(path: string, access: 'signed-in' | GeneralAct, methods: Methods<SignedIn>): void {
    this.#add(path, access, methods, (context) => {
      const signedIn = identified(context);
      if (access !== 'signed-in' && !may(signedIn.account, access)) throw new NotAllowed();
      return signedIn;
    });
  }

  /** For a path with `:ref`. */
  onCase(path: string, act: CaseAct, methods: Methods<OnCase>): void {
    this.#add(path, act, methods, async (context) => this.#onCase(context, act));
  }

  /** For a path with `:ref` and `:task`. */
  onTask(path: string, act: TaskAct, methods: Methods<OnTask>): void {
    this.#add(path, act, methods, async (context) => {
      const onCase = await this.#onCase(context, 'see-case');
      const task = onCase.document.tasks.find(({ id }) => id === context.request.params['task']);
      if (task === undefined || !mayOnTask(onCase.account, act, onCase.document, task)) throw new NotFound();
      return { ...onCase, task };
    });
  }

  /** For a path with `:partner`, its code. */
  onPartner(path: string, act: PartnerAct, methods: Methods<OnPartner>): void {
    this.#add(path, act, methods, async (context) => {
      const signedIn = identified(context);
      const entry = await this.#store.directory.get(String(context.request.params['partner']));
      if (entry === null || !mayOnPartner(signedIn.account, act, entry._id)) throw new NotFound();
      return { ...signedIn, entry };
    });
  }

  async #onCase(context: OnAnything, act: CaseAct): Promise<OnCase> {
    const { account, ...rest } = identified(context);
    const document = await this.#store.cases.get(String(context.request.params['ref']));
    if (document === null || !mayOnCase(account, 'see-case', document) || !mayOnCase(account, act, document)) {
      throw new NotFound();
    }
    noteCase(document._id);
    return { ...rest, account, document };
  }

  #add<Context>(
    path: string,
    access: Access,
    methods: Methods<Context>,
    admit: (context: OnAnything) => Promise<Context> | Context,
  ): void {
    for (const method of ['get', 'post', 'put'] as const) {
      const handle = methods[method];
      if (handle === undefined) continue;
      this.registered.push({ method, path, access });
      this.router[method](path, async (request, response, next) => {
        await handle(await admit({ request, response, next }));
      });
    }
  }
}

function identified({ request, response, next }: OnAnything): SignedIn {
  if (request.account === undefined) throw new NotSignedIn();
  return { request, response, next, account: request.account };
}
