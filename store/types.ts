/** The shapes of a case's state are the workflow's; the store keeps copies of them. */
export type {
  AnswerKind,
  CaseEvent,
  CaseInput,
  CaseMessage,
  CaseProjection,
  MoveCause,
  Proposer,
  SilenceDecision,
  TaskAnswer,
  TaskClock,
  TaskId,
  TaskInput,
} from '../workflows/shared/contract';
