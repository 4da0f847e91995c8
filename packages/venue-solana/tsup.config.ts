import { defineConfig } from 'tsup'

export default defineConfig({
  entry: ['src/index.ts', 'src/simulator/index.ts'],
  format: 'esm',
  target: 'node24',
  platform: 'node',
  // The declarations come from `tsc -b`: tsup's own need a compiler API that TypeScript 7 no longer has.
  dts: false,
  sourcemap: true,
  clean: true,
  silent: true,
})
