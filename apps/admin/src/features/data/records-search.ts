export interface RecordsSearch {
  page?: number
  sort?: string
  q?: string
  field?: string
}
