/** A mail as what it says; `render` gives it its two forms. No personal data: a reference, a process, dates, a link. */
export interface Letter {
  readonly subject: string;
  readonly heading: string;
  readonly paragraphs: readonly string[];
  /** Facts in a short table: due date, how it was counted, who was asked. */
  readonly facts: readonly { readonly label: string; readonly value: string }[];
  readonly link?: { readonly label: string; readonly url: string };
  /** Where it tells of several cases: one after the other, each with its own link. */
  readonly parts?: readonly Omit<Letter, 'subject' | 'footer' | 'parts'>[];
  /** Why the person gets this and what to do if it is not for them. */
  readonly footer: string;
}

export interface RenderedLetter {
  readonly subject: string;
  readonly text: string;
  readonly html: string;
}

export function render(letter: Letter): RenderedLetter {
  return { subject: letter.subject, text: asText(letter), html: asHtml(letter) };
}

type Part = NonNullable<Letter['parts']>[number];

const blocksOf = ({ heading, paragraphs, facts, link }: Part): string[] => [
  heading,
  ...paragraphs,
  facts.map(({ label, value }) => `${label}: ${value}`).join('\n'),
  link === undefined ? '' : `${link.label}:\n${link.url}`,
];

function asText({ parts = [], footer, ...whole }: Letter): string {
  const blocks = [...blocksOf(whole), ...parts.flatMap((part) => ['----', ...blocksOf(part)]), `--\n${footer}`];
  return `${blocks.filter((block) => block !== '').join('\n\n')}\n`;
}

function asHtml({ heading, paragraphs, facts, link, parts = [], footer }: Letter): string {
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>${escape(heading)}</title></head>
<body style="margin:0;padding:24px;font-family:Arial,sans-serif;font-size:16px;line-height:1.5;color:#0b0c0c;max-width:640px">
<h1 style="font-size:22px;line-height:1.3;margin:0 0 16px">${escape(heading)}</h1>
${bodyOf({ paragraphs, facts, link })}
${parts.map(partAsHtml).join('')}<p style="margin:24px 0 0;padding-top:16px;border-top:1px solid #b1b4b6;font-size:14px;color:#505a5f">${escape(footer)}</p>
</body></html>
`;
}

function bodyOf({ paragraphs, facts, link }: Pick<Letter, 'paragraphs' | 'facts'> & { readonly link: Letter['link'] | undefined }): string {
  const row = ({ label, value }: Letter['facts'][number]) =>
    `<tr><th scope="row" style="text-align:left;vertical-align:top;padding:6px 16px 6px 0">${escape(label)}</th>` +
    `<td style="padding:6px 0">${escape(value)}</td></tr>`;
  return `${paragraphs.map((paragraph) => `<p style="margin:0 0 16px">${escape(paragraph)}</p>`).join('\n')}
${facts.length === 0 ? '' : `<table style="border-collapse:collapse;margin:0 0 16px">${facts.map(row).join('')}</table>`}
${link === undefined ? '' : button(link)}`;
}

const partAsHtml = ({ heading, paragraphs, facts, link }: Part): string =>
  `<h2 style="font-size:18px;line-height:1.3;margin:24px 0 8px;padding-top:16px;border-top:1px solid #b1b4b6">${escape(heading)}</h2>
${bodyOf({ paragraphs, facts, link })}
`;

function button({ label, url }: NonNullable<Letter['link']>): string {
  return (
    `<p style="margin:0 0 16px"><a href="${escape(url)}" style="display:inline-block;padding:10px 16px;background:#1d5b79;` +
    `color:#ffffff;text-decoration:none;font-weight:bold">${escape(label)}</a></p>` +
    `<p style="margin:0 0 16px;font-size:14px;word-break:break-all">Or copy this address: ${escape(url)}</p>`
  );
}

function escape(text: string): string {
  const entities: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };
  return text.replaceAll(/[&<>"']/g, (character) => entities[character] ?? character);
}
