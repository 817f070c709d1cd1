/**
 * What was typed in a form of several pages, so that its pages can be come back to by the browser: sealed, in the session, and gone
 * with it or once the form is sent. The pages work without; nothing but coming back rests on it.
 */
import type { Request } from 'express';
import { ContentUnreadable, type WrappedKey } from '../../store/content';
import type { Store } from '../../store';
import type { Typed } from '../http/held';

interface Draft {
  /** The submission id of the form. */
  readonly form: string;
  readonly path: string;
  readonly key: WrappedKey;
  readonly sealed: string;
}

declare module 'express-session' {
  interface SessionData {
    /** The newest first. */
    drafts?: readonly Draft[];
  }
}

type Cipher = Store['cipher'];

/** A session is read at each request: of more forms, or of longer ones, nothing is kept. */
const most = 4;
const longest = 100_000;

const boundTo = (form: string): string => `draft/${form}`;

export function keepDraft({ session, path }: Request, form: string, typed: Typed, cipher: Cipher): void {
  dropDraft({ session }, form);
  const text = JSON.stringify(typed);
  if (text.length > longest) return;
  const key = cipher.newCaseKey(boundTo(form));
  const draft = { form, path, key, sealed: cipher.seal(key, boundTo(form), path, text) };
  session.drafts = [draft, ...(session.drafts ?? [])].slice(0, most);
}

export function dropDraft({ session }: Pick<Request, 'session'>, form: string): void {
  if (session.drafts !== undefined) session.drafts = session.drafts.filter((each) => each.form !== form);
}

/** What was typed in the form that the address names; undefined where nothing is kept of it. */
export function draftIn({ session, path, query }: Request, cipher: Cipher): Typed | undefined {
  const draft = session.drafts?.find((each) => each.form === query['form'] && each.path === path);
  if (draft === undefined) return undefined;
  try {
    return JSON.parse(cipher.open(draft.key, boundTo(draft.form), path, draft.sealed)) as Typed;
  } catch (error) {
    // The keys were changed meanwhile.
    if (error instanceof ContentUnreadable) return undefined;
    throw error;
  }
}
