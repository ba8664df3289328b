import { expect, test } from 'vitest';
import { barPlot } from './plot.js';

test('bars are as long as their values are to the greatest of their panel', () => {
  const bar = (value: number) => ({ label: 'a & <b>', value, text: `${value} "us"` });
  const svg = barPlot([
    { title: 'one', bars: [bar(50), bar(100)] },
    { title: 'two', bars: [bar(3), bar(1)] },
  ]);
  const widths = [...svg.matchAll(/<rect [^>]*width="([\d.]+)"/g)].map(([, width]) => Number(width));
  expect(widths).toEqual([220, 440, 440, 146.7]);
  expect(svg).toContain('>a &amp; &lt;b&gt;</text>');
  expect(svg).toContain('>50 &quot;us&quot;</text>');
});
