import { defineConfig } from "vitest/config";

export default defineConfig({
    test: {
        include: ["test/**/*.test.{js,ts,tsx}"],
        coverage: {
            include: ["src/**/*.{ts,tsx}"],
            reporter: ["text"],
            thresholds: { branches: 100, functions: 100, lines: 100, statements: 100 }
        }
    }
});
