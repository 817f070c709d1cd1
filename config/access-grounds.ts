/**
 * On what information can be withheld that somebody has a right of access to: the exemptions of Part II of the Freedom of
 * Information Act 2000, and the exceptions of the Environmental Information Regulations 2004. On record by their codes.
 */

/** The two laws by which a public authority answers a request for information. */
export const accessRegimes = ['foi', 'eir'] as const;
export type AccessRegime = (typeof accessRegimes)[number];

export interface AccessGround {
  /** As it is quoted in a refusal notice: "section 31". */
  readonly provision: string;
  readonly name: string;
  /** Whether it gives way to the public interest in disclosure (FOIA section 2(2)(b); EIR regulation 12(1)(b)). */
  readonly isQualified: boolean;
}

const absolute = (provision: string, name: string): AccessGround => ({ provision, name, isQualified: false });
const qualified = (provision: string, name: string): AccessGround => ({ provision, name, isQualified: true });

/**
 * By their codes. Of section 36 what concerns information held by Parliament is absolute, of section 40 little is qualified (rights
 * of objection and access of the person concerned): here each is as it stands for nearly every request.
 */
export const accessGrounds = {
  foi: {
    s21: absolute('section 21', 'Can be had by other means'),
    s22: qualified('section 22', 'Meant to be published later'),
    s22A: qualified('section 22A', 'Research'),
    s23: absolute('section 23', 'From, or about, bodies that deal with security matters'),
    s24: qualified('section 24', 'National security'),
    s26: qualified('section 26', 'Defence'),
    s27: qualified('section 27', 'International relations'),
    s28: qualified('section 28', 'Relations within the United Kingdom'),
    s29: qualified('section 29', 'The economy'),
    s30: qualified('section 30', 'Investigations and proceedings of public authorities'),
    s31: qualified('section 31', 'Law enforcement'),
    s32: absolute('section 32', 'Court records'),
    s33: qualified('section 33', 'Audit functions'),
    s34: absolute('section 34', 'Parliamentary privilege'),
    s35: qualified('section 35', 'Formulation of government policy'),
    s36: qualified('section 36', 'Prejudice to the effective conduct of public affairs'),
    s37: qualified('section 37', 'Communications with the King and others, and honours'),
    s38: qualified('section 38', 'Health and safety'),
    s39: qualified('section 39', 'Environmental information: to be answered under the EIR'),
    s40: absolute('section 40', 'Personal information'),
    s41: absolute('section 41', 'Provided in confidence'),
    s42: qualified('section 42', 'Legal professional privilege'),
    s43: qualified('section 43', 'Trade secrets and commercial interests'),
    s44: absolute('section 44', 'Disclosure is prohibited by law'),
  },
  eir: {
    'r12-4-b': qualified('regulation 12(4)(b)', 'Manifestly unreasonable'),
    'r12-4-c': qualified('regulation 12(4)(c)', 'Too general, after the applicant was helped to say what is meant'),
    'r12-4-d': qualified('regulation 12(4)(d)', 'Unfinished documents and incomplete data'),
    'r12-4-e': qualified('regulation 12(4)(e)', 'Internal communications'),
    'r12-5-a': qualified('regulation 12(5)(a)', 'International relations, defence, national security or public safety'),
    'r12-5-b': qualified('regulation 12(5)(b)', 'The course of justice, a fair trial, or an inquiry'),
    'r12-5-c': qualified('regulation 12(5)(c)', 'Intellectual property rights'),
    'r12-5-d': qualified('regulation 12(5)(d)', 'Confidentiality of proceedings that is provided by law'),
    'r12-5-e': qualified('regulation 12(5)(e)', 'Commercial or industrial confidentiality that is provided by law'),
    'r12-5-f': qualified('regulation 12(5)(f)', 'Interests of whoever gave it without having to'),
    'r12-5-g': qualified('regulation 12(5)(g)', 'Protection of the environment'),
    r13: absolute('regulation 13', 'Personal data'),
  },
} as const satisfies Record<AccessRegime, Record<string, AccessGround>>;

/**
 * Whether it can be neither confirmed nor denied by a ground that something is held. FOIA says so of each exemption but section 21:
 * what can be had by other means is held. The EIR say so in regulation 12(6), for 12(5)(a) alone, and in 13(5A).
 */
export const allowsNeither = (regime: AccessRegime, code: string): boolean =>
  regime === 'foi' ? code !== 's21' : code === 'r12-5-a' || code === 'r13';

export type AccessGroundCode = { [Regime in AccessRegime]: keyof (typeof accessGrounds)[Regime] }[AccessRegime];

/** Every code, of either law. */
export const accessGroundCodes = Object.values(accessGrounds).flatMap((grounds) => Object.keys(grounds)) as [AccessGroundCode, ...AccessGroundCode[]];

/** A ground of one law; undefined for one of the other. */
export const accessGround = (regime: AccessRegime, code: string): AccessGround | undefined =>
  (accessGrounds[regime] as Readonly<Record<string, AccessGround>>)[code];
