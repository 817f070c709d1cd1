import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { projectRoot } from '../../config/root';

/** What a reader for the blind gets of a PDF. */
export interface ReadPdf {
  readonly title: string;
  readonly language: string;
  readonly isTagged: boolean;
  readonly pages: readonly {
    readonly text: string;
    /** The tags of the page in reading order: "Document H1", "Document Table TR TH". */
    readonly tags: readonly string[];
  }[];
}

// In a process of its own: pdf.js is an ES module, which jest does not load.
const script = `
  import { readFileSync } from 'node:fs';
  import { getDocumentProxy } from 'unpdf';
  const pdf = await getDocumentProxy(new Uint8Array(readFileSync(process.argv[1])), { verbosity: 0 });
  const tagsOf = (node, above) => {
    const here = node.role === undefined || node.role === 'Root' ? above : [...above, node.role];
    const below = (node.children ?? []).filter((child) => child.role !== undefined);
    return [...(below.length === 0 && here.length > 0 ? [here.join(' ')] : []), ...below.flatMap((child) => tagsOf(child, here))];
  };
  const { info } = await pdf.getMetadata();
  const pages = [];
  for (let number = 1; number <= pdf.numPages; number += 1) {
    const page = await pdf.getPage(number);
    const { items } = await page.getTextContent();
    pages.push({
      text: items.map(({ str, hasEOL }) => str + (hasEOL ? '\\n' : '')).join(''),
      tags: tagsOf((await page.getStructTree()) ?? {}, []),
    });
  }
  const isTagged = (await pdf.getMarkInfo())?.Marked === true;
  process.stdout.write(JSON.stringify({ title: info.Title, language: info.Language, isTagged, pages }));
`;

/** Reads a PDF as a browser does. */
export async function readPdf(pdf: Buffer): Promise<ReadPdf> {
  const folder = mkdtempSync(join(tmpdir(), 'concordat-pdf-'));
  const file = join(folder, 'read.pdf');
  writeFileSync(file, pdf);
  try {
    const options = { cwd: projectRoot, maxBuffer: 100_000_000 };
    const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '-e', script, file], options);
    return JSON.parse(stdout) as ReadPdf;
  } finally {
    rmSync(folder, { recursive: true });
  }
}
