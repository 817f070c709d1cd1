/** What an FOI or EIR request holds: what was written sealed under its case, the rest in codes and dates. */
import { accessGround, accessGrounds, allowsNeither, type AccessRegime } from '../../../config/access-grounds';
import type { IsoDate } from '../../../config/clock';
import type { ClockId } from '../../../config/policy';
import type { Store } from '../../../store';
import type { CaseDocument } from '../../../store/cases';
import type { GroundChoice } from '../../applicant-requests/kind';

/** By which law the request is answered. */
export const regimes: Readonly<Record<AccessRegime, string>> = {
  foi: 'Freedom of Information Act 2000',
  eir: 'Environmental Information Regulations 2004',
};

export const clockOf = { foi: 'freedom-of-information', eir: 'environmental-information' } as const satisfies Record<AccessRegime, ClockId>;

export interface InformationAccessTerms {
  readonly regime: AccessRegime;
  /** The day, in London, on which the request was received. */
  readonly receivedOn: IsoDate;
}

/** Sealed in the case under the field `request`. */
export interface InformationAccessContent {
  /** Who asks; empty where an EIR request names nobody. No originator is shown it. */
  readonly applicant: string;
  readonly contact: string;
  readonly asked: string;
  /** What each item of the opening is, by its id. */
  readonly items: Readonly<Record<string, string>>;
}

export const termsOf = ({ terms }: Pick<CaseDocument, 'terms'>): InformationAccessTerms => terms as unknown as InformationAccessTerms;

/** @throws ContentUnreadable */
export function readInformationAccess({ _id, key, content }: CaseDocument, { cipher }: Pick<Store, 'cipher'>): InformationAccessContent {
  return JSON.parse(cipher.open(key, _id, 'request', content['request'] ?? '')) as InformationAccessContent;
}

/** The exemptions of FOIA, or the exceptions of the EIR, as the form offers them. */
export function groundsOf(document: Pick<CaseDocument, 'terms'>): GroundChoice[] {
  const { regime } = termsOf(document);
  return Object.entries(accessGrounds[regime]).map(([value, { provision, name, isQualified }]) => ({
    value,
    text: `${provision.charAt(0).toUpperCase()}${provision.slice(1)}: ${name}`,
    isQualified,
    allowsNeither: allowsNeither(regime, value),
  }));
}

/** As a refusal notice and an originator read them: "section 31 (Law enforcement)". */
export const groundsInWords = (document: Pick<CaseDocument, 'terms'>, codes: readonly string[]): string =>
  codes
    .map((code) => accessGround(termsOf(document).regime, code))
    .filter((ground) => ground !== undefined)
    .map(({ provision, name }) => `${provision} (${name})`)
    .join('; ');
