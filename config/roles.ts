/**
 * What a person may do here. The roles of a partner (`staff`, `spoc`, `governance-lead`) are held for that partner
 * or one of its teams, the others for the whole partnership. A protocol file gives each the partnership's own title.
 */
export const roles = [
  'staff',
  'spoc',
  'governance-lead',
  'asb-review-spoc',
  'csp-manager',
  'manager',
  'auditor',
] as const;
export type Role = (typeof roles)[number];
