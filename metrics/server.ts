import { createServer, type Server } from 'node:http';

/** What a program tells whoever runs it. */
export interface Inside {
  /** Whether it can do its work, and what it found. */
  readonly ready: () => Promise<{ readonly isReady: boolean; readonly found: object }>;
  /** What it counts, as Prometheus reads it. */
  readonly metrics: () => Promise<{ readonly contentType: string; readonly text: string }>;
}

/**
 * `/health/live`: the process turns. `/health/ready`: it can do its work. `/metrics`: what it counts. A port of its own,
 * bound to loopback unless told otherwise: nobody is asked who he is here, so it is not for the public.
 */
export function healthServer({ ready, metrics }: Inside, host: string, port: number): Promise<Server> {
  const server = createServer((request, response) => {
    const answer = (status: number, contentType: string, text: string) =>
      response.writeHead(status, { 'content-type': contentType }).end(text);
    const json = (status: number, body: object) => answer(status, 'application/json', JSON.stringify(body));
    const pages: Readonly<Record<string, () => Promise<unknown>>> = {
      '/health/live': async () => Promise.resolve(json(200, { live: true })),
      '/health/ready': async () => {
        const { isReady, found } = await ready();
        json(isReady ? 200 : 503, found);
      },
      '/metrics': async () => {
        const { contentType, text } = await metrics();
        answer(200, contentType, text);
      },
    };
    const page = request.method === 'GET' ? pages[request.url ?? ''] : undefined;
    if (page === undefined) json(404, { error: 'not found' });
    else page().catch(() => json(500, { error: 'the look itself failed' }));
  });
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => resolve(server));
  });
}
