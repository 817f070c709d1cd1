/** On what something is shared: the legal bases and statutes of section 3, as every form asks for them. */
import { z } from 'zod';
import { usableStatutes } from '../../config/protocol-rules';
import type { Protocol } from '../../config/protocol-types';
import type { Typed } from '../http/held';

/** The fields of a schema. @param missing what is said where no legal basis is chosen; without it, it can be left out */
export const basisFields = (protocol: Protocol, missing?: string) => ({
  // Where it can be left out, a page says so with nothing.
  legalBasis: z.enum([...codesOf(protocol, false), ...(missing === undefined ? [''] : [])], missing ?? 'Choose the legal basis').meta({ description: 'Code of a basis under UK GDPR Article 6 or DPA 2018 Part 3', examples: ['public-task'] }),
  specialBasis: z
    .enum(codesOf(protocol, true), 'Choose a basis for special categories, under Article 9')
    .nullable()
    .default(null)
    .meta({ description: 'Code of a basis under UK GDPR Article 9, where special categories may be in it' }),
  statute: z
    .string('Choose a statute')
    .superRefine((code, context) => {
      const fault = statuteFault(protocol, code);
      if (fault !== undefined) context.addIssue({ code: 'custom', message: fault });
    })
    .nullable()
    .default(null)
    .meta({ description: 'Code of a statute of section 3 that is relied on' }),
});

/** The codes of the legal bases of the protocol: those under Article 9, or the others. */
const codesOf = ({ legalBases }: Protocol, ofArticle9: boolean): string[] =>
  legalBases.filter(({ regime }) => (regime === 'article-9') === ofArticle9).map(({ code }) => code);

function statuteFault(protocol: Protocol, code: string): string | undefined {
  const statute = protocol.statutes.find((each) => each.code === code);
  if (statute === undefined) return `Choose a statute. Use one of these: ${usableStatutes(protocol).map(({ code: usable }) => usable).join(', ')}`;
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
