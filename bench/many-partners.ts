import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse, stringify } from 'yaml';
import { projectRoot } from '../config/root';

/** The category that each of the many partners shares. */
export const manyPartnersShare = 'asb-incidents';

/** Makes a protocol file of the shipped one, with so many partners more, for as long as it is used. */
export async function withManyPartners<T>(
  count: number,
  use: (file: string, partners: readonly string[]) => Promise<T>,
): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), 'concordat-bench-protocol-'));
  try {
    const protocol = parse(readFileSync(join(projectRoot, 'config/protocols/thurrock.yaml'), 'utf8')) as {
      organisations: object[];
      categories: { code: string; sharedBy: string[] }[];
    };
    const partners = Array.from({ length: count }, (_, index) => `bench-${index + 1}`);
    protocol.organisations.push(
      ...partners.map((code) => ({
        code,
        name: `Partner ${code}`,
        kind: 'joint-controller',
        icoReference: 'ZZ000000',
        publicAuthority: true,
        signed: true,
        signedOn: '2022-10-06',
        contacts: Object.fromEntries(['spoc', 'deputy', 'governance-lead', 'breach'].map((role) => [role, `${role}@${code}.example`])),
      })),
    );
    protocol.categories.find(({ code }) => code === manyPartnersShare)?.sharedBy.push(...partners);
    const file = join(folder, 'protocol.yaml');
    writeFileSync(file, stringify(protocol));
    return await use(file, partners);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
