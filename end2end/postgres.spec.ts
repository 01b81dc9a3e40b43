// The same portal on PostgreSQL.
import { spawnSync } from "node:child_process";
import { expect, Portal, test } from "./portal";
import { companyForm, signIn, fact } from "./steps";
import { smallTable } from "./table";

const SERVER = process.env.PORTAL_TEST_POSTGRES;

test.use({ journey: "postgres" });

test("a company is added and found, and a table imported, on PostgreSQL", async ({ browser, problems, t }) => {
    test.skip(!SERVER, "PORTAL_TEST_POSTGRES names no server");
    const name = `journey_${process.pid}`;
    const psql = (statement: string) => {
        const done = spawnSync("psql", [SERVER!, "-qc", statement], { encoding: "utf8" });
        expect(done.status, done.stderr).toBe(0);
    };
    psql(`CREATE DATABASE ${name}`);
    const portal = await Portal.start(SERVER!.replace(/\/[^/]*$/, `/${name}`));
    try {
        const context = await browser.newContext({ baseURL: portal.url });
        problems.watch(context);
        const page = await context.newPage();
        await signIn(page, "staff");
        await page.goto("/companies/new");
        const form = companyForm(page, t);
        await form.nameEn.fill("On PostgreSQL ApS");
        await form.kind("agent").check();
        await form.country.selectOption("DK");
        await form.add.click();
        await expect(page.getByRole("heading", { level: 1 })).toHaveText("On PostgreSQL ApS");
        await expect(fact(page, t.company.country)).toHaveText("Denmark");
        await page.goto("/companies?q=postgresql");
        await expect(page.getByRole("main").getByRole("link", { name: "On PostgreSQL ApS" })).toBeVisible();

        await page.goto("/products/import");
        await page.getByLabel(t.import.file, { exact: true }).setInputFiles({ name: "small.csv", mimeType: "text/csv", buffer: smallTable(77) });
        await page.getByRole("button", { name: t.import.button }).click();
        await expect(page.getByRole("row", { name: t.import.created }).first()).toContainText("3");
        await context.close();
        expect(portal.command("journal", "verify").text).toContain("the journal holds");
        expect(portal.errors).toEqual([]);
    } finally {
        await portal.stop();
        psql(`DROP DATABASE ${name} WITH (FORCE)`);
    }
});
