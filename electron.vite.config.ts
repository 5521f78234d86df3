// Builds the five programs of Slipway: desktop main, engine, command line, preload and renderer.
import react from '@vitejs/plugin-react'
import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { defineConfig } from 'electron-vite'

const here = import.meta.dirname

/** Writes down which packages a program holds inside, for the licences and the bill of materials (scripts/shipped.mjs). Not shipped itself. */
function listPackages(program: string) {
  return {
    name: 'slipway-list-packages',
    generateBundle(_options: unknown, chunks: Readonly<Record<string, { readonly type: string; readonly modules?: Readonly<Record<string, unknown>> }>>) {
      const inside = Object.values(chunks).flatMap((chunk) => Object.keys(chunk.modules ?? {})).flatMap((id) => /(node_modules\/(?:.*\/node_modules\/)?(?:@[^/]+\/)?[^/]+)\//.exec(id.replaceAll('\\', '/'))?.[1] ?? [])
      const file = resolve(here, `out/bundled/${program}.json`)
      mkdirSync(dirname(file), { recursive: true })
      writeFileSync(file, `${JSON.stringify([...new Set(inside)].sort(), null, 1)}\n`)
    },
  }
}

export default defineConfig({
  main: {
    plugins: [listPackages('main')],
    build: {
      outDir: 'out/main',
      // Pure JavaScript goes inside: opening the hundred files of the schema library took a third of every start of the command line.
      externalizeDeps: { exclude: ['zod', 'commander', 'yaml'] },
      rollupOptions: {
        input: {
          desktop: resolve(here, 'main/desktop/entry.ts'),
          engine: resolve(here, 'main/core/engine/entry.ts'),
          cli: resolve(here, 'main/cli/entry.ts'),
        },
        output: {
          format: 'es', entryFileNames: '[name].js', chunkFileNames: 'chunks/[name]-[hash].js',
          // `npx slipway` and `npm link` start this file itself; without the line a shell would read it as a script.
          banner: (chunk) => (chunk.name === 'cli' ? '#!/usr/bin/env node' : ''),
        },
      },
    },
  },
  preload: {
    build: {
      outDir: 'out/preload',
      rollupOptions: {
        input: { preload: resolve(here, 'main/desktop/preload.ts') },
        output: { format: 'cjs', entryFileNames: '[name].cjs' },
      },
    },
  },
  renderer: {
    root: resolve(here, 'renderer'),
    plugins: [react(), listPackages('renderer')],
    build: {
      outDir: resolve(here, 'out/renderer'),
      minify: true,
      // One style sheet: screens are fetched later, their few rules are not worth a request each.
      cssCodeSplit: false,
      rollupOptions: {
        input: resolve(here, 'renderer/index.html'),
        // What the first screen needs comes in one file; the chart library and the other screens come when they are asked for.
        output: { advancedChunks: { groups: [{ name: 'window', test: /[\\/]node_modules[\\/](?!echarts|zrender)|[\\/]shared[\\/](?!charts)|[\\/]renderer[\\/](ui[\\/](?!charts|binding)|bridge)/ }] } },
      },
    },
  },
})
