/** A document as an accessible PDF: what it says, in which order, and how a screen reader finds its way in it. */
import { buffer } from 'node:stream/consumers';
import type { Block } from '../../api/documents/blocks';
import { pdfOf } from '../../api/documents/pdf';
import { readPdf, type ReadPdf } from '../support/read-pdf';

const read = async (blocks: readonly Block[]): Promise<ReadPdf> =>
  readPdf(await buffer(pdfOf({ title: 'A pack', foot: 'CR-2026-0001, for the panel', blocks }, new Date('2026-04-09T09:00:00Z'))));

test('says its title, its language and that it is tagged', async () => {
  expect(await read([{ kind: 'heading', level: 1, text: 'A pack' }])).toMatchObject({
    title: 'A pack',
    language: 'en-GB',
    isTagged: true,
    pages: [{ tags: ['Document H1'] }],
  });
});

test('each block has its tag, in the order of the blocks', async () => {
  const { pages } = await read([
    { kind: 'heading', level: 1, text: 'All' },
    { kind: 'notice', title: 'Handling conditions', lines: ['Not to be passed on'] },
    { kind: 'table', caption: 'At a glance', head: ['Partner', 'Answer'], rows: [['Essex Police', 'Holds']] },
    { kind: 'heading', level: 2, text: 'Essex Police' },
    { kind: 'facts', rows: [{ key: 'Information', text: 'Two calls' }] },
    { kind: 'list', items: ['One'] },
    { kind: 'paragraph', text: 'The end' },
  ]);
  expect(pages[0]?.tags).toEqual([
    'Document H1',
    'Document Div P',
    'Document Div L LI LBody',
    'Document P',
    'Document Table TR TH',
    'Document Table TR TH',
    'Document Table TR TH',
    'Document Table TR TD',
    'Document H2',
    'Document Div P',
    'Document Div P',
    'Document L LI LBody',
    'Document P',
  ]);
  const said = ['All', 'Handling conditions', 'Not to be passed on', 'At a glance', 'Holds', 'Two calls', 'One', 'The end'];
  const places = said.map((text) => pages[0]?.text.indexOf(text) ?? -1);
  expect(places).toEqual(places.toSorted((a, b) => a - b));
  expect(places).not.toContain(-1);
});

test('what runs over several pages is tagged on each, and every page has its foot', async () => {
  const text = Array.from({ length: 130 }, (_, index) => `Entry ${index + 1}.`).join('\n');
  const { pages } = await read([{ kind: 'paragraph', text }]);
  expect(pages.length).toBeGreaterThan(2);
  pages.forEach((page, index) => {
    expect(page.tags).toEqual(['Document P']);
    expect(page.text).toContain(`CR-2026-0001, for the panel. Page ${index + 1} of ${pages.length}`);
  });
  expect(pages.map((page) => page.text).join('')).toContain('Entry 130.');
});

test.each<[string, Block, string]>([
  ['a table', { kind: 'table', caption: 'At a glance', head: ['Partner', 'Answer'], rows: [['Essex Police', 'Holds '.repeat(90)]] }, 'Essex Police'],
  ['facts', { kind: 'facts', rows: [{ key: 'Information', text: 'Two calls' }] }, 'Two calls'],
  ['a list', { kind: 'list', items: ['One', 'Two'] }, 'One'],
])('a heading is not left alone at the foot of a page: before %s', async (_, block, beginning) => {
  // However much of the page is taken before it.
  for (let lines = 30; lines < 37; lines += 1) {
    const text = Array.from({ length: lines }, (__, index) => `Entry ${index + 1}.`).join('\n');
    const { pages } = await read([{ kind: 'paragraph', text }, { kind: 'heading', level: 2, text: 'The heading' }, block]);
    const page = pages.find((each) => each.text.includes('The heading'));
    expect([lines, page?.text]).toEqual([lines, expect.stringContaining(beginning)]);
  }
});

test('of a table with a cell that is higher than a page nothing is left out', async () => {
  const action = Array.from({ length: 300 }, (_, index) => `Word${index + 1}`).join(' ');
  const { pages } = await read([{ kind: 'table', caption: 'Action plan', head: ['Action', 'Who', 'By'], rows: [[action, 'Peabody', '4 May 2026'], ['Repair', 'Thurrock', '5 May 2026']] }]);
  const text = pages.map((page) => page.text).join(' ');
  for (const said of ['Action plan', 'Word1 ', 'Word150', 'Word300', 'Peabody', '5 May 2026']) expect([said, text.includes(said)]).toEqual([said, true]);
});

test('writes names of other alphabets, and leaves out what is no character', async () => {
  const { pages } = await read([{ kind: 'paragraph', text: 'Łucja Ğüler, Ελένη, Ольга\u0007\u202e\r\nnext' }]);
  expect(pages[0]?.text).toContain('Łucja Ğüler, Ελένη, Ольга');
  expect(pages[0]?.text).toContain('next');
  for (const unwanted of ['\u0007', '\u202e']) expect(pages[0]?.text).not.toContain(unwanted);
});

test('what the fonts have no shape for is not left out: it stands by its number, and the reader is told', async () => {
  const { pages } = await read([{ kind: 'facts', rows: [{ key: 'Name', text: 'Zoë 山 Example' }] }]);
  expect(pages[0]?.text).toContain('Zoë [U+5C71] Example');
  expect(pages[0]?.text).toContain('Some characters have no shape in this document');
  const plain = await read([{ kind: 'paragraph', text: 'Zoë Żółć Ελένη' }]);
  expect(plain.pages[0]?.text).not.toContain('Some characters');
});
