import { tanstackRouter } from '@tanstack/router-plugin/vite'
import react from '@vitejs/plugin-react'
import { defineConfig } from 'vite'

const server = process.env.ENSUE_URL ?? 'http://localhost:3000'

export default defineConfig({
  plugins: [
    tanstackRouter({
      target: 'react',
      autoCodeSplitting: true,
      routesDirectory: './src/app/routes',
      generatedRouteTree: './src/app/routeTree.gen.ts',
      quoteStyle: 'single',
    }),
    react(),
  ],
  server: { proxy: { '/api': server, '/trpc': server } },
  // No inlined assets: the served Content-Security-Policy has no data: sources for fonts and scripts.
  build: { target: 'es2023', assetsInlineLimit: 0, modulePreload: { polyfill: false } },
})
