/**
 * The registry of processes: start reading here. A process is one slug; every layer names its part of it by that slug
 * (`workflows/<slug>/`, `api/processes/<slug>.ts`, `api/views/<slug>/`).
 */
export interface ProcessDefinition {
  /** Shown to people. */
  readonly title: string;
  /** Case references begin with it: `IR-2026-0001`. */
  readonly prefix: string;
  /** The name the workflow function is exported and registered under. */
  readonly workflowType: string;
  /** Section of the protocol, for pages and mails. */
  readonly source: string;
}

export const processes = {
  'information-request': {
    title: 'Information request',
    prefix: 'IR',
    workflowType: 'informationRequest',
    source: 'Protocol section 7, Request and Response',
  },
} as const satisfies Record<string, ProcessDefinition>;

export type ProcessSlug = keyof typeof processes;

/** `IR-2026-0001`: the reference is the workflow's id, the threading key of mails, and what people quote on the phone. */
export type CaseRef = `${(typeof processes)[ProcessSlug]['prefix']}-${number}-${string}`;

/** Every workflow and worker of Concordat meets on this queue. */
export const taskQueue = 'concordat';
