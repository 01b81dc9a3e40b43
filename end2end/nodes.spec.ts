// Two servers on one database: whoever is served by either sees the same portal.
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { expect, Portal, test } from "./portal";
import { awake, companyForm, PASSWORD, PEOPLE } from "./steps";

const SERVER = process.env.PORTAL_TEST_POSTGRES;

test.use({ journey: "nodes" });

test("two servers on one PostgreSQL are one portal", async ({ browser, problems, t }) => {
    test.skip(!SERVER, "PORTAL_TEST_POSTGRES names no server");
    const name = `nodes_${process.pid}`;
    const psql = (statement: string) => {
        const done = spawnSync("psql", [SERVER!, "-qc", statement], { encoding: "utf8" });
        expect(done.status, done.stderr).toBe(0);
    };
    psql(`CREATE DATABASE ${name}`);
    const database = SERVER!.replace(/\/[^/]*$/, `/${name}`);
    const first = await Portal.start(database);
    const second = await Portal.start(database, { PORTAL_DOCUMENTS: join(first.folder, "documents") });
    try {
        const context = await browser.newContext();
        problems.watch(context);
        const page = await context.newPage();

        await test.step("a session of one is a session of the other", async () => {
            await page.goto(`${first.url}/sign-in`);
            const answer = await page.request.post(`${first.url}/api/account/sign-in`, {
                form: { email: PEOPLE.staff.email, password: PASSWORD },
                headers: { accept: "text/html" },
                maxRedirects: 0,
            });
            expect(answer.status()).toBe(303);
            await page.goto(`${second.url}/companies/new`);
        });

        await test.step("what is added by one is shown, and corrected, by the other", async () => {
            await awake(page);
            const form = companyForm(page, t);
            await form.nameEn.fill("Two Nodes ApS");
            await form.kind("agent").check();
            await form.add.click();
            await expect(page.getByRole("heading", { level: 1 })).toHaveText("Two Nodes ApS");
            const path = new URL(page.url()).pathname;
            await page.goto(first.url + path);
            await expect(page.getByRole("heading", { level: 1 })).toHaveText("Two Nodes ApS");
            await page.goto(`${first.url}${path}/edit`);
            await awake(page);
            await companyForm(page, t).city.fill("Aarhus");
            await companyForm(page, t).save.click();
            await expect(page).toHaveURL(first.url + path);
            await page.goto(second.url + path);
            await expect(page.getByRole("main")).toContainText("Aarhus");
        });

        await test.step("a file sent to one is served by the other", async () => {
            await page.goto(`${first.url}/companies?q=two+nodes`);
            await page.getByRole("main").getByRole("link", { name: "Two Nodes ApS" }).click();
            const path = new URL(page.url()).pathname;
            const text = "one text for both\n";
            const sent = await page.request.post(`${first.url}${path}/documents`, {
                multipart: { audience: "zone", note: "", file: { name: "both.txt", mimeType: "text/plain", buffer: Buffer.from(text) } },
                headers: { accept: "text/html" },
                maxRedirects: 0,
            });
            expect(sent.status()).toBe(303);
            await page.goto(second.url + path);
            const link = page.locator("#documents").getByRole("link", { name: "both.txt" });
            const got = await page.request.get(second.url + (await link.getAttribute("href")));
            expect(await got.text()).toBe(text);
        });

        await test.step("failures at one slow down the other", async () => {
            const fail = (portal: Portal, password: string) =>
                page.request.post(`${portal.url}/api/account/sign-in`, {
                    form: { email: PEOPLE.expert.email, password },
                    headers: { accept: "application/json" },
                });
            for (let tries = 0; tries < 10; tries++) expect((await fail(first, "wrong")).status()).toBe(422);
            const last = [await fail(first, "wrong"), await fail(second, "wrong"), await fail(second, "wrong")];
            expect(last.some((answer) => answer.status() === 429)).toBe(true);
        });

        await test.step("signed out at one is signed out at the other", async () => {
            await page.request.post(`${second.url}/api/account/sign-out`, { headers: { accept: "text/html" }, maxRedirects: 0 });
            await page.goto(`${first.url}/today`);
            await expect(page).toHaveURL(/\/sign-in/);
        });

        await context.close();
        expect(first.command("journal", "verify").text).toContain("the journal holds");
        expect([...first.errors, ...second.errors]).toEqual([]);
    } finally {
        await second.stop();
        await first.stop();
        psql(`DROP DATABASE ${name} WITH (FORCE)`);
    }
});
