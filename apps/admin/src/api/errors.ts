import { EnsueError } from '@ensue/sdk'

export type ApiError = EnsueError

export function isApiError(error: unknown): error is ApiError {
  return error instanceof EnsueError
}

export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : 'Something went wrong.'
}
