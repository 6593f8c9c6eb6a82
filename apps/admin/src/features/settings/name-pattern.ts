/** Of variables and secrets, for the browser's own check of an input. */
export const NAME_PATTERN = '[A-Za-z_][A-Za-z0-9_]*'
