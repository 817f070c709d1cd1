/** What the API answers; the OpenAPI document is made of these. Dates are London's, instants UTC. */
import { z } from 'zod';
import { clockIds } from '../../config/policy';
import { processes, type ProcessSlug } from '../../config/processes';
import { informationRequestOutcomes, informationRequestStages } from '../../workflows/information-request/state';
import { answerKinds } from '../../workflows/shared/contract';

const date = z.string().meta({ format: 'date' });
const instant = z.string().meta({ format: 'date-time' });

const workingStep = z.object({
  on: date.optional(),
  counts: z.enum(['start', 'counted', 'not-counted', 'paused', 'moved', 'due', 'remark']),
  text: z.string(),
});

const answer = z
  .object({
    kind: z.enum(answerKinds),
    receivedAt: instant,
    late: z.boolean(),
    content: z
      .object({ shared: z.string(), ground: z.string(), handling: z.string() })
      .optional()
      .meta({ description: 'Only for whom the policy lets see it' }),
  })
  .meta({ id: 'Answer' });

const task = z
  .object({
    id: z.string(),
    partner: z.string(),
    status: z.enum(['open', 'answered', 'unanswered']),
    overdue: z.boolean(),
    receivedOn: date,
    dueOn: date,
    dueAt: instant.meta({ description: 'The first instant after the time has run out' }),
    answer: answer.nullable(),
  })
  .meta({ id: 'Task' });

const slugs = Object.keys(processes) as [ProcessSlug, ...ProcessSlug[]];

export const caseSummarySchema = z
  .object({
    reference: z.string(),
    process: z.enum(slugs),
    stage: z.enum(informationRequestStages),
    outcome: z.enum(informationRequestOutcomes).nullable(),
    openedAt: instant,
    openedBy: z.string().meta({ description: 'Code of the partner that asked' }),
    overdue: z.boolean(),
    tasks: z.array(task),
    url: z.string().meta({ format: 'uri' }),
  })
  .meta({ id: 'CaseSummary' });

export const caseSchema = caseSummarySchema
  .extend({
    working: z.array(z.object({ task: z.string(), steps: z.array(workingStep) })),
    timeline: z.array(z.object({ at: instant, text: z.string() })),
    request: z
      .object({
        channel: z.string(),
        personName: z.string(),
        personDetails: z.string(),
        asked: z.string(),
        purpose: z.string(),
        legalBasis: z.string(),
      })
      .optional()
      .meta({ description: 'Only for whom the policy lets see it' }),
  })
  .meta({ id: 'Case' });

export const caseListSchema = z.object({ cases: z.array(caseSummarySchema) }).meta({ id: 'CaseList' });

export const receivedSchema = z
  .object({ reference: z.string(), task: z.string(), kind: z.enum(answerKinds), receivedAt: instant })
  .meta({ id: 'ReceivedAnswer' });

export const deadlineSchema = z
  .object({
    clock: z.enum(clockIds),
    from: z.string(),
    due: date.optional(),
    dueAt: instant,
    steps: z.array(workingStep),
    warnings: z.array(z.string()),
  })
  .meta({ id: 'Deadline' });

/** Those with a name of their own in the OpenAPI document. */
export const namedSchemas = [
  answer,
  task,
  caseSummarySchema,
  caseSchema,
  caseListSchema,
  receivedSchema,
  deadlineSchema,
] as const;
