export const SETTINGS_TABS = ['users', 'keys', 'schedules', 'secrets', 'variables'] as const
export type SettingsTab = (typeof SETTINGS_TABS)[number]

export interface SettingsSearch {
  /** Absent: the first that one may see. */
  tab?: SettingsTab
}

export function readSettingsSearch({ tab }: Record<string, unknown>): SettingsSearch {
  const found = SETTINGS_TABS.find((name) => name === tab)
  return found ? { tab: found } : {}
}
