import { type ComponentProps, type Ref, useImperativeHandle, useLayoutEffect, useRef } from 'react';
import { cx } from './cx';

const MAX_HEIGHT_PX = 200;

interface AutoTextareaProps extends Omit<ComponentProps<'textarea'>, 'ref'> {
  value: string;
  ref?: Ref<HTMLTextAreaElement> | undefined;
}

/** A text area as high as its text, up to a limit. */
export function AutoTextarea({ className, value, ref, ...props }: AutoTextareaProps) {
  const area = useRef<HTMLTextAreaElement>(null);
  useImperativeHandle(ref, () => area.current as HTMLTextAreaElement, []);

  useLayoutEffect(() => {
    if (area.current?.value === value) fit(area.current);
  }, [value]);

  return (
    <textarea ref={area} rows={1} value={value} {...props} className={cx('block w-full resize-none', className)} />
  );
}

function fit(area: HTMLTextAreaElement) {
  area.style.height = 'auto';
  area.style.height = `${Math.min(area.scrollHeight, MAX_HEIGHT_PX)}px`;
  area.style.overflowY = area.scrollHeight > MAX_HEIGHT_PX ? 'auto' : 'hidden';
}
