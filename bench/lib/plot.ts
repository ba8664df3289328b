/** One measure of several systems, as bars. */
export interface Panel {
  readonly title: string;
  readonly bars: readonly { readonly label: string; readonly value: number; readonly text: string }[];
}

const WIDTH = 760;
const LABEL = 190;
const VALUE = 130;
const BAR = 20;
const ROW = 30;
const HEAD = 44;

/** An SVG of horizontal bars, the first of each panel marked. To be read on light and on dark. */
export function barPlot(panels: readonly Panel[]): string {
  let y = 0;
  const parts = panels.map(({ title, bars }) => {
    const most = Math.max(...bars.map(({ value }) => value));
    const top = y;
    y += HEAD + bars.length * ROW + 8;
    const rows = bars.map(({ label, value, text }, index) => {
      const at = top + HEAD + index * ROW;
      const width = Math.max(2, ((WIDTH - LABEL - VALUE) * value) / most);
      const middle = at + BAR / 2 + 5;
      return [
        `<text x="${LABEL - 10}" y="${middle}" text-anchor="end">${escaped(label)}</text>`,
        `<rect x="${LABEL}" y="${at}" width="${width.toFixed(1)}" height="${BAR}" rx="3" class="${index === 0 ? 'ours' : 'other'}"/>`,
        `<text x="${(LABEL + width + 8).toFixed(1)}" y="${middle}">${escaped(text)}</text>`,
      ].join('\n');
    });
    return [`<text x="${LABEL}" y="${top + 28}" class="title">${escaped(title)}</text>`, ...rows].join('\n');
  });
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${y}" role="img" aria-label="${escaped(
    panels.map(({ title }) => title).join('; '),
  )}">
<style>
text { font: 14px system-ui, sans-serif; fill: #1f2328; }
.title { font-weight: 600; }
.ours { fill: #2563eb; }
.other { fill: #94a3b8; }
@media (prefers-color-scheme: dark) {
text { fill: #e6edf3; }
.ours { fill: #60a5fa; }
.other { fill: #64748b; }
}
</style>
${parts.join('\n')}
</svg>
`;
}

const ENTITIES: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };
const escaped = (text: string): string => text.replace(/[&<>"]/g, (character) => ENTITIES[character] as string);
