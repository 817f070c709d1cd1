import type { Protocol } from '../config/protocol';

/** The name of a partner; its code where the protocol file no longer has it, as a case outlives a membership. */
export function partnerName(protocol: Protocol, code: string): string {
  return protocol.organisations.find((partner) => partner.code === code)?.name ?? code;
}
