/**
 * The one way that every form goes: shown, posted, trimmed, checked by its schema; then shown again with what was typed
 * and an error at each field, or carried out and followed by a redirect.
 */
import { randomUUID } from 'node:crypto';
import type { Request, Response } from 'express';
import type { z } from 'zod';
import { saveSession } from '../http/session';
import { Invalid, type FieldError, type Refusal } from '../http/refusals';
import { typedOf, type Typed } from '../http/held';
import './messages';

export interface FormContext {
  readonly request: Request;
  readonly response: Response;
}

export interface Form<Context extends FormContext, Input> {
  /** The template, under `views/`. */
  readonly view: string;
  /**
   * The fields of the schema in page order. A field that is shown under another name, or as several inputs, says which
   * input an error leads to.
   */
  readonly fields: Readonly<Record<string, (typed: Typed) => string>>;
  /** The input of a field of a list, `actions.0.what`, which `fields` cannot name. */
  readonly inputOf?: ((field: string, typed: Typed) => string | undefined) | undefined;
  readonly schema: (context: Context) => z.ZodType<Input>;
  /** From the inputs of the page to what the schema reads: dates of their parts, without what no longer applies. */
  readonly read: (typed: Typed) => unknown;
  /** What the template needs besides `values` and `errors`. */
  readonly present: (context: Context, typed: Typed) => Promise<object> | object;
  /**
   * Carries it out and says where to go next; null if it has answered by itself, with what is shown this once only.
   * @throws Invalid for what only carrying it out could show
   */
  readonly submit: (context: Context, input: Input, submissionId: string) => Promise<string | null>;
}

/** An error as the page shows it: beside an input, and as a link to it in the summary. */
export interface ShownError {
  readonly input: string;
  readonly message: string;
}

/** The handlers of a form, shown and posted at one path. */
export function handlersOf<Context extends FormContext, Input>(form: Form<Context, Input>) {
  const show = async (
    context: Context,
    typed: Typed,
    errors: readonly ShownError[],
    refusal?: Refusal,
  ): Promise<void> => {
    const values = { ...typed, submissionId: uuidOf(typed['submissionId']) };
    const shown = { ...(await form.present(context, values)), values, errors, refusal };
    if (errors.length > 0) context.response.status(422);
    if (refusal !== undefined) context.response.status(refusal.status);
    context.response.render(form.view, shown);
  };
  return {
    /** Shows the form with what was typed: with errors at its inputs, or with the reason why it was not carried out. */
    show,
    get: async (context: Context): Promise<void> => show(context, context.request.typed ?? {}, []),
    post: async (context: Context): Promise<void> => {
      const typed = typedOf(context.request.body);
      const parsed = form.schema(context).safeParse(form.read(typed));
      if (!parsed.success) {
        await show(context, typed, errorsOf(form, issuesOf(parsed.error), typed));
        return;
      }
      try {
        const next = await form.submit(context, parsed.data, uuidOf(typed['submissionId']));
        if (next === null) return;
        await saveSession(context.request);
        context.response.redirect(303, next);
      } catch (error) {
        if (!(error instanceof Invalid)) throw error;
        await show(context, typed, errorsOf(form, error.errors, typed));
      }
    },
  };
}

/** What zod found, one error per field. @param say what is said of an issue, where that is not its own message */
export function issuesOf(error: z.ZodError, say = ({ message }: z.core.$ZodIssue): string => message): FieldError[] {
  const first = new Map<string, string>();
  for (const issue of error.issues) {
    const { path } = issue;
    const message = say(issue);
    const paths = issue.code === 'unrecognized_keys' ? issue.keys.map((key) => [...path, key]) : [path];
    for (const each of paths) {
      const field = each.length === 0 ? 'body' : each.join('.');
      if (!first.has(field)) first.set(field, message);
    }
  }
  return [...first].map(([field, message]) => ({ field, message }));
}

function errorsOf<Context extends FormContext, Input>(
  form: Form<Context, Input>,
  found: readonly FieldError[],
  typed: Typed,
): ShownError[] {
  const order = Object.keys(form.fields);
  // What is in a list stands where the list does: `actions.0.what`.
  const placeOf = (field: string): number => order.indexOf(order.includes(field) ? field : (field.split('.')[0] ?? field));
  return found
    .toSorted((a, b) => placeOf(a.field) - placeOf(b.field))
    .map(({ field, message }) => ({ input: form.fields[field]?.(typed) ?? form.inputOf?.(field, typed) ?? field, message }));
}

/** A submission id made by the page, or a new one in place of something else. */
export function uuidOf(given: string | undefined): string {
  return given !== undefined && /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(given) ? given : randomUUID();
}
