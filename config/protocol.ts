import { referenceFaults } from './protocol-references';
import { protocolSchema } from './protocol-schema';
import type { Protocol } from './protocol-types';
import { FileFaults, readYaml } from './yaml-file';

export * from './protocol-types';

/** A protocol file is wrong. `faults` names everything that is, in the order of the file. */
export class ProtocolFaults extends FileFaults {}

/**
 * Reads and checks a protocol file.
 * @throws ProtocolFaults with every fault of the file at once
 * @throws Error if there is no such file or it cannot be read
 */
export function loadProtocol(path: string): Protocol {
  const checked = readYaml(path, protocolSchema, referenceFaults);
  if ('faults' in checked) throw new ProtocolFaults(path, checked.faults);
  const file = checked.value;
  return {
    ...file,
    organisations: file.organisations.map((partner) => ({
      ...partner,
      signedFrom: partner.signed ? (partner.signedOn ?? file.versionOn) : null,
    })),
  };
}
