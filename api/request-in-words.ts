/** What was asked, in words: for the page of a case and for those that answer it. */
import { formatDate } from '../calendar';
import type { Protocol } from '../config/protocol';
import { askedName } from '../config/protocol-rules';
import type { CaseDocument } from '../store/cases';
import type { RequestContent } from './processes/information-request/content';
import { channels, means } from './processes/information-request/request';

export interface Row {
  readonly key: string;
  readonly text: string;
}

/** What was asked, with names in place of codes; of single tasks only what `seen` has. */
export function requestRows(
  { terms, tasks }: CaseDocument,
  { personName, personDetails, asked, purpose, urgentBecause, justifications }: RequestContent,
  seen: readonly string[],
  protocol: Protocol,
): Row[] {
  const nameOf = (listed: readonly { readonly code: string; readonly name: string }[], code: string | null): string =>
    listed.find((each) => each.code === code)?.name ?? code ?? '';
  const basisOf = (code: string | null): string => {
    const basis = protocol.legalBases.find((each) => each.code === code);
    return basis === undefined ? (code ?? '') : `${basis.name} (${basis.provision})`;
  };
  const ofTasks = tasks.filter(({ id }) => seen.includes(id)).flatMap((task) => [
    { key: `Asked of ${askedName(protocol, task)}`, text: task.categories.map((code) => nameOf(protocol.categories, code)).join('\n') },
    { key: `Why ${askedName(protocol, task)} is asked`, text: justifications[task.id] ?? '' },
  ]);
  const rows: Row[] = [
    { key: 'About whom', text: personName },
    { key: 'More about the person', text: personDetails },
    { key: 'What is asked', text: asked },
    ...ofTasks,
    {
      key: 'How it may be shared',
      text: terms.identifiability === 'anonymised' ? 'Anonymised only: nobody may be named' : 'As personal data',
    },
    { key: 'What it is needed for', text: purpose },
    { key: 'Legal basis', text: [basisOf(terms.legalBasis), basisOf(terms.specialBasis)].filter((text) => text !== '').join('\n') },
    { key: 'Statute', text: nameOf(protocol.statutes, terms.statute) },
    { key: 'How it was asked', text: channels[terms.channel as keyof typeof channels] },
    { key: 'How to answer', text: means[terms.means as keyof typeof means] },
    { key: 'Urgent: needed by', text: terms.neededByOn === null ? '' : formatDate(terms.neededByOn) },
    { key: 'Why it is urgent', text: urgentBecause },
  ];
  return rows.filter(({ text }) => text !== '');
}

export const sizeInWords = (bytes: number): string =>
  bytes < 1024 * 1024 ? `${Math.max(1, Math.round(bytes / 1024))} KB` : `${(bytes / 1024 / 1024).toFixed(1)} MB`;
