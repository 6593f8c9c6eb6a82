/** The few calls of the HTTP API that the benchmark needs. */
export class Client {
  readonly url: string
  #token = ''

  constructor(url: string) {
    this.url = url
  }

  get headers(): Record<string, string> {
    return { Authorization: `Bearer ${this.#token}` }
  }

  async call<T>(path: string, input: unknown): Promise<T> {
    const response = await fetch(`${this.url}/api/${path}`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', ...(this.#token ? this.headers : {}) },
      body: JSON.stringify(input),
    })
    const text = await response.text()
    if (!response.ok) throw new Error(`${path}: ${response.status} ${text}`)
    return (JSON.parse(text) as { data: T }).data
  }

  async signIn(email: string, password: string): Promise<void> {
    this.#token = (await this.call<{ token: string }>('auth:signIn', { email, password })).token
  }

  async deploy(key: string, definition: unknown): Promise<void> {
    await this.call('workflows:create', { key, title: key, definition })
    await this.call('workflows:deploy', { key })
    await this.call('workflows:enable', { key, enabled: true })
  }
}
