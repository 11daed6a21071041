import { defineConfig } from 'vitest/config';

/** Threads, because Bun does not yet give the default pool of forks what it calls. */
export default defineConfig({ test: { pool: 'threads', testTimeout: 20_000 } });
