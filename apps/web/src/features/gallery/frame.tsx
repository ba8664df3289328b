'use client';

import { type ReactNode, useEffect, useState } from 'react';
import { createPortal } from 'react-dom';
import { applyTheme, themeSetting } from '@/features/theme/theme';
import { useSetting } from '@/lib/setting';
import { ViewContext } from '@/lib/use-media-query';

export type FrameSize = 'phone' | 'panel' | 'desktop';

/** In pixels. */
const WIDTHS: Record<FrameSize, number> = { phone: 375, panel: 288, desktop: 920 };
const HEIGHT = 640;

const page = (title: string) =>
  `<!doctype html><html lang="en"><head><title>${title}</title></head><body></body></html>`;

interface FrameProps {
  title: string;
  size: FrameSize;
  /** In pixels. */
  height?: number | undefined;
  children: (frame: Document) => ReactNode;
}

/**
 * A window of its own within the page: media queries, viewport units and landmarks are the frame's. React and the
 * scripts stay the page's, so what opens over everything, such as a dialog, opens over the page.
 */
export function Frame({ title, size, height = HEIGHT, children }: FrameProps) {
  const [frame, setFrame] = useState<Document | null>(null);
  const theme = useSetting(themeSetting);
  useEffect(() => (frame ? applyTheme(theme, frame) : undefined), [theme, frame]);
  useEffect(() => (frame ? copyStyles(frame) : undefined), [frame]);

  return (
    <>
      <iframe
        title={title}
        srcDoc={page(title)}
        onLoad={({ currentTarget: { contentDocument } }) => {
          if (contentDocument) focusOnlyInside(contentDocument);
          setFrame(contentDocument);
        }}
        style={{ width: WIDTHS[size], height }}
        className="block rounded-2xl border border-line-strong/60 bg-canvas"
      />
      {frame?.defaultView &&
        createPortal(<ViewContext value={frame.defaultView}>{children(frame)}</ViewContext>, frame.body)}
    </>
  );
}

/** Gives the frame the page's styles, as they are now and after each change of a style sheet. */
function copyStyles(frame: Document): () => void {
  const style = frame.createElement('style');
  frame.head.append(style);
  frame.body.className = document.body.className;
  const copy = () => {
    const rules = [...document.styleSheets].flatMap((sheet) => [...sheet.cssRules]);
    style.textContent = rules.map(({ cssText }) => cssText).join('\n');
  };
  copy();
  document.head.addEventListener('load', copy, true);
  return () => {
    document.head.removeEventListener('load', copy, true);
    style.remove();
  };
}

/** A component that takes the focus as it appears would scroll the page to its frame: only where the reader is it may. */
function focusOnlyInside(frame: Document): void {
  const prototype = frame.defaultView?.HTMLElement.prototype;
  if (!prototype) return;
  const { focus } = prototype;
  prototype.focus = function (this: HTMLElement, options) {
    if (frame.hasFocus()) focus.call(this, options);
  };
}
