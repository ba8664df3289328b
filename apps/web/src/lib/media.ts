import { useMediaQuery } from './use-media-query';

const HOVER = '(hover: hover)';

/** Whether there is a pointer that hovers. With a touch screen alone, a focus would bring up its keyboard unasked. */
export const hasHover = (): boolean => matchMedia(HOVER).matches;

/** `hasHover`, kept current. */
export const useHover = (): boolean => useMediaQuery(HOVER);

/** Whether the user asked for less movement. */
export const prefersStill = (): boolean => matchMedia('(prefers-reduced-motion: reduce)').matches;
