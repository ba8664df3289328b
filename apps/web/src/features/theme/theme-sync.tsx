'use client';

import { useEffect } from 'react';
import { useSetting } from '@/lib/setting';
import { applyTheme, themeSetting } from './theme';

/** Keeps the page on the chosen theme, whichever tab it is chosen in. */
export function ThemeSync() {
  const theme = useSetting(themeSetting);
  useEffect(() => applyTheme(theme), [theme]);
  return null;
}
