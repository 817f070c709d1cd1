/** What the API answers; the OpenAPI document is made of these. Dates are London's, instants UTC. */
import { z } from 'zod';
import { clockIds } from '../../config/policy';
import { answerKindsOf, processSlugs } from '../../config/processes';
import { rulesOf } from '../../workflows/processes';
import { shownStatuses } from '../case-view';
import { allWebProcesses } from '../processes';
import { moveCauses } from '../../workflows/shared/contract';

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
    kind: z.string().nullable().meta({ description: 'What is asked, where its process asks more than one thing' }),
    partner: z.string(),
    team: z.string().nullable().meta({ description: 'Code of the team that is asked; null for the partner as a whole' }),
    status: z.enum(shownStatuses).meta({ description: '`replied`: of the reply to an applicant, that it went out' }),
    overdue: z.boolean(),
    questionOpen: z.boolean().meta({ description: 'Whether a question waits for the reply of the partner that asked' }),
    clockStopped: z.boolean(),
    receivedOn: date.meta({ description: 'The day on which the clock started' }),
    dueOn: date.nullable().meta({ description: 'Null for a clock in hours' }),
    dueAt: instant.meta({ description: 'The first instant after the time has run out' }),
    byLaw: z
      .object({ from: instant, dueAt: instant })
      .nullable()
      .meta({ description: 'Of a controller in a breach: when it became aware, and when its 72 hours by law end; null else' }),
    answer: z
      .object({ version: z.int(), receivedAt: instant, late: z.boolean() })
      .nullable()
      .meta({ description: 'That there is an answer, and since when; how it was answered is content' }),
  })
  .meta({ id: 'Task' });

const eachOnce = <T>(values: readonly T[]): T[] => [...new Set(values)];
const stages = eachOnce(Object.values(rulesOf).flatMap((rules) => rules.stages));
const outcomes = eachOnce(Object.values(rulesOf).flatMap((rules) => rules.outcomes));
const answerKinds = eachOnce(processSlugs.flatMap((process) => answerKindsOf(process)));

export const caseSummarySchema = z
  .object({
    reference: z.string(),
    process: z.enum(processSlugs),
    stage: z.enum(stages).meta({ description: 'One of the stages of its process' }),
    outcome: z.enum(outcomes).nullable().meta({ description: 'One of the outcomes of its process' }),
    openedAt: instant,
    openedBy: z.string().meta({ description: 'Code of the partner that opened it' }),
    overdue: z.boolean(),
    tasks: z.array(task),
    url: z.string().meta({ format: 'uri' }),
  })
  .meta({ id: 'CaseSummary' });

const note = z.object({ at: instant, text: z.string() });

const content = z.object({
  request: z.union(allWebProcesses.map((each) => each.contentSchema)).meta({ description: 'What was asked, by process' }),
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
            particulars: z.record(z.string(), z.string()).meta({ description: 'What only its process asks' }),
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
          dueOn: date.nullable(),
          dueAt: instant,
          working: z.array(workingStep),
        }),
      )
      .meta({ description: 'All clocks that the tasks have had; of each task the one in force is the last' }),
    correction: z
      .object({ from: z.string(), proposedAt: instant })
      .nullable()
      .meta({ description: 'Another day of receipt, or of a breach moment of detection, that waits for a second person' }),
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
