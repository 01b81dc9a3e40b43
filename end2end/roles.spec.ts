// What each role may open and see, on a wide screen and on a phone.
import { expect, test } from "./portal";
import { addCompany, companyUrl, fact, PEOPLE, ROLES, rows, signIn, type Role } from "./steps";
import { say } from "./words";
import type { Page } from "@playwright/test";

test.use({ journey: "roles" });

for (const language of ["en", "zh"] as const) {
    test.describe(language === "en" ? "English" : "Chinese", () => {
        test.use({ language });

        test("the navigation has only what the role may open", async ({ another, t }) => {
            for (const role of ROLES) {
                const admits = ["administrator", "staff"].includes(role);
                const partners = [
                    t.companies.title,
                    ...(admits || role === "executive" ? [t.enquiries.title] : []),
                    ...(role === "expert" ? [] : [t.person.people, t.agreements.title]),
                    ...(admits ? [t.joining.title] : []),
                ];
                const sections = [t.today.title, ...partners, t.products.title];
                const administration = [t.admin.title, t.users.title, t.invitation.title, t.security.admin_title, t.journal.title, t.mails.title, t.jobs.title, t.calendar.title, t.privacy.nav];
                const page = await another();
                await signIn(page, role);
                await page.goto("/today");
                await expect(page.getByRole("heading", { level: 1 })).toHaveText(say(t.today.hello, { name: PEOPLE[role].name }));
                const links = page.getByRole("navigation", { name: t.nav.label }).getByRole("link");
                await expect(links).toHaveText(role === "administrator" ? [...sections, ...administration] : role === "staff" ? [...sections, t.users.title] : sections);
                await expect(links.first()).toHaveAttribute("aria-current", "page");
                for (const link of await links.all()) {
                    const answer = await page.request.get((await link.getAttribute("href"))!);
                    expect(answer.status()).toBe(200);
                }
                await page.close();
            }
        });

        test("who may add, export, import and administer", async ({ another, problems, t }) => {
            problems.expects(403);
            const may: Record<Role, string[]> = {
                administrator: ["/companies/new", "/companies.csv", "/products.csv", "/products/import", "/admin", "/admin/people", "/admin/journal", "/admin/mail", "/admin/jobs", "/admin/invitations", "/admin/security", "/admin/calendar", "/admin/erasures", "/admin/retention"],
                staff: ["/companies/new", "/companies.csv", "/products.csv", "/products/import", "/admin/people"],
                executive: ["/companies.csv", "/products.csv"],
                expert: [],
                representative: [],
            };
            for (const role of ROLES) {
                const page = await another();
                await signIn(page, role);
                await page.goto("/companies");
                const main = page.getByRole("main");
                await expect(main.getByRole("link", { name: t.companies.add })).toHaveCount(may[role].includes("/companies/new") ? 1 : 0);
                await expect(main.getByRole("link", { name: t.list.export })).toHaveCount(may[role].includes("/companies.csv") ? 1 : 0);
                await page.goto("/products");
                await expect(main.getByRole("link", { name: t.import.title })).toHaveCount(may[role].includes("/products/import") ? 1 : 0);
                await expect(main.getByRole("link", { name: t.list.export })).toHaveCount(may[role].includes("/products.csv") ? 1 : 0);
                for (const path of may.administrator) {
                    const answer = await page.request.get(path);
                    expect(answer.status(), `${role} ${path}`).toBe(may[role].includes(path) ? 200 : 403);
                }
                if (role === "executive") {
                    await page.goto("/companies/new");
                    await expect(page.getByRole("heading", { level: 1, name: t.problem_page.forbidden })).toBeVisible();
                    await page.getByRole("link", { name: t.problem_page.home }).click();
                    await expect(page).toHaveURL("/today");
                }
                await page.close();
            }
        });

        test("a representative knows the own company and no other", async ({ page, another, problems, t }) => {
            problems.expects(404);
            const staff = await another();
            await signIn(staff, "staff");
            const other = await companyUrl(staff, language === "en" ? "Novo Nordisk A/S" : "诺和诺德");

            await signIn(page, "representative");
            await page.goto("/companies");
            await expect(rows(page)).toHaveCount(1);
            await rows(page).getByRole("link", { name: "ALK-Abelló A/S" }).click();
            await expect(page.getByRole("heading", { level: 1 })).toHaveText("ALK-Abelló A/S");
            await expect(fact(page, t.company.website)).toHaveText("https://www.alk.net");
            await expect(page.getByRole("main").getByRole("link", { name: t.company.edit })).toHaveCount(0);

            for (const path of [other, `${other}/edit`]) {
                const answer = await page.goto(path);
                expect(answer!.status()).toBe(404);
                await expect(page.getByRole("heading", { level: 1, name: t.problem_page.not_found })).toBeVisible();
                await expect(page.getByText("Novo")).toHaveCount(0);
            }
            await page.goto("/companies?q=Novo");
            await expect(rows(page)).toHaveCount(0);
        });

        test("an expert sees a company's name, country and kind, and no more", async ({ page, another, problems, t }) => {
            problems.expects(403);
            const staff = await another();
            await signIn(staff, "staff");
            const about = `Confidential ${language}`;
            const url = await addCompany(staff, {
                name_en: `Discreet ${language} Ltd`,
                kinds: ["agent"],
                country: "DK",
                city: "Aarhus",
                website: "https://discreet.example",
                stage: "in_talks",
                about,
            });
            await signIn(page, "expert");
            await page.goto(`/companies?q=Discreet+${language}`);
            await expect(page.getByRole("columnheader")).toHaveText([t.company.name, t.company.kinds, t.company.country]);
            await expect(page.getByRole("main").getByRole("combobox")).toHaveCount(2);
            await rows(page).getByRole("link").click();
            await expect(page).toHaveURL(url);
            await expect(fact(page, t.company.kinds)).toHaveText(t.kind.agent);
            const all = await page.content();
            for (const hidden of [about, "Aarhus", "discreet.example", t.stage.in_talks, PEOPLE.staff.name]) {
                expect(all, hidden).not.toContain(hidden);
            }
            expect((await page.goto(`${url}/edit`))!.status()).toBe(403);
            // What may not be seen cannot be found out by filters either.
            await page.goto("/companies");
            const count = await page.getByRole("main").getByRole("status").innerText();
            for (const query of ["stage=in_talks", "sort=stage", "sort=-products", "sort=manager"]) {
                await page.goto(`/companies?${query}`);
                await expect(page.getByRole("main").getByRole("status"), query).toHaveText(count);
            }
        });

        test("an administrator reads in the journal who did what, when, and from where", async ({ page, another, t }) => {
            const staff = await another();
            await signIn(staff, "staff");
            await addCompany(staff, { name_en: `Recorded ${language} Ltd`, kinds: ["cro"], stage: "target" });
            await signIn(page, "administrator");
            await page.goto("/admin/journal");
            const entry = page.getByRole("row").filter({ hasText: t.event.company_created }).first();
            await expect(entry).toContainText(PEOPLE.staff.name);
            await expect(entry).toContainText("127.0.0.1");
            await entry.getByText(say(t.journal.changes, { n: 3 })).click();
            await expect(entry).toContainText(`Recorded ${language} Ltd`);

            await page.getByLabel(t.journal.action, { exact: true }).selectOption("account.signed_in");
            await page.getByLabel(t.journal.actor, { exact: true }).selectOption(PEOPLE.staff.name);
            await page.getByRole("button", { name: t.list.apply }).click();
            await expect(page).toHaveURL(/action=account\.signed_in/);
            await expect(page.getByRole("row").filter({ hasText: t.event.account_signed_in }).first()).toContainText(PEOPLE.staff.name);
            await expect(page.getByRole("row").filter({ hasText: PEOPLE.administrator.name })).toHaveCount(0);

            await page.goto("/admin/people");
            // Another's address may end like this one's.
            const account = (role: Role) => page.getByRole("row").filter({ has: page.getByText(PEOPLE[role].email, { exact: true }) });
            for (const role of ROLES) {
                await expect(account(role)).toContainText(t.role[role]);
            }
            await expect(account("representative")).toContainText("ALK-Abelló A/S");
        });
    });
}

async function expectNoSideways(page: Page, name: string): Promise<void> {
    const over = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
    expect(over, `${name} is wider than the screen by`).toBeLessThanOrEqual(0);
}

for (const scripts of [true, false]) {
    test.describe(`a phone, ${scripts ? "scripts" : "no scripts"}`, () => {
        test.use({ viewport: { width: 360, height: 740 }, javaScriptEnabled: scripts });

        test("the menu opens the navigation", async ({ page, t }) => {
            await signIn(page, "staff");
            await page.goto("/today");
            const navigation = page.getByRole("navigation", { name: t.nav.label });
            await expect(navigation).toBeHidden();
            await page.getByRole("button", { name: t.shell.menu }).click();
            await expect(navigation).toBeVisible();
            await navigation.getByRole("link", { name: t.companies.title }).click();
            await expect(page).toHaveURL("/companies");
            await expect(navigation).toBeHidden();
            await page.getByRole("button", { name: t.shell.menu }).click();
            await expect(navigation.getByRole("link", { name: t.companies.title })).toHaveAttribute("aria-current", "page");
        });

        test("a representative's few entries need no menu", async ({ page, t }) => {
            await signIn(page, "representative");
            await page.goto("/today");
            await expect(page.getByRole("button", { name: t.shell.menu })).toHaveCount(0);
            await page.getByRole("navigation", { name: t.nav.label }).getByRole("link", { name: t.products.title }).click();
            await expect(page).toHaveURL("/products");
        });
    });
}

for (const language of ["en", "zh"] as const) {
    test.describe(`a phone, ${language}`, () => {
        test.use({ viewport: { width: 360, height: 740 }, language });

        test("no page scrolls sideways", async ({ page, another, problems }) => {
            problems.expects(403, 404);
            for (const path of ["/", "/sign-in", "/sign-in?next=%2Ftoday", "/nowhere"]) {
                await page.goto(path);
                await expectNoSideways(page, path);
            }
            await signIn(page, "administrator");
            const url = await addCompany(page, {
                name_en: "Averylongnamewithoutanyspaceinitwhichmustnotmakethepagewiderthanthescreen Ltd",
                name_zh: "超长名称".repeat(20),
                kinds: ["manufacturer", "agent", "cro", "research"],
                country: "GB",
                city: "Llanfairpwllgwyngyllgogerychwyrndrobwllllantysiliogogogoch",
                website: `https://www.example.com/${"long".repeat(50)}`,
                stage: "in_talks",
                about: `${"unbroken".repeat(40)}\n\nend`,
            });
            await page.goto("/products?q=dupixent");
            const product = await rows(page).getByRole("link").first().getAttribute("href");
            const paths = [
                ...["/today", "/companies", "/companies?sort=-changed", `/companies?q=${"long".repeat(30)}`, url, `${url}/edit`, `${url}/relations/new`, "/people", `/people/new?company=${url.split("/").pop()}`],
                ...["/companies/new", "/products", product!, "/products/import", "/admin", "/admin/jobs", "/admin/journal", "/admin/mail", "/admin/people", "/nowhere"],
            ];
            for (const path of paths) {
                await page.goto(path);
                await expectNoSideways(page, path);
            }
            for (const role of ["expert", "representative"] as const) {
                const other = await another();
                await other.setViewportSize({ width: 360, height: 740 });
                await signIn(other, role);
                for (const path of ["/today", "/notifications", "/account/notifications", "/companies", "/products", product!, "/admin/journal"]) {
                    await other.goto(path);
                    await expectNoSideways(other, `${role} ${path}`);
                }
            }
        });
    });
}
