import { createSetting } from '@/lib/setting';
import { THEME_KEY } from './theme-script';

export type Theme = 'system' | 'light' | 'dark';

/** Light, dark, or as the system says. */
export const themeSetting = createSetting<Theme>(THEME_KEY, ['system', 'light', 'dark'], 'system');

/** Has the page follow a theme; globals.css does the rest. */
export function applyTheme(theme: Theme): void {
  if (theme === 'system') delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = theme;
}
