// Every file of journeys starts a portal of its own: a free port, an empty folder, the demonstration. Every test of it
// fails on what nobody asked for: an error in the console, a script that throws, a request that fails, an error in the log.
import { test as base, expect, type BrowserContext, type Page } from "@playwright/test";
import { spawn, spawnSync, type ChildProcess } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { WORDS, type Language, type Words } from "./words";

const PROGRAM = process.env.PORTAL_BIN ?? resolve(__dirname, "../target/release/portal");

let portsTried = 0;

/**
 * A port for a portal that starts in a moment: none of those that the system gives to whoever asks for any port (from
 * 32768), so that nobody else gets it meanwhile.
 */
async function freePort(): Promise<number> {
    for (;;) {
        const port = 12_000 + ((process.pid * 97 + portsTried++) % 20_000);
        const free = await new Promise<boolean>((told) => {
            const server = createServer().on("error", () => told(false));
            server.listen(port, "127.0.0.1", () => server.close(() => told(true)));
        });
        if (free) return port;
    }
}

/** A running portal. */
export class Portal {
    /** What it logged as an error. */
    readonly errors: string[] = [];
    private log = "";

    private constructor(
        readonly url: string,
        readonly folder: string,
        private readonly environment: NodeJS.ProcessEnv,
        private readonly process: ChildProcess,
    ) {
        let rest = "";
        process.stderr!.setEncoding("utf8").on("data", (text: string) => {
            this.log += text;
            const lines = (rest + text).split("\n");
            rest = lines.pop()!;
            this.errors.push(...lines.filter((line) => line.includes('"level":"ERROR"')));
        });
    }

    /**
     * Starts one, with the demonstration loaded, on the given database or on a SQLite file of its own. Another node of a
     * portal that runs already has its database and its documents.
     */
    static async start(database?: string, more: NodeJS.ProcessEnv = {}): Promise<Portal> {
        const folder = mkdtempSync(join(tmpdir(), "portal-journey-"));
        const port = await freePort();
        const environment = {
            ...process.env,
            DATABASE_URL: database ?? `sqlite://${folder}/portal.db`,
            PORTAL_DOCUMENTS: `${folder}/documents`,
            PORTAL_ADDR: `127.0.0.1:${port}`,
            ...more,
        };
        const demo = spawnSync(PROGRAM, ["demo", "--if-empty"], { env: environment, cwd: folder, encoding: "utf8" });
        if (demo.status !== 0) throw new Error(`portal demo ended with ${demo.status}: ${demo.error ?? demo.stderr}`);
        const child = spawn(PROGRAM, ["serve"], { env: environment, cwd: folder, stdio: ["ignore", "ignore", "pipe"] });
        const portal = new Portal(more.PORTAL_URL ?? `http://127.0.0.1:${port}`, folder, environment, child);
        // Two minutes at most: how busy the machine is, is nobody's fault.
        for (let tries = 0; tries < 2400; tries++) {
            if (child.exitCode !== null) break;
            const ready = await fetch(`${portal.url}/health/ready`).then((answer) => answer.ok, () => false);
            if (ready) return portal;
            await new Promise((later) => setTimeout(later, 50));
        }
        child.kill("SIGKILL");
        throw new Error(`portal serve did not get ready:\n${portal.log}`);
    }

    /** Starts one that is reached by a name of this machine, rather than by its number. */
    static async startAt(host: string): Promise<Portal> {
        const port = await freePort();
        return Portal.start(undefined, { PORTAL_ADDR: `127.0.0.1:${port}`, PORTAL_URL: `http://${host}:${port}` });
    }

    /** Runs another command of the program on the same database, such as `journal verify`. */
    command(...words: string[]): { status: number | null; text: string } {
        const done = spawnSync(PROGRAM, words, { env: this.environment, cwd: this.folder, encoding: "utf8" });
        return { status: done.status, text: done.stdout + done.stderr };
    }

    /** Stops it as an operator would. It must end in order. */
    async stop(): Promise<void> {
        const ended = new Promise<number | string | null>((end) => {
            if (this.process.exitCode !== null) end(this.process.exitCode);
            else this.process.once("exit", (code, signal) => end(code ?? signal));
        });
        this.process.kill("SIGTERM");
        const late = setTimeout(() => this.process.kill("SIGKILL"), 60_000);
        const code = await ended;
        clearTimeout(late);
        rmSync(this.folder, { recursive: true, force: true });
        if (code !== 0) throw new Error(`the portal ended with ${code} after SIGTERM:\n${this.log}`);
    }
}

/** What went wrong in the browsers of one test. */
export class Problems {
    readonly found: string[] = [];
    private readonly statuses = new Set<number>();

    /** The story leads to answers with these statuses, and the browser may say so in its console. */
    expects(...statuses: number[]): void {
        for (const status of statuses) this.statuses.add(status);
    }

    watch(context: BrowserContext): void {
        context.on("console", (message) => {
            if (message.type() !== "error") return;
            const status = /^Failed to load resource: the server responded with a status of (\d+)/.exec(message.text());
            if (status && this.statuses.has(Number(status[1]))) return;
            this.found.push(`console at ${message.page()?.url()}: ${message.text()} (${message.location().url})`);
        });
        context.on("weberror", (error) => {
            const thrown = error.error();
            this.found.push(`script at ${error.page()?.url()}: ${thrown.name} ${thrown.message} ${thrown.stack}`);
        });
        context.on("requestfailed", (request) => {
            // The browser itself gives up on what a page it leaves still waits for, and on a page that becomes a download.
            if (request.failure()?.errorText === "net::ERR_ABORTED") return;
            this.found.push(`request: ${request.method()} ${request.url()} ${request.failure()?.errorText}`);
        });
    }
}

export type Options = {
    /** Which journey a file tells. It only makes Playwright give the file a worker, and so a portal, of its own. */
    journey: string;
    /** The language that the visitor's browser prefers. */
    language: Language;
};

type Fixtures = {
    /** The portal's words in the visitor's language. */
    t: Words;
    problems: Problems;
    /** Brings another person, with a browser of their own. */
    another: () => Promise<Page>;
};

export const test = base.extend<Fixtures & Pick<Options, "language">, { portal: Portal } & Pick<Options, "journey">>({
    journey: ["", { option: true, scope: "worker" }],
    portal: [
        async ({ journey: _ }, use) => {
            const portal = await Portal.start();
            await use(portal);
            await portal.stop();
        },
        { scope: "worker" },
    ],
    language: ["en", { option: true }],
    baseURL: async ({ portal }, use) => use(portal.url),
    // The header is all that the portal looks at; nothing else of the browser changes.
    locale: async ({}, use) => use(undefined),
    extraHTTPHeaders: async ({ language }, use) =>
        use({ "accept-language": language === "zh" ? "zh-CN,zh;q=0.9,en;q=0.8" : "en-GB,en;q=0.9" }),
    t: async ({ language }, use) => use(WORDS[language]),
    problems: [
        async ({ portal }, use) => {
            const before = portal.errors.length;
            const problems = new Problems();
            await use(problems);
            problems.found.push(...portal.errors.slice(before).map((line) => `log: ${line}`));
            expect(problems.found, "what nobody asked for").toEqual([]);
        },
        { auto: true },
    ],
    context: async ({ context, problems }, use) => {
        problems.watch(context);
        await use(context);
    },
    another: async ({ browser, problems }, use) => {
        const contexts: BrowserContext[] = [];
        await use(async () => {
            const context = await browser.newContext();
            contexts.push(context);
            problems.watch(context);
            return context.newPage();
        });
        for (const context of contexts) await context.close();
    },
});

export { expect };

export type Way = { language: Language; scripts: boolean };

/** Tells the same stories in both languages, each with scripts and without. */
export function inEveryWay(tell: (way: Way) => void): void {
    inWays(tell, [
        { language: "en", scripts: true },
        { language: "en", scripts: false },
        { language: "zh", scripts: true },
        { language: "zh", scripts: false },
    ]);
}

/** The same for what is rarer: in one language with scripts, in the other without. */
export function inTwoWays(tell: (way: Way) => void): void {
    inWays(tell, [
        { language: "en", scripts: true },
        { language: "zh", scripts: false },
    ]);
}

function inWays(tell: (way: Way) => void, ways: Way[]): void {
    for (const way of ways) {
        test.describe(`${way.language === "en" ? "English" : "Chinese"}, ${way.scripts ? "scripts" : "no scripts"}`, () => {
            test.use({ language: way.language, javaScriptEnabled: way.scripts });
            tell(way);
        });
    }
}
