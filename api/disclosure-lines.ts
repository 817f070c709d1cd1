/** How a line of the disclosure register reads, wherever it is shown. */
import type { identifiabilities, Protocol } from '../config/protocol';
import { askedName, partnerByCode, partnerName } from '../config/protocol-rules';
import type { Disclosure } from '../store/disclosures';
import { markings, means } from './cases/codes';

/** A line in words: codes that the protocol file no longer has stay codes, as the register outlives its versions. */
export function lineInWords(line: Disclosure, protocol: Protocol) {
  const { marking, notToBePassedOn, notToBeRevealed } = line.handling;
  const basis = (code: string | null): string | null => {
    if (code === null) return null;
    const known = protocol.legalBases.find((each) => each.code === code);
    return known === undefined ? code : `${known.name} (${known.provision})`;
  };
  const toTeams = line.to.teams.map((team) => partnerByCode(protocol, line.to.partner)?.teams.find(({ code }) => code === team)?.name ?? team);
  return {
    caseRef: line.caseRef,
    disclosedAt: line.disclosedAt,
    from: askedName(protocol, line.from),
    to: [partnerName(protocol, line.to.partner), ...toTeams].join(', '),
    categories: line.categories.map((code) => protocol.categories.find((each) => each.code === code)?.name ?? code),
    inFull: line.inFull,
    identifiability: identifiabilityNames[line.identifiability],
    legalBasis: basis(line.legalBasis),
    specialBasis: basis(line.specialBasis),
    statute: protocol.statutes.find(({ code }) => code === line.statute)?.name ?? line.statute,
    means: nameIn(means, line.means),
    handling: [
      ...(marking === 'none' ? [] : [nameIn(markings, marking)]),
      ...(notToBePassedOn ? ['Not to be passed on'] : []),
      ...(notToBeRevealed ? ['Not to be revealed to the person'] : []),
    ],
    correctedBy: line.correctedBy,
    /** The number of that answer among those to the task. */
    correctedByVersion: line.correctedBy?.split('/').at(-1),
  };
}

const nameIn = (names: Readonly<Record<string, string>>, code: string): string =>
  Object.hasOwn(names, code) ? (names[code] ?? code) : code;

const identifiabilityNames: Readonly<Record<(typeof identifiabilities)[number], string>> = {
  personal: 'Personal data',
  anonymised: 'Anonymised',
};
