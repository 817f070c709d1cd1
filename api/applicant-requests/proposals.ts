/**
 * What the disclosure register proposes as items: what others gave to this partner in cases in which the person is named. Found
 * for whoever may look for a person, and on record each time.
 */
import { partnerName } from '../../config/protocol-rules';
import { answerKey } from '../../store/answers';
import type { Disclosure } from '../../store/disclosures';
import type { WebDependencies } from '../dependencies';
import { lineInWords } from '../disclosures';
import { actorOf } from '../http/actor';
import type { Typed } from '../http/held';
import { Invalid } from '../http/refusals';
import type { SignedIn } from '../http/routes';
import { may } from '../policy';
import { findPerson, personSchema } from '../persons';
import type { ItemForm } from './items';

export const proposedInput = 'proposed[]';

const wordsOf = (ticked: string | undefined): string[] => (ticked ?? '').split(' ').filter((word) => word !== '');

/** An item as it is proposed. */
interface Proposed {
  readonly originator: string;
  readonly description: string;
}

/** Proposals are ticked by who gave it and in which answer: `essex-police/IR-2026-0001/answer/T1/1`. */
function proposedIn(ticked: string): Proposed {
  const [originator = '', caseRef = '', , task = '', version = ''] = ticked.split('/');
  return { originator, description: `What was given in ${caseRef} (answer ${version} to ${task})` };
}

const isOfRegister = /^What was given in ([A-Z]+-\d{4}-\d+) \(answer (\d+) to (T\d+)\)$/;

/** The line of the register that an item was proposed from; null for one that was typed. */
function lineOf(description: string): string | null {
  const [, caseRef, version, task = ''] = isOfRegister.exec(description) ?? [];
  return caseRef === undefined ? null : `${caseRef}/${answerKey(task, Number(version))}`;
}

/** The line of the register that an item is, by its description. Of what was given to this partner by others only. */
async function linesTo(
  receiver: string,
  descriptions: readonly string[],
  { disclosures }: Pick<WebDependencies['store'], 'disclosures'>,
): Promise<(description: string) => Disclosure | undefined> {
  const lines = await disclosures.byIds(descriptions.flatMap((description) => lineOf(description) ?? []));
  const known = new Map(lines.filter(({ from, to }) => to.partner === receiver && from.partner !== receiver).map((line) => [line._id, line]));
  return (description) => known.get(lineOf(description) ?? '');
}

/**
 * How an item that the register proposed is to be handled, by its description: it was given on these conditions, and whoever
 * decides whether to disclose it is to know.
 */
export async function handlingFrom(
  descriptions: readonly string[],
  receiver: string,
  { store, protocol }: Pick<WebDependencies, 'store' | 'protocol'>,
): Promise<(description: string) => readonly string[]> {
  const lineFor = await linesTo(receiver, descriptions, store);
  return (description) => {
    const line = lineFor(description);
    return line === undefined ? [] : lineInWords(line, protocol).handling;
  };
}

/** Which partner has given, by the register, what is said to be the receiver's own. @throws Invalid */
export async function refuseOwnOfRegister(
  items: readonly ItemForm[],
  receiver: string,
  { store, protocol }: Pick<WebDependencies, 'store' | 'protocol'>,
): Promise<void> {
  const own = items.flatMap(({ originator, description }) => (originator === null ? [description] : []));
  const lineFor = await linesTo(receiver, own, store);
  const index = items.findIndex(({ originator, description }) => originator === null && lineFor(description) !== undefined);
  const line = lineFor(items[index]?.description ?? '');
  if (line === undefined) return;
  const message = `By the disclosure register ${partnerName(protocol, line.from.partner)} gave this: choose that it came from there`;
  throw new Invalid([{ field: `items.${index}.originator`, message }]);
}

/** An item in a draft to the applicant: that there is a case in which something was given is not the applicant's to know. */
export const itemForApplicant = (description: string): string =>
  lineOf(description) === null ? description : '[Say what this is. Do not name the case in which it was given.]';

/** The items that were ticked. */
export const tickedIn = (typed: Typed): readonly Proposed[] => wordsOf(typed[proposedInput]).map(proposedIn);

/** @param known what is on record already, and is not proposed again */
export async function proposalsFor(
  { account, request }: SignedIn,
  { name, typed, known = [] }: { readonly name: string; readonly typed: Typed; readonly known?: readonly { readonly description: string }[] },
  deps: WebDependencies,
) {
  const query = personSchema(deps.clock.now()).safeParse({ purpose: 'subject-access', name });
  if (!may(account, 'find-person') || !query.success) return { isSearched: false, isAllKnown: false, lines: [] };
  const found = await findPerson(query.data, account, actorOf(request, 'page', deps), deps);
  const ticked = wordsOf(typed[proposedInput]);
  const isKnown = (value: string): boolean => {
    // Also one that was given another originator since: it would be asked about again, of a partner that it did not come from.
    const { description } = proposedIn(value);
    return known.some((item) => item.description === description);
  };
  const proposed = found
    .flatMap(({ disclosures }) => disclosures)
    .filter(({ from, to }) => to.partner === account.partner && from.partner !== account.partner)
    .map((line) => {
      const value = `${line.from.partner}/${line._id}`;
      const { from, categories, disclosedAt, handling } = lineInWords(line, deps.protocol);
      return { value, caseRef: line.caseRef, from, categories, disclosedAt, handling, checked: ticked.includes(value) };
    });
  const lines = proposed.filter(({ value }) => !isKnown(value));
  return { isSearched: true, isAllKnown: proposed.length > 0 && lines.length === 0, lines };
}
