/** Sending files: always to be saved, never to be shown, since what is in them was made by others. */
import { once } from 'node:events';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Response } from 'express';
import type { WrappedKey } from '../../store/content';
import type { Files, StoredFile } from '../../store/files';

/**
 * Sends a file. The act must be on record by then. Whoever goes away in the middle ends the reading, too.
 *
 * @throws ContentUnreadable for a file that is damaged at its beginning; one that is damaged further in is broken off
 */
export async function sendFile(response: Response, file: StoredFile, key: WrappedKey, files: Files): Promise<void> {
  const content = files.open(file, file.caseRef, key);
  // Until the first segment was found to be whole, an error can still be told in a page.
  await once(content, 'readable');
  response
    .attachment(file.name)
    .set({
      'Content-Type': 'application/octet-stream',
      'Content-Length': String(file.bytes),
      'Content-Security-Policy': "default-src 'none'; sandbox",
      'X-Content-Type-Options': 'nosniff',
      'Cache-Control': 'no-store',
    });
  if (response.req.method === 'HEAD') {
    content.destroy();
    response.end();
    return;
  }
  try {
    await pipeline(content, response);
  } catch (error) {
    if (!goneAway.has((error as NodeJS.ErrnoException).code)) throw error;
  }
}

/** Sends a document that is made while it is sent, and kept nowhere. The act must be on record by then. */
export async function sendPdf(response: Response, pdf: Readable, name: string): Promise<void> {
  response.attachment(name).set({
    'Content-Type': 'application/pdf',
    'X-Content-Type-Options': 'nosniff',
    'Cache-Control': 'no-store',
  });
  try {
    await pipeline(pdf, response);
  } catch (error) {
    if (!goneAway.has((error as NodeJS.ErrnoException).code)) throw error;
  }
}

/** What a stream says when the other side has closed the connection. */
const goneAway: ReadonlySet<string | undefined> = new Set(['ERR_STREAM_PREMATURE_CLOSE', 'ERR_STREAM_UNABLE_TO_PIPE']);
