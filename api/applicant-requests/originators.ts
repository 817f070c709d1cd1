/** Where an item can have come from, as the forms offer it. */
import type { Protocol } from '../../config/protocol-types';
import type { SignedIn } from '../http/routes';

/** Where it came from, as it is chosen: the code of a partner, or `own`. */
export const originatorOf = (chosen: string | undefined): string | null => (chosen === 'own' ? null : (chosen ?? ''));

/** Former partners, too: what they gave is still theirs to be asked about (section 13). */
export const originatorsFor = ({ account }: SignedIn, { protocol }: { readonly protocol: Protocol }) => [
  { value: 'own', text: 'Your own organisation' },
  ...protocol.organisations.filter(({ code, signed }) => signed && code !== account.partner).map(({ code, name }) => ({ value: code, text: name })),
];
