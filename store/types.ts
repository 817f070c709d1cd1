/** The shapes of a case's state are the workflow's; the store keeps copies of them. */
export type {
  AnswerKind,
  CaseEvent,
  CaseInput,
  CaseMessage,
  CaseProjection,
  Duty,
  MoveCause,
  Notice,
  Proposer,
  Recipient,
  SilenceDecision,
  TaskAnswer,
  TaskClock,
  TaskId,
  TaskInput,
} from '../workflows/shared/contract';
