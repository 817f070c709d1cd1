import type { IsoDate, IsoInstant } from '../config/clock';
import { partnerName } from '../config/protocol-rules';
import type { Dependencies } from './dependencies';
import { render, type RenderedLetter } from '../mail';
import {
  answerReceivedLetter,
  chaseLetter,
  escalationLetter,
  notDeliveredLetter,
  requestLetter,
  type RequestFacts,
} from '../mail/letters/information-request';
import type { AnswerDocument } from '../store/answers';
import type { CaseDocument, CaseTask } from '../store/cases';
import type { Notice, Recipient } from '../workflows/shared/contract';

/** The letter of a notice to one of its recipients, from what is true now. */
export async function composeNotice(
  { notice, to, document, task, answer, now }: {
    readonly notice: Notice;
    readonly to: Recipient;
    readonly document: CaseDocument;
    readonly task: CaseTask;
    readonly answer: AnswerDocument | null;
    readonly now: IsoInstant;
  },
  { store, protocol, publicUrl }: Dependencies,
): Promise<RenderedLetter> {
  const answersByLink = to !== 'requester' && to !== 'csp-manager';
  const plan = task.plans.at(-1);
  if (plan?.dueOn === undefined) throw new Error(`${document._id} ${task.id} has no plan with a due date.`);
  const facts: RequestFacts = {
    caseRef: document._id,
    askedBy: partnerName(protocol, document.openedBy.partner),
    asked: partnerName(protocol, task.partner),
    plan: { ...plan, dueOn: plan.dueOn satisfies IsoDate },
    now,
    url: answersByLink
      ? `${publicUrl}/t/${await store.links.issue(document._id, task.id, task.linkGeneration)}`
      : `${publicUrl}/cases/${document._id}`,
  };
  if (notice.step === 'request') return render(requestLetter(facts));
  if (notice.step.startsWith('not-delivered')) return render(notDeliveredLetter(facts));
  switch (to) {
    case 'requester':
      return render(answerReceivedLetter(facts, answer?.receivedAt ?? now));
    case 'csp-manager':
      return render(escalationLetter(facts));
    case 'spoc':
    case 'deputy':
    case 'governance-lead':
      return render(chaseLetter(facts, to));
  }
}
