import { createSetting } from '@/lib/setting';
import { THEME_KEY } from './theme-script';

export type Theme = 'system' | 'light' | 'dark';

/** Light, dark, or as the system says. */
export const themeSetting = createSetting<Theme>(THEME_KEY, ['system', 'light', 'dark'], 'system');

/** Has the page, or a document framed in it, follow a theme; globals.css does the rest. */
export function applyTheme(theme: Theme, { documentElement }: Document = document): void {
  if (theme === 'system') delete documentElement.dataset.theme;
  else documentElement.dataset.theme = theme;
}
