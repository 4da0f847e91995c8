import { availableParallelism } from 'node:os'
import { defineConfig } from 'vitest/config'

// Tests read the packages' TypeScript sources, never `dist`: what is tested is what is written.
const conditions = ['@portolan/source', 'module', 'node', 'development|production']

export default defineConfig({
  resolve: { conditions },
  ssr: { resolve: { conditions } },
  test: {
    include: ['packages/*/test/**/*.test.ts', 'examples/*/test/**/*.test.ts'],
    testTimeout: 30_000,
    hookTimeout: 60_000,
    // Of two processors Vitest would use one; tests with processes of their own mostly wait for them.
    maxWorkers: Math.max(2, availableParallelism()),
    fsModuleCache: false,
    typecheck: { include: ['packages/*/test/**/*.test-d.ts'], tsconfig: './tsconfig.tests.json' },
  },
})
