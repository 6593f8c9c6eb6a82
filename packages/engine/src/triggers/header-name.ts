import { z } from 'zod'

/** RFC 9110 §5.1; kept in lower case, as headers are compared. */
export const headerName = z
  .string()
  .max(100)
  .regex(/^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/, 'This is not a header name.')
  .transform((name) => name.toLowerCase())
