/** Answering a task, signed in: the answer and its correction, one that was given otherwise, passing on, and its files. */
import { sendFile } from '../http/downloads';
import { actorOf } from '../http/actor';
import { NotFound } from '../http/refusals';
import type { OnCase, OnTask, Routes } from '../http/routes';
import { mayOnCase, mayOnTask } from '../policy';
import {
  answerForm,
  factsOf,
  passOnForm,
  receivedFacts,
  recordForm,
  type AnswerDependencies,
  type OnTaskForm,
} from './answer-form';
import { recordFile } from '../cases/answer';

const taskPath = '/cases/:ref/tasks/:task';

type Signed = OnTask & OnTaskForm;

export function answerRoutes(routes: Routes, deps: AnswerDependencies): void {
  const { store } = deps;

  const onForm = (context: OnTask): Signed => ({
    ...context,
    by: actorOf(context.request, 'page', deps),
    sender: context.account._id,
    base: `/cases/${context.document._id}/tasks/${context.task.id}`,
  });
  /** A closed case has nothing to answer; what was typed before is shown even then: it is the only copy. */
  const unlessEnded = (show: (context: Signed) => Promise<void>) => async (context: OnTask) => {
    const { document, request, response } = context;
    if (document.ended && request.typed === undefined) response.redirect(303, `/cases/${document._id}`);
    else await show(onForm(context));
  };

  const answer = answerForm<Signed>(deps);
  routes.onTask(`${taskPath}/answer`, 'answer-task', {
    get: unlessEnded(answer.get),
    post: async (context) => answer.post(onForm(context)),
  });

  const record = recordForm<Signed>(
    ({ account, document }) => (mayOnCase(account, 'see-content', document) ? 'requester' : 'holder'),
    deps,
  );
  routes.onTask(`${taskPath}/record-answer`, 'record-answer', {
    get: unlessEnded(record.get),
    post: async (context) => record.post(onForm(context)),
  });

  const passOn = passOnForm<Signed>(deps);
  routes.onTask(`${taskPath}/pass-on`, 'pass-task-on', {
    get: unlessEnded(passOn.get),
    post: async (context) => passOn.post(onForm(context)),
  });

  routes.onTask(`${taskPath}/received`, 'record-answer', {
    get: async (context) => {
      const { document, task, response } = context;
      const received = await store.answers.ofTask(document._id, task);
      if (received === null) response.redirect(303, `/cases/${document._id}`);
      else response.render('pages/received.njk', await receivedFacts(onForm(context), received, deps));
    },
  });
  routes.onTask(`${taskPath}/question`, 'answer-task', {
    get: (context) => context.response.render('answers/question.njk', factsOf(onForm(context), null, deps)),
  });

  routes.onCase('/cases/:ref/files/:file', 'see-case', {
    get: async (context) => {
      const { request, response, document } = context;
      const { file, task } = await fileOnCase(context, String(request.params['file']), deps);
      await recordFile({ document, task, by: actorOf(request, 'page', deps) }, 'file-downloaded', file.id, deps);
      await sendFile(response, file, document.key, store.files);
    },
  });
}

/**
 * A file of a task, for whom the policy lets see what is in the task: part of an answer, or sent by whoever asks and
 * not used yet.
 * @throws NotFound
 */
export async function fileOnCase(
  { document, account }: Pick<OnCase, 'document' | 'account'>,
  id: string,
  { store }: Pick<AnswerDependencies, 'store'>,
) {
  const file = await store.files.get(id, document._id, document.key);
  const task = document.tasks.find((each) => each.id === file?.task);
  if (file === null || task === undefined || !mayOnTask(account, 'see-task-content', document, task)) throw new NotFound();
  if (file.sender !== account._id && !(await isAnswered(document._id, task.id, id, { store }))) throw new NotFound();
  return { file, task };
}

/** Whether a file is part of an answer of the task, also of one that was corrected since. */
export async function isAnswered(
  caseRef: string,
  task: string,
  file: string,
  { store }: Pick<AnswerDependencies, 'store'>,
): Promise<boolean> {
  const answers = await store.answers.of(caseRef);
  return answers.some((answer) => answer.task === task && answer.files.includes(file));
}
