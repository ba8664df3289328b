import { Prisma } from './generated/client.js';

/** In a statement, says that it is planned for its own values each time: one plan does not suit all of them. */
export const PLANNED_EACH_TIME = Prisma.raw('/* planned each time */');

/** Statements a connection remembers. Prisma writes a list of values out, so that there is no end of different ones. */
const NAMES_MAX = 500;

/**
 * Names statements by their text, so that each connection parses and plans a statement once and not at every call, which
 * takes longer than most of them run. '' for one that is to have no name.
 */
export function createStatementNames(): (query: { sql: string }) => string {
  const names = new Map<string, string>();
  return ({ sql }) => {
    const known = names.get(sql);
    if (known !== undefined) return known;
    if (names.size >= NAMES_MAX) return '';
    const name = sql.includes(PLANNED_EACH_TIME.sql) ? '' : `s${names.size}`;
    names.set(sql, name);
    return name;
  };
}
