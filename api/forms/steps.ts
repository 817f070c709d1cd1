/**
 * A form of several pages at one path, and a last one on which the answers are checked before they are sent. Each post brings
 * along all that was typed so far, so that going back, an error, or the end of a session loses none of it. Where a page has its
 * script, it gets an address of its own, by which the browser comes back to it with what was typed last, and posts nothing again.
 */
import type { z } from 'zod';
import type { Store } from '../../store';
import { typedOf, type Typed } from '../http/held';
import { Invalid, type FieldError } from '../http/refusals';
import { saveSession } from '../http/session';
import { draftIn, dropDraft, keepDraft } from './drafts';
import { issuesOf, uuidOf, type FormContext, type ShownError } from './form';

export interface Step<Context extends FormContext> {
  /** Posted as `step` by its page; a button named `go` with it as value leads there. */
  readonly name: string;
  /** The template, under `views/`. */
  readonly view: string;
  /** Whether it is asked at all, after what was typed so far; without it, always. */
  readonly applies?: (typed: Typed) => boolean;
  /** The names of the inputs on its page, in page order. What else was typed is carried along unseen. */
  readonly inputs: (typed: Typed) => readonly string[];
  /** What the template needs besides `values`, `errors` and where in the form it is. */
  readonly present: (context: Context, typed: Typed) => Promise<object> | object;
}

export interface SteppedForm<Context extends FormContext, Input> {
  readonly steps: readonly [Step<Context>, ...Step<Context>[]];
  /** The page of the answers: it posts the step `check`, which sends the form. */
  readonly check: {
    readonly view: string;
    readonly present: (context: Context, input: Input) => Promise<object> | object;
  };
  readonly schema: (context: Context) => z.ZodType<Input>;
  /** From the inputs of all pages to what the schema reads, without what no longer applies. */
  readonly read: (typed: Typed, context: Context) => unknown;
  /** The id of the input that an error of a field of the schema leads to. */
  readonly inputOf: (field: string, typed: Typed) => string;
  /**
   * Carries it out and says where to go next.
   * @throws Invalid for what only carrying it out could show
   */
  readonly submit: (context: Context, input: Input, submissionId: string) => Promise<string>;
}

const checkStep = 'check';

/** What the pages say about themselves, and is not typed by anybody. */
const ofThePage: readonly string[] = ['_csrf', 'held', 'step', 'go', 'submissionId'];

/** Checkboxes are named `asked[]`, and their id is `asked`. */
const idOf = (name: string): string => name.replace(/\[\]$/, '');

/** The handlers of a form in steps, shown and posted at one path. */
export function handlersOfSteps<Context extends FormContext, Input>(
  form: SteppedForm<Context, Input>,
  { store: { cipher } }: { readonly store: Pick<Store, 'cipher'> },
) {
  const { steps, check } = form;
  /** Those that apply; one more may come to, by what is typed on them. */
  const stepsOf = (typed: Typed) => steps.filter(({ applies }) => applies === undefined || applies(typed));
  const stepNamed = (name: string | undefined) => steps.find((step) => step.name === name);

  const render = (context: Context, view: string, typed: Typed, inputs: readonly string[], shown: { readonly step: string; readonly [name: string]: unknown }): void => {
    const carried = Object.entries(typed)
      .filter(([name, value]) => value !== '' && !inputs.includes(name) && !ofThePage.includes(name))
      .map(([name, value]) => ({ name, value }));
    const submissionId = uuidOf(typed['submissionId']);
    // By this address the browser comes back to the page: the script of the pages gives it to it.
    const place = `${context.request.path}?form=${submissionId}&step=${shown.step}`;
    context.response.render(view, { values: typed, submissionId, place, carried, ...shown });
  };

  const showStep = async (context: Context, step: Step<Context>, typed: Typed, errors: readonly ShownError[] = []): Promise<void> => {
    if (errors.length > 0) context.response.status(422);
    const asked = stepsOf(typed);
    const index = asked.indexOf(step);
    render(context, step.view, typed, step.inputs(typed), {
      ...(await step.present(context, typed)),
      errors,
      step: step.name,
      number: index + 1,
      of: asked.length,
      before: asked[index - 1]?.name,
    });
  };

  /** The first of these pages that something of this is wrong on. What belongs to no input stands on the first page. */
  const faultyStep = (found: readonly FieldError[], typed: Typed, among: readonly Step<Context>[]) => {
    const shown = found.map(({ field, message }) => ({ input: form.inputOf(field, typed), message }));
    const known = steps.flatMap((step) => step.inputs(typed).map(idOf));
    for (const step of among) {
      const order = step.inputs(typed).map(idOf);
      const errors = shown
        .filter(({ input }) => order.includes(input) || (step === steps[0] && !known.includes(input)))
        .toSorted((a, b) => order.indexOf(a.input) - order.indexOf(b.input));
      if (errors.length > 0) return { step, errors };
    }
    return undefined;
  };

  /** On from a page: to what is wrong up to it, to the next one, or once all were seen to the answers to be checked. */
  const goOn = async (context: Context, typed: Typed, from: Step<Context> | undefined): Promise<void> => {
    const asked = stepsOf(typed);
    const after = from === undefined ? asked.length - 1 : asked.indexOf(from);
    const seenAll = typed['checked'] === 'yes' || after >= asked.length - 1;
    const parsed = form.schema(context).safeParse(form.read(typed, context));
    const found = parsed.success ? [] : issuesOf(parsed.error);
    const faulty = faultyStep(found, typed, seenAll ? asked : asked.slice(0, after + 1));
    const next = seenAll ? undefined : asked[after + 1];
    if (faulty !== undefined) await showStep(context, faulty.step, typed, faulty.errors);
    else if (next !== undefined) await showStep(context, next, typed);
    else if (parsed.success) {
      const answers = { ...(await check.present(context, parsed.data)), step: checkStep };
      render(context, check.view, { ...typed, checked: 'yes' }, [], answers);
    }
  };

  const send = async (context: Context, typed: Typed): Promise<void> => {
    try {
      const parsed = form.schema(context).safeParse(form.read(typed, context));
      if (!parsed.success) throw new Invalid(issuesOf(parsed.error));
      const submissionId = uuidOf(typed['submissionId']);
      const next = await form.submit(context, parsed.data, submissionId);
      dropDraft(context.request, submissionId);
      await saveSession(context.request);
      context.response.redirect(303, next);
    } catch (error) {
      const faulty = error instanceof Invalid ? faultyStep(error.errors, typed, stepsOf(typed)) : undefined;
      if (faulty === undefined) throw error;
      await showStep(context, faulty.step, typed, faulty.errors);
    }
  };

  const keep = ({ request }: Context, typed: Typed): void => {
    const { submissionId } = typed;
    if (submissionId === undefined || submissionId !== uuidOf(submissionId)) return;
    const kept = Object.entries(typed).filter(([name]) => name === 'submissionId' || !ofThePage.includes(name));
    keepDraft(request, submissionId, Object.fromEntries(kept), cipher);
  };

  return {
    /** Shown anew, as it was before the session ended, or come back to by its address. */
    get: async (context: Context): Promise<void> => {
      const { request } = context;
      const { step: named } = request.query;
      const draft = request.typed === undefined ? draftIn(request, cipher) : undefined;
      const typed: Typed = draft === undefined ? (request.typed ?? {}) : { ...draft, step: typeof named === 'string' ? named : '' };
      if (request.typed !== undefined) keep(context, typed);
      const step = stepNamed(typed['go']) ?? stepNamed(typed['step']);
      if (step === undefined && typed['step'] === checkStep) await goOn(context, typed, undefined);
      else await showStep(context, step ?? steps[0], typed);
    },
    post: async (context: Context): Promise<void> => {
      const typed = typedOf(context.request.body);
      keep(context, typed);
      const goTo = stepNamed(typed['go']);
      if (goTo !== undefined) await showStep(context, goTo, typed);
      else if (typed['step'] === checkStep) await send(context, typed);
      else await goOn(context, typed, stepNamed(typed['step']) ?? steps[0]);
    },
  };
}
