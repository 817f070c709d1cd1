/** On what something is shared: the legal bases and statutes of section 3, as every form asks for them. */
import { z } from 'zod';
import { usableStatutes } from '../../config/protocol-rules';
import type { Protocol } from '../../config/protocol-types';
import type { Typed } from '../http/held';

/** The fields of a schema. @param missing what is said where no legal basis is chosen; without it, it can be left out */
export const basisFields = (protocol: Protocol, missing?: string) => ({
  legalBasis: codeOf(
    protocol.legalBases.filter(({ regime }) => regime !== 'article-9'),
    missing,
    'Choose a legal basis of the list: one under Article 6 or Part 3',
  ).meta({ description: 'Code of a basis under UK GDPR Article 6 or DPA 2018 Part 3', examples: ['public-task'] }),
  specialBasis: codeOf(
    protocol.legalBases.filter(({ regime }) => regime === 'article-9'),
    '',
    'Choose a basis for special categories of the list: one under Article 9',
  )
    .nullable()
    .default(null)
    .meta({ description: 'Code of a basis under UK GDPR Article 9, where special categories may be in it' }),
  statute: z
    .string()
    .superRefine((code, context) => {
      const fault = statuteFault(protocol, code);
      if (fault !== undefined) context.addIssue({ code: 'custom', message: fault });
    })
    .nullable()
    .default(null)
    .meta({ description: 'Code of a statute of section 3 that is relied on' }),
});

/** A code of a list of the protocol. */
function codeOf(list: readonly { readonly code: string }[], missing: string | undefined, unknown: string) {
  const given = missing === undefined ? z.string() : z.string(missing).min(1, missing);
  return given.refine((code) => code === '' || list.some((each) => each.code === code), { error: unknown });
}

function statuteFault(protocol: Protocol, code: string): string | undefined {
  const statute = protocol.statutes.find((each) => each.code === code);
  if (statute === undefined) return 'Choose a statute of the list';
  if (!statute.repealed) return undefined;
  return `${statute.name} can no longer be relied on: choose another. ${statute.note ?? ''}`.trim();
}

/** The inputs of a page with `forms/basis-inputs.njk`, and what it needs. */
export const basisInputs = ['legalBasis', 'specialBasis', 'statute'] as const;
export const basisLocals = (protocol: Protocol) => ({
  legalBases: protocol.legalBases.filter(({ regime }) => regime !== 'article-9'),
  specialBases: protocol.legalBases.filter(({ regime }) => regime === 'article-9'),
  statutes: usableStatutes(protocol),
});
export const basisRead = (typed: Typed) => ({
  legalBasis: typed['legalBasis'] ?? '',
  specialBasis: typed['specialBasis'] || null,
  statute: typed['statute'] || null,
});

interface Basis {
  readonly legalBasis: string;
  readonly specialBasis: string | null;
  readonly statute: string | null;
}

/** The same with names in place of codes. */
export function basisInWords(protocol: Protocol, { legalBasis, specialBasis, statute }: Basis) {
  const words = (code: string | null): string | undefined => {
    const basis = protocol.legalBases.find((each) => each.code === code);
    return basis === undefined ? undefined : `${basis.name} (${basis.provision})`;
  };
  return {
    legalBasis: words(legalBasis),
    specialBasis: words(specialBasis),
    statute: protocol.statutes.find(({ code }) => code === statute),
  };
}
