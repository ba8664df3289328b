/**
 * Settings of every connection, PostgreSQL's and PGlite's, that keep plans as they are meant: along an index, in its order,
 * as far as the page goes.
 *
 * Without them the planner reads all of a room to sort it where it takes the room for small: while its statistics are older
 * than the room's growth, and on PGlite always, which gathers none. And compiling a plan (JIT) takes longer than any
 * statement here.
 */
export const PLANNER = [
  ['enable_bitmapscan', 'off'],
  ['jit', 'off'],
] as const;
