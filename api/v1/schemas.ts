/** What the API answers; the OpenAPI document is made of these. Dates are London's, instants UTC. */
import { z } from 'zod';
import { clockIds } from '../../config/policy';
import { processes, type ProcessSlug } from '../../config/processes';
import { informationRequestOutcomes, informationRequestStages } from '../../workflows/information-request/state';
import { answerKinds, moveCauses, taskStatuses } from '../../workflows/shared/contract';

const date = z.string().meta({ format: 'date' });
const instant = z.string().meta({ format: 'date-time' });

const workingStep = z.object({
  on: date.optional(),
  counts: z.enum(['start', 'counted', 'not-counted', 'paused', 'moved', 'due', 'remark']),
  text: z.string(),
});

const task = z
  .object({
    id: z.string(),
    partner: z.string(),
    team: z.string().nullable().meta({ description: 'Code of the team that is asked; null for the partner as a whole' }),
    status: z.enum(taskStatuses),
    overdue: z.boolean(),
    questionOpen: z.boolean().meta({ description: 'Whether a question waits for the reply of the partner that asked' }),
    clockStopped: z.boolean(),
    receivedOn: date,
    dueOn: date,
    dueAt: instant.meta({ description: 'The first instant after the time has run out' }),
    answer: z
      .object({ version: z.int(), receivedAt: instant, late: z.boolean() })
      .nullable()
      .meta({ description: 'That there is an answer, and since when; how it was answered is content' }),
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

const note = z.object({ at: instant, text: z.string() });

const content = z.object({
  request: z.object({
    personName: z.string(),
    personDetails: z.string(),
    information: z.string(),
    purpose: z.string(),
    identifiability: z.string(),
    legalBasis: z.string(),
    specialBasis: z.string().nullable(),
    statute: z.string().nullable(),
    channel: z.string(),
    means: z.string(),
    neededByOn: date.nullable(),
    urgentBecause: z.string(),
  }),
  tasks: z.array(
    z.object({
      task: z.string(),
      categories: z.array(z.string()),
      justification: z.string(),
      answers: z
        .array(
          z.object({
            version: z.int(),
            kind: z.enum(answerKinds),
            receivedAt: instant,
            recordedAt: instant,
            recordedBy: z.enum(['requester', 'holder']).nullable(),
            givenHow: z.string().nullable(),
            givenByName: z.string(),
            categories: z.array(z.string()),
            shared: z.string(),
            ground: z.string(),
            marking: z.string(),
            markingWords: z.string(),
            notToBePassedOn: z.boolean(),
            notToBeRevealed: z.boolean(),
            handling: z.string(),
            files: z.array(z.object({ id: z.string(), name: z.string(), bytes: z.int() })),
          }),
        )
        .meta({ description: 'The newest first' }),
      questions: z.array(
        z.object({ number: z.int(), askedAt: instant, text: z.string(), reply: note.nullable() }),
      ),
    }),
  ),
  reasons: z.array(note.extend({ act: z.string(), task: z.string().nullable() })),
});

export const caseSchema = caseSummarySchema
  .extend({
    clocks: z
      .array(
        z.object({
          task: z.string(),
          version: z.int(),
          reason: z.enum(['opened', 'paused', 'reopened', ...moveCauses]),
          receivedOn: date,
          dueOn: date,
          dueAt: instant,
          working: z.array(workingStep),
        }),
      )
      .meta({ description: 'All clocks that the tasks have had; of each task the one in force is the last' }),
    correction: z
      .object({ from: date, proposedAt: instant })
      .nullable()
      .meta({ description: 'Another day of receipt that waits for a second person' }),
    timeline: z.array(z.object({ at: instant, text: z.string() })),
    content: content.optional().meta({ description: 'Only for whom the policy lets see it; of tasks, those that may be seen' }),
  })
  .meta({ id: 'Case' });

export const receivedSchema = z
  .object({
    reference: z.string(),
    task: z.string(),
    version: z.int().meta({ description: 'To be named as `corrects` by a correction of this answer' }),
    kind: z.enum(answerKinds),
    receivedAt: instant,
  })
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
