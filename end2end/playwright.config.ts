import { defineConfig } from "@playwright/test";
import { availableParallelism } from "node:os";
import type { Options } from "./portal";

export default defineConfig<Options>({
    testDir: ".",
    // What is never waited for in vain may take as long as a busy machine needs.
    timeout: 120_000,
    expect: { timeout: 20_000 },
    // Each file starts a portal of its own, and its tests tell their stories one after the other. A browser waits – for the
    // next frame, for an answer, for whoever looks whether something has come – more than it computes.
    workers: 2 * availableParallelism(),
    fullyParallel: false,
    forbidOnly: Boolean(process.env.CI),
    reporter: [["list"]],
    use: {
        browserName: "chromium",
        viewport: { width: 1280, height: 800 },
        timezoneId: "Asia/Shanghai",
        // Playwright looks at pages before their style has come, and Chromium then reports their view transitions as broken.
        contextOptions: { reducedMotion: "reduce" },
        launchOptions: {
            executablePath: process.env.PORTAL_CHROMIUM ?? "/usr/bin/chromium",
            args: [
                "--no-sandbox",
                "--disable-gpu",
                "--disable-quic",
                "--no-first-run",
                "--disable-background-networking",
                "--disable-component-update",
                "--disable-sync",
            ],
        },
    },
});
