/**
 * What came of an action of the plan, said by the link of its mail: whoever was given one has often no account here. The
 * link shows the one action that it is bound to, after a one-time code, and takes nothing once that is on record.
 */
import type { z } from 'zod';
import { londonDateOf } from '../../../calendar';
import { partnerName } from '../../../config/protocol-rules';
import { isDuty } from '../../../workflows/shared/duties';
import { numberOf } from '../../../store/cases';
import { recordView } from '../../case-content';
import type { CaseDependencies } from '../../cases/dependencies';
import type { WebDependencies } from '../../dependencies';
import { dateInputIn, dateOfParts } from '../../forms/fields';
import { handlersOf } from '../../forms/form';
import { heldOf, typedOf } from '../../http/held';
import type { Limits } from '../../http/limits';
import { Invalid, NotFound, Refusal } from '../../http/refusals';
import type { OnAnything, Routes } from '../../http/routes';
import { linkDoor, type OnLink } from '../../pages/links';
import { actionSchema, outcomeOf, readOutcome, settleAction, settledOf } from './acts';

type Dependencies = WebDependencies & CaseDependencies;

export function actionLinks(routes: Routes, deps: Dependencies, limits: Limits): void {
  const { store, clock, protocol } = deps;
  const door = linkDoor(deps);

  /** @throws NotFound for the link of something else */
  const find = async (context: OnAnything): Promise<OnLink> => {
    const onLink = await door.find(context);
    const { link, document, task } = onLink;
    if (!isDuty(link.task, 'action')) throw new NotFound();
    // Of two outcomes that were recorded in the same instant, the action of this id can be somebody else's.
    const outcome = outcomeOf(document, await store.audit.of(document._id));
    const owner = outcome?.actions.find(({ id }) => id === link.task)?.owner;
    if (owner !== undefined && owner !== task.partner) throw new NotFound();
    return onLink;
  };

  const form = handlersOf<OnLink, z.output<ReturnType<typeof actionSchema>>>({
    view: 'asb-case-review/action-by-link.njk',
    fields: { result: () => 'result', on: (typed) => dateInputIn(typed, 'on'), text: () => 'text' },
    schema: ({ link }: OnLink) => actionSchema(londonDateOf(clock.now())).transform((given) => ({ ...given, action: link.task })),
    read: (typed) => ({ action: 'action-0', result: typed['result'], on: dateOfParts(typed, 'on'), text: typed['text'] }),
    present: async (onLink) => {
      const { document, link, by, base, task } = onLink;
      const outcome = outcomeOf(document, await store.audit.of(document._id));
      const index = outcome?.actions.findIndex(({ id }) => id === link.task) ?? -1;
      const action = outcome?.actions[index];
      const shown = { caseRef: document._id, base, asked: partnerName(protocol, task.partner), opener: document.openedBy.partner };
      // What it is, is for whoever has given a code; what was typed is shown without one, by whom it was.
      if (outcome === null || action === undefined || !door.isOpen(onLink)) return shown;
      await recordView(document, by, [link.task.replace('-', '/')], deps);
      return { ...shown, number: action.number, dueOn: action.dueOn, what: readOutcome(document, outcome, store).actions[index] ?? '' };
    },
    submit: async (context, given, submissionId) => {
      const { document, link, by, base, request } = context;
      await limits.count('posts', link._id);
      try {
        await settleAction({ ...given, document, by, submissionId, account: null }, deps);
      } catch (error) {
        if (!(error instanceof Refusal) || error instanceof Invalid || error.status !== 409) throw error;
        await form.show(context, { ...typedOf(request.body), submissionId: '' }, [], error);
        return null;
      }
      return `${base}/settled`;
    },
  });

  routes.onLink('/t/:token/action', find, {
    get: async (context) => {
      const why = door.whyDead(context);
      const { typed } = context.request;
      if (why !== null) {
        // What was typed before is shown all the same: it is the only copy.
        if (typed === undefined) throw why;
        await form.show(context, typed, [], why);
      } else if (door.isOpen(context)) await form.get(context);
      else context.response.redirect(303, context.base);
    },
    post: async (context) => {
      // What was sent before comes to the same; anything else is refused there, with what was typed.
      const why = door.whyDead(context);
      if (door.isOpen(context)) await form.post(context);
      else if (why !== null) await form.show(context, typedOf(context.request.body), [], why);
      else {
        context.request.held = heldOf(context.request) ?? undefined;
        await door.showLanding(context);
      }
    },
  });

  routes.onLink('/t/:token/settled', find, {
    get: async (context) => {
      const { document, link, duty, response, base } = context;
      const settled = door.isOpen(context) ? settledOf(await store.audit.of(document._id), link.task) : null;
      if (settled === null || duty === undefined) response.redirect(303, base);
      else response.render('asb-case-review/action-settled.njk', { caseRef: document._id, number: numberOf(duty), opener: document.openedBy.partner, settled });
    },
  });
}
