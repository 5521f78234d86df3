// Builds the five programs of Slipway: desktop main, engine, command line, preload and renderer.
import react from '@vitejs/plugin-react'
import { resolve } from 'node:path'
import { defineConfig } from 'electron-vite'

const here = import.meta.dirname

export default defineConfig({
  main: {
    build: {
      outDir: 'out/main',
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
    plugins: [react()],
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
