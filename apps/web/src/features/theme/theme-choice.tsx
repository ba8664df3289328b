'use client';

import { Monitor, Moon, Sun } from 'lucide-react';
import { useSetting } from '@/lib/setting';
import { MenuChoice } from '@/ui/menu';
import { type Theme, themeSetting } from './theme';

const THEMES = [
  { value: 'system' as const, label: 'System', icon: Monitor },
  { value: 'light' as const, label: 'Light', icon: Sun },
  { value: 'dark' as const, label: 'Dark', icon: Moon },
];

/** The themes to choose from, as a part of a menu. */
export function ThemeChoice() {
  const theme = useSetting(themeSetting);
  return <MenuChoice<Theme> label="Theme" value={theme} onChange={themeSetting.set} options={THEMES} />;
}
