/** The collation board: at a glance, who holds, who has nothing, who refuses, who is silent. */
import { askedName } from '../../../config/protocol-rules';
import type { Protocol } from '../../../config/protocol-types';
import type { CaseDocument } from '../../../store/cases';
import type { TaskView } from '../../case-view';

export const boardColumns = {
  holds: 'Holds',
  'holds-part-withheld': 'Holds, part withheld',
  'nil-return': 'Nil return',
  refused: 'Refused',
  silent: 'Silent',
} as const;
export type BoardColumn = keyof typeof boardColumns;

export interface BoardRow {
  readonly task: string;
  readonly name: string;
  readonly column: BoardColumn;
  readonly view: TaskView;
}

export interface Board {
  /** All columns in their order, also the empty ones. */
  readonly columns: readonly { readonly column: BoardColumn; readonly name: string; readonly rows: readonly BoardRow[] }[];
  readonly asked: number;
  readonly answered: number;
}

/** @param views the tasks as they stand by the record */
export function boardOf({ tasks }: Pick<CaseDocument, 'tasks'>, views: readonly TaskView[], protocol: Protocol): Board {
  const rows = tasks.map((task, index): BoardRow => {
    const view = views[index];
    if (view === undefined) throw new Error(`The task ${task.id} has no view.`);
    return { task: task.id, name: askedName(protocol, task), column: columnOf(view), view };
  });
  return {
    columns: (Object.entries(boardColumns) as [BoardColumn, string][]).map(([column, name]) => ({
      column,
      name,
      rows: rows.filter((row) => row.column === column),
    })),
    asked: rows.length,
    answered: rows.filter(({ column }) => column !== 'silent').length,
  };
}

function columnOf({ answer }: TaskView): BoardColumn {
  const kind = answer?.kind;
  return kind !== undefined && kind in boardColumns ? (kind as BoardColumn) : 'silent';
}
