// The register: finding companies, taking the list along, adding one, correcting it.
import { readFileSync } from "node:fs";
import { expect, inEveryWay, test } from "./portal";
import { addCompany, awake, companyForm, fact, PEOPLE, records, rows, signIn } from "./steps";
import { part, say } from "./words";
import type { Page } from "@playwright/test";
import type { Words } from "./words";

test.use({ journey: "companies" });

function list(page: Page, t: Words) {
    const main = page.getByRole("main");
    return {
        search: main.getByRole("searchbox", { name: t.companies.search }),
        kind: main.getByRole("combobox", { name: t.company.kinds }),
        country: main.getByRole("combobox", { name: t.company.country }),
        stage: main.getByRole("combobox", { name: t.company.stage }),
        apply: main.getByRole("button", { name: t.list.apply, exact: true }),
        count: main.getByRole("status"),
        head: (name: string) => main.getByRole("columnheader", { name, exact: true }),
        chip: (name: string) => main.getByRole("link", { name: part(name) }).filter({ hasText: t.list.remove_filter }),
        company: (name: string) => main.getByRole("link", { name, exact: true }),
        pages: main.getByRole("navigation", { name: t.list.pages }),
    };
}

async function counted(page: Page): Promise<number> {
    const text = await page.getByRole("main").getByRole("status").innerText();
    return Number(text.replace(/\D/g, ""));
}

inEveryWay(({ scripts, language }) => {
    test.beforeEach(({ page }) => signIn(page, "staff"));

    test("search finds parts of names in English, Chinese and pinyin, and takes signs as they are", async ({ page, t }) => {
        const novo = language === "en" ? "Novo Nordisk A/S" : "诺和诺德";
        for (const words of ["ovo nord", "诺和诺", "nuohenuode"]) {
            await page.goto("/companies");
            const { search, apply, company, count } = list(page, t);
            await search.fill(words);
            await apply.click();
            await expect(page, words).toHaveURL(`/companies?q=${encodeURIComponent(words).replaceAll("%20", "+")}&kind=&country=&stage=&manager=&tier=&tag=&area=&no_contact_since=&stalled=&archived=`);
            await expect(company(novo), words).toBeVisible();
            await expect(count).not.toHaveText(say(t.companies.count, { n: 304 }));
        }
        // The search in the top bar finds records of every kind.
        await page.getByRole("search").getByRole("searchbox").fill("novo nord");
        await page.getByRole("search").getByRole("searchbox").press("Enter");
        await expect(page).toHaveURL("/search?q=novo+nord");
        await expect(page.getByRole("main").getByRole("link", { name: novo }).first()).toBeVisible();

        for (const sign of ["%", "_", "'", '"', "\\", "%' OR 1=1 --", "<b>"]) {
            await page.goto(`/companies?q=${encodeURIComponent(sign)}`);
            const { search, count } = list(page, t);
            await expect(search).toHaveValue(sign);
            expect(await counted(page), sign).toBeLessThan(60);
            await expect(count).toBeVisible();
        }
        await page.goto("/companies?q=%25%25%25");
        await expect(page.getByRole("heading", { name: t.companies.none_found })).toBeVisible();
        await page.getByRole("link", { name: t.list.clear_all }).click();
        await expect(page).toHaveURL("/companies");
    });

    test("filters are in the address, survive a reload, and come off one by one", async ({ page, t }) => {
        await page.goto("/companies");
        const all = await counted(page);
        const { kind, stage, apply, chip } = list(page, t);
        await kind.selectOption(t.kind.insurer);
        await stage.selectOption(t.stage.contacted);
        await apply.click();
        await expect(page).toHaveURL(/kind=insurer/);
        await expect(page).toHaveURL(/stage=contacted/);
        const both = await counted(page);
        expect(both).toBeGreaterThan(0);
        expect(both).toBeLessThan(20);
        await expect(rows(page)).toHaveCount(both);
        for (const row of await rows(page).all()) {
            await expect(row).toContainText(t.kind.insurer);
            await expect(row).toContainText(t.stage.contacted);
        }

        await page.reload();
        expect(await counted(page)).toBe(both);
        await expect(kind).toHaveValue("insurer");

        await chip(`${t.company.stage}${t.form.colon}${t.stage.contacted}`).click();
        await expect(page).toHaveURL("/companies?kind=insurer");
        const insurers = await counted(page);
        expect(insurers).toBeGreaterThan(both);
        await chip(`${t.company.kinds}${t.form.colon}${t.kind.insurer}`).click();
        await expect(page).toHaveURL("/companies");
        expect(await counted(page)).toBe(all);
        await page.goBack();
        await expect(page).toHaveURL("/companies?kind=insurer");
        expect(await counted(page)).toBe(insurers);
    });

    test("a head sorts, a second time backwards, and filters stay", async ({ page, t }) => {
        await page.goto("/companies?kind=manufacturer");
        const { head } = list(page, t);
        const products = () =>
            rows(page).evaluateAll((rows) => rows.map((row) => Number(row.querySelectorAll("td")[4].textContent)));

        await head(t.company.products).getByRole("link").click();
        await expect(page).toHaveURL("/companies?kind=manufacturer&sort=products");
        await expect(head(t.company.products)).toHaveAttribute("aria-sort", "ascending");
        await head(t.company.products).getByRole("link").click();
        await expect(page).toHaveURL("/companies?kind=manufacturer&sort=-products");
        await expect(head(t.company.products)).toHaveAttribute("aria-sort", "descending");
        const counts = await products();
        expect(counts[0]).toBeGreaterThan(0);
        expect(counts).toEqual([...counts].sort((a, b) => b - a));

        // A filter applied now keeps the order.
        const { stage, apply } = list(page, t);
        await stage.selectOption(t.stage.in_talks);
        await apply.click();
        await expect(page).toHaveURL(/sort=-products/);
        await expect(head(t.company.products)).toHaveAttribute("aria-sort", "descending");
    });

    test("fifty on a page, and every page has an address", async ({ page, t }) => {
        await page.goto("/companies?sort=-name");
        const { pages } = list(page, t);
        const all = await counted(page);
        await expect(rows(page)).toHaveCount(50);
        await expect(pages).toContainText(say(t.list.range, { first: 1, last: 50, count: all }));
        const first = await rows(page).first().getByRole("link").innerText();

        await pages.getByRole("link", { name: t.list.next }).click();
        await expect(page).toHaveURL("/companies?sort=-name&page=2");
        await expect(pages).toContainText(say(t.list.range, { first: 51, last: 100, count: all }));
        await expect(rows(page).first().getByRole("link")).not.toHaveText(first);
        await page.reload();
        await expect(pages).toContainText(say(t.list.range, { first: 51, last: 100, count: all }));
        await page.goBack();
        await expect(rows(page).first().getByRole("link")).toHaveText(first);

        const last = Math.ceil(all / 50);
        await page.goto(`/companies?page=${last}`);
        await expect(rows(page)).toHaveCount(all - 50 * (last - 1));
        await expect(pages.getByRole("link", { name: t.list.next })).toHaveCount(0);
        await page.goto("/companies?page=999");
        await expect(page.getByRole("main")).toContainText(say(t.list.beyond, { count: all }));
        await page.getByRole("main").getByRole("link", { name: t.list.last_page, exact: true }).click();
        await expect(page).toHaveURL(`/companies?page=${last}`);
    });

    test("the file has exactly the rows that are filtered, all pages of them", async ({ page, context, portal, t }) => {
        // A download does not carry the headers by which Playwright plays a Chinese browser; a chosen language it does.
        await context.addCookies([{ name: "language", value: language, url: portal.url }]);
        for (const query of ["", "?kind=manufacturer&sort=-country", "?q=pharma&stage=target"]) {
            await page.goto(`/companies${query}`);
            const all = await counted(page);
            const download = page.waitForEvent("download");
            await page.getByRole("link", { name: t.list.export }).click();
            const file = await download;
            expect(file.suggestedFilename()).toBe("companies.csv");
            const [head, ...lines] = records(readFileSync((await file.path())!, "utf8"));
            expect(head.slice(0, 2)).toEqual([t.company.name_en, t.company.name_zh]);
            expect(lines).toHaveLength(all);
            const shown = await rows(page).first().getByRole("link").innerText();
            expect(lines[0].slice(0, 2)).toContain(shown);
        }
    });

    test("a new company: told what is wrong beside the fields, what was typed kept, then it is there", async ({ page, problems, t }) => {
        problems.expects(422);
        await page.goto("/companies");
        await page.getByRole("main").getByRole("link", { name: t.companies.add }).click();
        await expect(page).toHaveURL("/companies/new");
        await awake(page, scripts);
        const form = companyForm(page, t);
        await form.city.fill("Hørsholm");
        await form.website.fill("javascript:alert(1)");
        await form.about.fill("Two lines,\n  & <b>signs</b>");
        await form.country.selectOption("DK");
        await form.stage.selectOption(t.stage.in_talks);
        await form.add.click();

        await expect(form.summary).toContainText(t.error.invalid);
        const links = form.summary.getByRole("link");
        await expect(links).toHaveText([
            `${t.company.name_en}${t.form.colon}${t.problem.no_name}`,
            `${t.company.kinds}${t.form.colon}${t.problem.missing}`,
            `${t.company.website}${t.form.colon}${t.problem.not_a_web_address}`,
        ]);
        if (scripts) await expect(form.summary).toBeFocused();
        await expect(form.nameEn).toHaveAccessibleDescription(part(t.problem.no_name));
        await expect(form.website).toHaveAccessibleDescription(part(t.problem.not_a_web_address));
        await expect(form.website).toHaveAttribute("aria-invalid", "true");
        await expect(form.kinds.getByText(t.problem.missing)).toBeVisible();
        await expect(form.city).not.toHaveAttribute("aria-invalid", "true");
        await links.first().click();
        await expect(form.nameEn).toBeFocused();

        await expect(form.city).toHaveValue("Hørsholm");
        await expect(form.website).toHaveValue("javascript:alert(1)");
        await expect(form.about).toHaveValue("Two lines,\n  & <b>signs</b>");
        await expect(form.country).toHaveValue("DK");
        await expect(form.stage).toHaveValue("in_talks");

        // Each way of telling the story adds a company that is not like the others.
        const way = `${language}${scripts}`;
        const own = { entrue: "Alvora", enfalse: "Bentessa", zhtrue: "Cavonix", zhfalse: "Dremora" }[way];
        const name = `${own} Laboratories`;
        const chinese = { entrue: "虚构实验室", enfalse: "臆造研究所", zhtrue: "杜撰制药", zhfalse: "空想医疗" }[way]!;
        await form.nameEn.fill(name);
        await form.nameZh.fill(chinese);
        await form.kind("manufacturer").check();
        await form.kind("research").check();
        await form.website.fill("www.invented.example/a?b=c&d");
        await form.add.click();

        await expect(page).toHaveURL(/\/companies\/[0-9a-f-]{36}$/);
        await expect(page.getByRole("heading", { level: 1 })).toHaveText(language === "en" ? name : chinese);
        await expect(fact(page, t.company.kinds)).toHaveText(`${t.kind.manufacturer}${t.form.comma}${t.kind.research}`);
        await expect(fact(page, t.company.country)).toHaveText(language === "en" ? "Denmark" : "丹麦");
        await expect(fact(page, t.company.website).getByRole("link")).toHaveAttribute("href", "https://www.invented.example/a?b=c&d");
        await expect(page.getByRole("main").getByText("Two lines,", { exact: false }).first()).toBeVisible();
        await expect(page.getByText(t.event.company_created)).toBeVisible();

        await page.goto(`/companies?q=${encodeURIComponent(name)}`);
        await expect(rows(page)).toHaveCount(1);
    });

    test("a correction stands in the timeline with what was before", async ({ page, t }) => {
        const url = await addCompany(page, { name_en: "Correctable Ltd", city: "Munich", kinds: ["insurer"], stage: "target" });
        await page.goto(url);
        const before = await fact(page, t.company.city).innerText();
        await page.getByRole("main").getByRole("link", { name: t.company.edit }).click();
        await expect(page).toHaveURL(`${url}/edit`);
        await awake(page, scripts);
        const form = companyForm(page, t);
        await expect(form.city).toHaveValue(before);
        await form.city.fill("Qionghai");
        await form.kind("research").check();
        await form.save.click();

        await expect(page).toHaveURL(url);
        await expect(fact(page, t.company.city)).toHaveText("Qionghai");
        const entry = page.getByRole("listitem").filter({ hasText: t.event.company_edited }).first();
        await expect(entry).toContainText(PEOPLE.staff.name);
        await entry.getByText(say(t.journal.changes, { n: 2 })).click();
        const change = entry.getByRole("row").filter({ hasText: t.company.city });
        await expect(change.getByRole("cell")).toHaveText([before, "Qionghai"]);

        // Saving without a change is no entry.
        await page.goto(`${url}/edit`);
        await awake(page, scripts);
        await form.save.click();
        await expect(page).toHaveURL(url);
        await expect(page.getByText(t.event.company_edited)).toHaveCount(1);
    });

    test("markup in every field is text, and nothing of it runs", async ({ page, problems, t }) => {
        problems.expects(422);
        await page.addInitScript(() => {
            (window as { ran?: boolean }).ran = false;
        });
        // Each of the four journeys adds a company, and those must not be taken for one.
        const own = { entrue: "Alder", enfalse: "Birkenfeld", zhtrue: "Cypress", zhfalse: "Damson" }[`${language}${scripts}`]!;
        const zhOwn = { entrue: "赤松", enfalse: "白桦", zhtrue: "柏木", zhfalse: "乌梅" }[`${language}${scripts}`]!;
        const script = "<script>window.ran=true</script>";
        const image = `"><img src=/nothing onerror="window.ran=true">`;
        const area = `</textarea>${script}&lt;b&gt;`;
        const seen = async () => {
            await expect(page.getByRole("main").getByRole("img")).toHaveCount(0);
            if (scripts) expect(await page.evaluate(() => (window as { ran?: boolean }).ran)).toBe(false);
        };

        await page.goto("/companies/new");
        await awake(page, scripts);
        const form = companyForm(page, t);
        const type = async () => {
            await form.nameEn.fill(`${own} ${script}`);
            await form.nameZh.fill(`${zhOwn}中 ${own} ${image}`);
            await form.nameLocal.fill(`${own}'${script}`);
            await form.city.fill(image);
            await form.about.fill(area);
        };
        const kept = async () => {
            await expect(form.nameEn).toHaveValue(`${own} ${script}`);
            await expect(form.nameZh).toHaveValue(`${zhOwn}中 ${own} ${image}`);
            await expect(form.nameLocal).toHaveValue(`${own}'${script}`);
            await expect(form.city).toHaveValue(image);
            await expect(form.about).toHaveValue(area);
            await seen();
        };
        await type();
        await form.website.fill(image);
        await form.add.click();
        await expect(form.summary).toContainText(t.problem.not_a_web_address);
        await kept();
        await expect(form.website).toHaveValue(image);

        await form.website.fill("");
        await form.kind("cro").check();
        await form.add.click();
        await expect(page).toHaveURL(/\/companies\/[0-9a-f-]{36}$/);
        const title = language === "en" ? `${own} ${script}` : `${zhOwn}中 ${own} ${image}`;
        await expect(page.getByRole("heading", { level: 1 })).toHaveText(title);
        await expect(page).toHaveTitle(`${title} · ${t.shell.name}`);
        await expect(fact(page, t.company.city)).toHaveText(image);
        await expect(page.getByText(area, { exact: true }).first()).toBeVisible();
        await seen();

        await page.getByRole("main").getByRole("link", { name: t.company.edit }).click();
        await awake(page, scripts);
        await kept();

        await page.goto(`/companies?q=${encodeURIComponent(script)}&kind=cro`);
        await expect(rows(page).getByRole("link", { name: title, exact: true })).toBeVisible();
        await expect(list(page, t).chip(script)).toBeVisible();
        await seen();
        await page.goto("/today");
        await seen();
    });
});
