/**
 * A document as an accessible PDF (PDF/UA): tagged in reading order, with title and language, and fonts within it. It is
 * made while it is read, and kept nowhere.
 */
import PDFDocument from 'pdfkit';
import type { Block, BlockDocument } from './blocks';

const language = 'en-GB';
const margin = 56;
const footHeight = 24;
/** Complete in Latin, Greek and Cyrillic: the fonts that every PDF reader has cannot write all the names of a town. */
const fonts = {
  regular: require.resolve('dejavu-fonts-ttf/ttf/DejaVuSans.ttf'),
  bold: require.resolve('dejavu-fonts-ttf/ttf/DejaVuSans-Bold.ttf'),
};
const headingSizes = { 1: 20, 2: 15, 3: 12 } as const;
const bodySize = 10;
const rule = '#1d4f5c';

type Structure = ReturnType<PDFKit.PDFDocument['struct']>;
type Tag = Parameters<PDFKit.PDFDocument['struct']>[0];

/** @param madeAt when it was made, as it says of itself */
export function pdfOf({ title, foot, blocks }: BlockDocument, madeAt: Date): PDFKit.PDFDocument {
  const pdf = new PDFDocument({
    size: 'A4',
    margins: { top: margin, left: margin, right: margin, bottom: margin + footHeight },
    pdfVersion: '1.7',
    subset: 'PDF/UA' as PDFKit.Mixins.PDFSubsets,
    tagged: true,
    displayTitle: true,
    lang: language,
    info: { Title: title, CreationDate: madeAt, ModDate: madeAt, Producer: 'Concordat', Creator: 'Concordat' },
    autoFirstPage: false,
    // How many pages there are, each says at its foot.
    bufferPages: true,
  });
  pdf.addPage();
  const whole = pdf.struct('Document');
  pdf.addStructure(whole);
  if (!(JSON.stringify(blocks).match(beyondAscii) ?? []).every(hasShape)) {
    write(pdf, whole, 'P', 'Some characters have no shape in this document: each stands here as its Unicode number, such as [U+65E5]. The page in Concordat shows them.', { font: 'bold' });
  }
  for (const [index, block] of blocks.entries()) {
    keepTogether(pdf, heightOfBeginning(pdf, blocks.slice(index)));
    writeBlock(pdf, whole, block);
  }
  whole.end();
  const { count } = pdf.bufferedPageRange();
  for (let page = 0; page < count; page += 1) {
    pdf.switchToPage(page);
    writeFoot(pdf, `${foot}. Page ${page + 1} of ${count}`);
  }
  pdf.end();
  return pdf;
}

/** Not part of what is read aloud. */
function writeFoot(pdf: PDFKit.PDFDocument, text: string): void {
  const { page } = pdf;
  page.margins.bottom = 0;
  pdf.markContent('Artifact', { type: 'Pagination', attached: ['Bottom'] });
  pdf.save().font(fonts.regular).fontSize(8).fillColor('#505a5f');
  pdf.text(text, margin, page.height - margin, { width: page.width - 2 * margin, lineBreak: false, ellipsis: true });
  pdf.restore();
  pdf.endMarkedContent();
}

/** Goes to the next page where so much would not stand on this one: a name stays with the beginning of what it is the name of. */
function keepTogether(pdf: PDFKit.PDFDocument, height: number): void {
  if (pdf.y + height > pdf.page.height - pdf.page.margins.bottom) pdf.addPage();
}

function writeBlock(pdf: PDFKit.PDFDocument, parent: Structure, block: Block): void {
  switch (block.kind) {
    case 'heading': {
      pdf.moveDown(block.level === 1 ? 0 : 0.8);
      write(pdf, parent, `H${block.level}`, block.text, { font: 'bold', size: headingSizes[block.level] });
      return;
    }
    case 'paragraph':
      write(pdf, parent, 'P', block.text);
      return;
    case 'notice': {
      const part = under(pdf, parent, 'Div');
      write(pdf, part, 'P', block.title, { font: 'bold' });
      writeList(pdf, part, block.lines, 'bold');
      part.end();
      return;
    }
    case 'list':
      writeList(pdf, parent, block.items);
      return;
    case 'facts':
      writeFacts(pdf, parent, block.rows);
      return;
    case 'table':
      writeTable(pdf, parent, block);
  }
}

/** A part of the document's structure, open for what is written into it. */
function under(pdf: PDFKit.PDFDocument, parent: Structure, tag: Tag): Structure {
  const part = pdf.struct(tag);
  parent.add(part);
  return part;
}

function write(
  pdf: PDFKit.PDFDocument,
  parent: Structure,
  tag: Tag,
  text: string,
  { font = 'regular', size = bodySize, gap = 6, indent = 0 }: { font?: keyof typeof fonts; size?: number; gap?: number; indent?: number } = {},
): void {
  const part = under(pdf, parent, tag);
  pdf.font(fonts[font]).fontSize(size).fillColor('black');
  const content = pdf.markStructureContent(tag);
  // The space at the end keeps the last word apart from the next for whoever listens.
  pdf.text(`${printable(text)} `, margin + indent, pdf.y, {
    width: pdf.page.width - 2 * margin - indent,
    paragraphGap: gap,
    lineGap: 2,
  });
  pdf.endMarkedContent();
  // Not before it is written: only then it is known on which pages it stands.
  part.add(content);
  part.end();
}

function writeList(pdf: PDFKit.PDFDocument, parent: Structure, items: readonly string[], font: keyof typeof fonts = 'regular'): void {
  const list = under(pdf, parent, 'L');
  for (const item of items) {
    const entry = under(pdf, list, 'LI');
    write(pdf, entry, 'LBody', `• ${item}`, { font, gap: 3, indent: 10 });
    entry.end();
  }
  list.end();
  pdf.moveDown(0.4);
}

function writeFacts(pdf: PDFKit.PDFDocument, parent: Structure, rows: readonly { readonly key: string; readonly text: string }[]): void {
  for (const { key, text } of rows) {
    keepTogether(pdf, heightOfRow);
    const part = under(pdf, parent, 'Div');
    write(pdf, part, 'P', key, { font: 'bold', gap: 1 });
    write(pdf, part, 'P', text);
    part.end();
  }
}

function writeTable(pdf: PDFKit.PDFDocument, parent: Structure, { caption, head, rows }: Extract<Block, { kind: 'table' }>): void {
  write(pdf, parent, 'P', caption, { font: 'bold', gap: 3 });
  if (rows.some((row) => heightOfCells(pdf, row) > innerHeight(pdf) / 2)) {
    // A cell ends with its page, and what does not stand on that would be left out: each row is written below the other instead.
    for (const row of rows) writeFacts(pdf, parent, head.map((key, index) => ({ key, text: row[index] ?? '' })));
    pdf.moveDown(0.8);
    return;
  }
  pdf.font(fonts.regular).fontSize(bodySize - 1);
  pdf.x = margin;
  const cell = (text: string) => ({ text: `${printable(text)} ` });
  const heading = (text: string) => ({ ...cell(text), type: 'TH' as const, font: { src: fonts.bold } });
  pdf.table({
    structParent: parent,
    defaultStyle: { padding: 4, border: { bottom: 0.5, top: 0, left: 0, right: 0 }, borderColor: rule },
    data: [
      head.map((text) => ({ ...heading(text), scope: 'Column' as const })),
      ...rows.map((row) => row.map((text, index) => (index === 0 ? { ...heading(text), scope: 'Row' as const } : cell(text)))),
    ],
  } as never);
  pdf.x = margin;
  pdf.moveDown(0.8);
}

/** A key, and the first lines of what it is the key of. */
const heightOfRow = bodySize * 4;

/** How high that is which has to stand with the beginning of the first of some blocks: of a heading, what it is the heading of. */
function heightOfBeginning(pdf: PDFKit.PDFDocument, [block, ...after]: readonly Block[]): number {
  const width = pdf.page.width - 2 * margin;
  switch (block?.kind) {
    case undefined:
      return 0;
    case 'heading': {
      const size = headingSizes[block.level];
      return pdf.font(fonts.bold).fontSize(size).heightOfString(printable(block.text), { width }) + size * 1.5 + heightOfBeginning(pdf, after);
    }
    case 'paragraph':
    case 'list':
      return bodySize * 3;
    case 'notice':
      return bodySize * 5;
    case 'facts':
      return heightOfRow;
    case 'table': {
      // The caption with the head and the first row, as far as these fit on a page.
      return Math.min(bodySize * 3 + heightOfCells(pdf, block.head) + heightOfCells(pdf, block.rows[0] ?? block.head), innerHeight(pdf) / 2);
    }
  }
}

/** How high a row of a table is: its highest cell, of columns that are all as wide. */
function heightOfCells(pdf: PDFKit.PDFDocument, cells: readonly string[]): number {
  const width = (pdf.page.width - 2 * margin) / cells.length - 8;
  pdf.font(fonts.bold).fontSize(bodySize - 1);
  return Math.max(0, ...cells.map((text) => pdf.heightOfString(printable(text), { width }))) + 10;
}

const innerHeight = ({ page }: PDFKit.PDFDocument): number => page.height - page.margins.top - page.margins.bottom;

/** What the fonts have no shape for: they would leave it out without a word, and a name with it. */
const hasShape = (character: string): boolean =>
  /\p{C}/u.test(character) || shapes().every((font) => font.hasGlyphForCodePoint(character.codePointAt(0) ?? 0));

/** What pdfkit has read of a font; its types do not tell of it. */
interface Shapes {
  hasGlyphForCodePoint(codePoint: number): boolean;
}
let known: readonly Shapes[] | undefined;
function shapes(): readonly Shapes[] {
  if (known !== undefined) return known;
  const pdf = new PDFDocument({ autoFirstPage: false });
  known = Object.values(fonts).map((font) => (pdf.font(font) as unknown as { readonly _font: { readonly font: Shapes } })._font.font);
  return known;
}

/** Without what is no character to be shown; line ends as one; what has no shape by its number. */
const printable = (text: string): string =>
  text
    .replaceAll(/\r\n?/g, '\n')
    .replaceAll('\t', '    ')
    .replaceAll(/[^\P{C}\n]/gu, '')
    .replaceAll(beyondAscii, (character) => (hasShape(character) ? character : numberOf(character)));

const beyondAscii = /\P{ASCII}/gu;

const numberOf = (character: string): string => `[U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}]`;
