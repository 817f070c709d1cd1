/**
 * What an API token may be used for. A scope never adds a right: a token acts as its account, so the account's own
 * rights and the token's scopes must both allow what is asked. As in the policy, that a case exists and what is in it
 * are two scopes.
 */
export const scopes = {
  'cases:read': 'See which cases there are: stage, partners, dates and history, nothing of what was asked or answered',
  'content:read': 'See what was asked and answered, and about whom',
  'requests:write': 'Open cases, confirm and decide what is to be done in them, close them',
  'answers:write': 'Answer the requests that the account is asked',
  'directory:read': 'See the partners, their contacts and absences',
  'directory:write': 'Change contacts and absences',
  'disclosures:read': 'See the disclosure register',
  'persons:find': 'Find the cases in which a person is named',
  'audit:read': 'See the record of acts',
} as const;

export type Scope = keyof typeof scopes;
export const scopeNames = Object.keys(scopes) as readonly Scope[];
