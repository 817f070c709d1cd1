import { createServer, type Server } from 'node:http';
import type { Worker } from '@temporalio/worker';
import type { Store } from '../store';

/**
 * `/health/live`: the process turns. `/health/ready`: it polls for tasks and the database answers.
 * Bound to loopback unless told otherwise.
 */
export function healthServer(worker: Worker, store: Store, host: string, port: number): Promise<Server> {
  const server = createServer((request, response) => {
    const answer = (status: number, body: object) =>
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
    if (request.url === '/health/live') return answer(200, { live: true });
    if (request.url !== '/health/ready') return answer(404, { error: 'not found' });
    const polling = worker.getState() === 'RUNNING';
    store.database.ping().then(
      () => answer(polling ? 200 : 503, { worker: worker.getState(), database: 'answers' }),
      () => answer(503, { worker: worker.getState(), database: 'does not answer' }),
    );
    return response;
  });
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => resolve(server));
  });
}
