import { Button, PasswordInput, Stack, Text, TextInput, Title } from '@mantine/core'
import { useRouter } from '@tanstack/react-router'
import { type FormEvent, useState } from 'react'
import { useSignIn } from '../../api/session.ts'
import { ErrorNote } from '../../ui/ErrorState.tsx'
import { Logo } from '../../ui/Logo.tsx'
import classes from './SignInPage.module.css'

/** Only addresses of this app: a link must not lead a fresh session elsewhere. */
function safePath(from: string | undefined): string {
  return from && /^\/(?![/\\])/.test(from) && !from.startsWith('/sign-in') ? from : '/'
}

export function SignInPage({ from }: { from: string | undefined }) {
  const [email, setEmail] = useState('')
  const [password, setPassword] = useState('')
  const signIn = useSignIn()
  const router = useRouter()
  const submit = (event: FormEvent) => {
    event.preventDefault()
    signIn.mutate({ email, password }, { onSuccess: () => router.history.push(safePath(from)) })
  }
  return (
    <main className={classes.page}>
      <form className={classes.card} onSubmit={submit}>
        <Logo size={36} />
        <Title order={1} mt="md">
          Sign in to Ensue
        </Title>
        <Text c="dimmed" mb="lg">
          Processes that follow from what happens.
        </Text>
        <Stack gap="sm">
          <TextInput
            label="E-mail address"
            type="email"
            name="email"
            autoComplete="username"
            required
            withAsterisk={false}
            autoFocus
            size="md"
            value={email}
            onChange={(event) => setEmail(event.currentTarget.value)}
          />
          <PasswordInput
            label="Password"
            name="password"
            autoComplete="current-password"
            required
            withAsterisk={false}
            size="md"
            value={password}
            onChange={(event) => setPassword(event.currentTarget.value)}
          />
          <ErrorNote error={signIn.error} />
          <Button type="submit" size="md" mt={4} loading={signIn.isPending} fullWidth>
            Sign in
          </Button>
        </Stack>
      </form>
    </main>
  )
}
