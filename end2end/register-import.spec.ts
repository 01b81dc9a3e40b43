// Staff brings companies out of a messy spreadsheet into the register, people out of a CSV, and takes an import back.
import { expect, inTwoWays, test } from "./portal";
import { spreadsheet, type Cell } from "./spreadsheet";
import { addCompany, companyUrl, fact, rows, signIn } from "./steps";
import { part, say, type Words } from "./words";
import type { Locator, Page } from "@playwright/test";

test.use({ journey: "register-import" });

/** Sends a file by the form; the page that asks what its columns are comes next. */
async function send(page: Page, t: Words, what: string, name: string, buffer: Buffer): Promise<void> {
    const main = page.getByRole("main");
    await page.goto("/companies");
    await main.getByRole("link", { name: t.imports.title, exact: true }).click();
    await main.getByRole("link", { name: t.imports.new, exact: true }).click();
    await main.getByRole("combobox", { name: t.imports.subject }).selectOption(what);
    await main.getByLabel(t.import.file, { exact: true }).setInputFiles({ name, mimeType: "text/csv", buffer });
    await main.getByRole("button", { name: t.imports.upload, exact: true }).click();
    await expect(page).toHaveURL(/\/imports\/[0-9a-f-]{36}\/mapping$/);
}

/** Goes on from the columns to the preview. */
async function preview(page: Page, t: Words): Promise<void> {
    await page.getByRole("main").getByRole("button", { name: t.imports.preview_button, exact: true }).click();
    await expect(page).toHaveURL(/\/imports\/[0-9a-f-]{36}\/preview$/);
}

/** How many rows do what: created, updated, unchanged, rejected. */
async function expectCounts(page: Page, t: Words, ...numbers: number[]): Promise<void> {
    for (const [index, outcome] of ["create", "update", "unchanged", "reject"].entries()) {
        const chip = page.getByRole("main").getByRole("link", { name: `${t.imports[outcome]} ${numbers[index]}`, exact: true });
        await expect(chip).toBeVisible({ timeout: 60_000 });
    }
}

function line(page: Page, number: number): Locator {
    return rows(page).filter({ has: page.getByRole("cell", { name: String(number), exact: true }) });
}

async function apply(page: Page, t: Words): Promise<void> {
    await page.getByRole("main").getByRole("button", { name: t.imports.apply, exact: true }).click();
    await expect(page.getByText(t.imports.state_applied, { exact: true })).toBeVisible({ timeout: 60_000 });
}

/** Opens the question whether the import shall be undone. */
async function openUndo(page: Page, t: Words): Promise<void> {
    const details = page.getByRole("main").locator("details", { hasText: t.imports.revert_explained });
    if ((await details.getAttribute("open")) === null) await details.locator("summary").click();
}

inTwoWays(({ language, scripts }) => {
    const mark = `${language}${scripts ? "1" : "2"}`;
    test.beforeEach(({ page }) => signIn(page, "staff"));

    test("a messy spreadsheet becomes companies of the register", async ({ page, t }) => {
        const known = `Nordlicht Biotech ${mark} A/S`;
        await addCompany(page, { name_en: known, kinds: ["manufacturer"], stage: "target", country: "DK" });
        const chinese = `珞珈${scripts ? "山" : "湖"}${language === "en" ? "甲" : "乙"}药业`;
        const head: Cell[] = ["Company\nname *", "中文名称", "国家", "Type", "Homepage", "City"];
        const file = spreadsheet([
            { name: "Notes", rows: [["Please look at the second sheet."]] },
            {
                name: "Partners 伙伴",
                merged: ["A1:F1"],
                rows: [
                    ["Our partners – state of November"],
                    [],
                    head,
                    [`Luojia  Pharma\u00a0${mark} Co., Ltd.`, chinese, "中国", "Manufacturer; CRO", `www.luojia-${mark}.example`, "武汉"],
                    [`  nordlicht biotech ${mark} a/s`, null, "丹麦", null, null, "Aarhus\u200b"],
                    [`Quarzen ${mark} GmbH`, null, "Germany", t.kind.agent, null, { day: 45777 }],
                    [`Quarzen ${mark} G.m.b.H.`, null, "DE", "agent", `https://quarzen-${mark}.example`, null],
                    [`Atlantis ${mark} Ltd`, null, "Atlantis", "agent", null, null],
                    [`Formula ${mark} Ltd`, null, "DE", "agent", null, { formula: "1+1" }],
                    [`=cmd|' /C calc'!A0 ${mark}`, null, "DE", "agent", null, null],
                ],
            },
        ]);
        await send(page, t, "companies", `partners ${mark}.xlsx`, file);
        const main = page.getByRole("main");
        await main.getByLabel(t.imports.sheet, { exact: true }).selectOption("Partners 伙伴");
        await main.getByRole("button", { name: t.imports.again, exact: true }).click();
        await expect(page).toHaveURL(/sheet=1/);
        await expect(main).toContainText(say(t.imports.merged, { n: 1 }));
        await expect(main.getByLabel(t.imports.header, { exact: true })).toHaveValue("3");
        for (const [column, field] of [
            ["Company name *", "name_en"],
            ["中文名称", "name_zh"],
            ["国家", "country"],
            ["Type", "kinds"],
            ["Homepage", "website"],
            ["City", "city"],
        ]) {
            await expect(main.getByRole("combobox", { name: column, exact: true })).toHaveValue(field);
        }
        await preview(page, t);
        await expectCounts(page, t, 4, 1, 0, 2);
        await expect(line(page, 4)).toContainText(`Luojia Pharma ${mark} Co., Ltd.`);
        await expect(line(page, 5)).toContainText("Aarhus");
        await expect(line(page, 8)).toContainText(`C8 · ${t.company.country} “Atlantis”${t.form.colon}${t.imports.wrong_no_country}`);
        await expect(line(page, 9)).toContainText(t.imports.wrong_formula);
        await main.getByRole("link", { name: `${t.imports.reject} 2`, exact: true }).click();
        await expect(page).toHaveURL(/outcome=reject/);
        await expect(rows(page)).toHaveCount(2);
        const rejected = await page.request.get(page.url().replace(/preview.*/, "rejected.csv"));
        expect(await rejected.text()).toContain(`Atlantis ${mark} Ltd`);
        await page.goBack();

        await apply(page, t);
        const luojia = await companyUrl(page, language === "en" ? `Luojia Pharma ${mark} Co., Ltd.` : chinese);
        await page.goto(luojia);
        await expect(fact(page, t.company.city)).toHaveText("武汉");
        await expect(page.getByRole("main")).toContainText(`partners ${mark}.xlsx`);
        await page.goto(await companyUrl(page, known));
        await expect(fact(page, t.company.city)).toHaveText("Aarhus");

        // Two of the rows were one company in two spellings: they are merged, and parted again.
        const kept = await companyUrl(page, `Quarzen ${mark} GmbH`);
        const gone = await companyUrl(page, `Quarzen ${mark} G.m.b.H.`);
        await page.goto(`${kept}/merge/${gone.replace("/companies/", "")}`);
        await main.getByRole("button", { name: t.duplicate.merge_button, exact: true }).click();
        await expect(page).toHaveURL(kept);
        await page.goto(gone);
        await expect(page).toHaveURL(kept);
        await page.goto("/companies/merges");
        await main.getByRole("button", { name: t.duplicate.undo }).first().click();
        await page.goto(gone);
        await expect(page.getByRole("heading", { level: 1 })).toHaveText(`Quarzen ${mark} G.m.b.H.`);

        // Who looks for a company by its Chinese name finds it.
        await page.goto(`/companies?q=${encodeURIComponent(chinese.slice(0, 3))}`);
        await expect(page.getByRole("main")).toContainText(chinese);
    });

    test("what the register gives, it takes back unchanged", async ({ page, t }) => {
        await page.goto("/companies");
        const count = Number((await page.getByRole("main").getByRole("status").innerText()).replace(/\D/g, ""));
        const file = await page.request.get("/companies.xlsx");
        expect(file.headers()["content-type"]).toContain("spreadsheetml");
        await send(page, t, "companies", "companies.xlsx", await file.body());
        await preview(page, t);
        await expectCounts(page, t, 0, 0, count, 0);
        await expect(page.getByRole("main").getByRole("button", { name: t.imports.apply })).toHaveCount(0);
    });

    test("people come with where they work; what was changed since stays when the import is undone", async ({ page, t }) => {
        const company = `Solvind ${mark} ApS`;
        await addCompany(page, { name_en: company, kinds: ["agent"], stage: "target", country: "DK" });
        const csv = [
            "Name;Chinese name;E-mail;Company;Job title;Since",
            `Åse Lund ${mark};;aase.${mark}@solvind.example;${company};Director;03/04/2024`,
            `Wang Wei ${mark};王伟;wei.${mark}@solvind.example;${company};Agent;05/06/2024`,
            `Nobody ${mark};;nobody.${mark};${company};;`,
            "",
        ].join("\n");
        await send(page, t, "people", `people ${mark}.csv`, Buffer.from(csv));
        const main = page.getByRole("main");
        // Both dates could be either, so it is asked.
        await main.getByRole("button", { name: t.imports.preview_button, exact: true }).click();
        await expect(main.getByRole("alert")).toContainText(t.imports.problem_which_is_the_day);
        await main.getByRole("combobox", { name: t.imports.order, exact: true }).selectOption("day");
        await preview(page, t);
        await expectCounts(page, t, 2, 0, 0, 1);
        await apply(page, t);
        const applied = page.url();

        await page.goto(await companyUrl(page, company));
        await expect(main).toContainText(`Åse Lund ${mark}`);
        await page.goto(`/people?q=${encodeURIComponent(`Åse Lund ${mark}`)}`);
        await rows(page).getByRole("link", { name: part(`Åse Lund ${mark}`) }).first().click();
        const person = new URL(page.url()).pathname;
        await page.goto(`${person}/edit`);
        await main.getByRole("textbox", { name: t.person.phone }).fill("+45 1234 5678");
        await main.locator("form").getByRole("button").last().click();
        await expect(page).toHaveURL(person);

        await page.goto(applied);
        await openUndo(page, t);
        await expect(main).toContainText(say(t.imports.blocked, { n: 1 }));
        await expect(main.getByRole("link", { name: `Åse Lund ${mark}` }).first()).toBeVisible();
        await main.getByRole("button", { name: t.imports.revert_others, exact: true }).click();
        // The rows say it of themselves, too.
        await expect(page.getByText(t.imports.state_reverted, { exact: true }).first()).toBeVisible({ timeout: 60_000 });
        await page.goto(`/people?q=${mark}`);
        await expect(main).toContainText(`Åse Lund ${mark}`);
        await expect(main).not.toContainText(`Wang Wei ${mark}`);
    });
});
