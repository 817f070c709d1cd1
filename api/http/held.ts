/**
 * What was typed is never lost: not when the session ran out while someone typed, not when the database is away.
 * The page that comes instead carries the posted fields along, in itself and nowhere else, and once the person has
 * signed in again (or given a new code) the form is shown with them. Nothing is acted on before it is sent anew.
 */
import type { Request } from 'express';
import { z } from 'zod';

/** Posted fields, each as one text. */
export type Typed = Readonly<Record<string, string>>;

export interface Held {
  /** The form's own path; each form is shown and posted at one path. */
  readonly path: string;
  readonly fields: Typed;
}

declare module 'express-serve-static-core' {
  interface Request {
    /** Set when a form is shown again with what was typed before. */
    typed?: Typed | undefined;
    /** What is to be carried through the pages in between. */
    held?: Held | undefined;
  }
}

const heldSchema = z.object({
  path: z
    .string()
    .max(300)
    .regex(/^\/(?!\/)[\w./-]*$/),
  fields: z.record(z.string().max(100), z.string().max(1_000_000)),
});

/**
 * The posted fields; of a name that was posted twice, the last. A name that ends in `[]` is of checkboxes: all that are
 * ticked, as codes with a space between them.
 */
export function typedOf(body: unknown): Typed {
  const entries = Object.entries((body ?? {}) as Record<string, unknown>).map(([name, value]) => {
    const all: unknown[] = Array.isArray(value) ? value : [value];
    const texts = all.map((each) => (typeof each === 'string' ? each : ''));
    return [name, name.endsWith('[]') ? texts.join(' ') : (texts.at(-1) ?? '')] as const;
  });
  return Object.fromEntries(entries);
}

/** What this post holds: what it carries from a page before, or else its own fields. */
export function heldOf(request: Request): Held | null {
  const { held, ...rest } = typedOf(request.body);
  if (held !== undefined && held !== '') return parseHeld(held);
  const fields = Object.fromEntries(Object.entries(rest).filter(([name]) => name !== '_csrf'));
  return Object.keys(fields).length === 0 ? null : { path: request.path, fields };
}

export function carriedOf(request: Request): Held | null {
  const { held } = typedOf(request.body);
  return held === undefined || held === '' ? null : parseHeld(held);
}

function parseHeld(text: string): Held | null {
  try {
    return heldSchema.parse(JSON.parse(text));
  } catch {
    return null;
  }
}
