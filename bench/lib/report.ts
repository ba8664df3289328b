import type { Target } from './bench.js';
import { markdown } from './figures.js';

/** Targets and what was reached, in order of their ids. */
export const targetsTable = (targets: readonly Target[]): string =>
  markdown(
    ['', 'work', 'ours', 'baseline', 'ratio', 'target', ''],
    targets
      .toSorted((a, b) => a.id.localeCompare(b.id, 'en', { numeric: true }))
      .map(({ id, work, ours, baseline, ratio, target, met }) => [
        id,
        work,
        ours,
        baseline,
        ratio,
        target,
        verdict(met),
      ]),
  );

/** What is said of a target, or of a figure that has none. */
export const verdict = (met: boolean | undefined): string => (met === undefined ? 'stated' : met ? 'met' : 'MISSED');

/** Puts each part between its marks in a Markdown document, `<!-- name -->` and `<!-- /name -->`, where it has these. */
export function fillIn(document: string, parts: Readonly<Record<string, string>>): string {
  let filled = document;
  for (const [name, part] of Object.entries(parts)) {
    const [from, to] = [`<!-- ${name} -->\n`, `<!-- /${name} -->`];
    const start = filled.indexOf(from);
    const end = filled.indexOf(to, start);
    if (start >= 0 && end >= 0) filled = `${filled.slice(0, start + from.length)}\n${part}\n\n${filled.slice(end)}`;
  }
  return filled;
}
