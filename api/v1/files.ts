/** Files of answers: sent before the answer that names them, and had by whoever may see what is in it. */
import { z } from 'zod';
import { sendFile } from '../http/downloads';
import type { Limits } from '../http/limits';
import { Invalid, NotFound } from '../http/refusals';
import { Uploads } from '../http/uploads';
import { fileOnCase } from '../pages/answers';
import { answerFiles, recordFile } from '../cases/answer';
import { route, type ApiDependencies, type ApiRoute } from './route';

const filesSchema = z
  .object({
    files: z.array(
      z.object({
        id: z.uuid().meta({ description: 'To be named in the answer' }),
        name: z.string(),
        bytes: z.int(),
        sha256: z.string().meta({ description: 'Of the content, in hexadecimal' }),
      }),
    ),
  })
  .meta({ id: 'SentFiles' });

export const fileRoutes = (deps: ApiDependencies, limits: Limits): readonly ApiRoute[] => {
  const { store } = deps;
  // No other site can make a browser send the token of the API, so no page has to vouch for what comes.
  const uploads = new Uploads({ ...deps, limits }, () => true);
  return [
    route({
      method: 'post',
      path: '/cases/:ref/tasks/:task/files',
      access: 'answer-task',
      scope: 'answers:write',
      summary: 'Send files for an answer',
      description: 'They become part of the answer that names their ids; those that none names go after a day.',
      takes: 'files',
      answers: { 201: ['The files are stored', filesSchema] },
      handle: async ({ request, document, task, account, by }) => {
        const place = { ...answerFiles({ document, task, sender: account._id }), key: document.key };
        const record = (id: string) => recordFile({ document, task, by }, 'file-stored', id, deps);
        const taken = await uploads.take(request, { input: 'files', record, ...place });
        if (taken.length === 0) {
          throw new Invalid([{ field: 'files', message: 'No file was sent: send each in a part called files' }]);
        }
        const files = taken.map(({ id, name, bytes, sha256 }) => ({ id, name, bytes, sha256 }));
        return { status: 201, body: { files } };
      },
    }),
    route({
      method: 'get',
      path: '/cases/:ref/tasks/:task/files/:file',
      access: 'see-task-content',
      scope: 'content:read',
      summary: 'A file of an answer',
      parameters: { file: ['The id of the file', '0b6f3f0e-5d0c-4f0e-9a53-2f4b8a1d7c11'] },
      answers: { 200: ['The file', 'file'] },
      handle: async ({ request, document, account, task, by }) => {
        const found = await fileOnCase({ document, account }, String(request.params['file']), deps);
        if (found.task.id !== task.id) throw new NotFound();
        const { file } = found;
        await recordFile({ document, task, by }, 'file-downloaded', file.id, deps);
        return { status: 200, body: (response) => sendFile(response, file, document.key, store.files) };
      },
    }),
  ];
};
