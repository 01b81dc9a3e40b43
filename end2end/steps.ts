// What people do again and again.
import { expect, type Locator, type Page } from "@playwright/test";
import { part, type Words } from "./words";

export const ROLES = ["administrator", "staff", "executive", "expert", "representative"] as const;
export type Role = (typeof ROLES)[number];

/** The demonstration's people. */
export const PEOPLE: Record<Role, { email: string; name: string }> = {
    administrator: { email: "admin@demo.example", name: "Demo Administrator 示例管理员" },
    staff: { email: "staff@demo.example", name: "Demo Staff 示例工作人员" },
    executive: { email: "executive@demo.example", name: "Demo Executive 示例领导" },
    expert: { email: "expert@demo.example", name: "Demo Expert 示例专家" },
    representative: { email: "rep@demo.example", name: "Demo Representative 示例企业代表" },
};
export const PASSWORD = "hope-city-demo";

/** Signs in behind the page's back, which is quick. How people do it is told in sign-in.spec.ts. */
export async function signIn(page: Page, role: Role): Promise<void> {
    const answer = await page.request.post("/api/account/sign-in", {
        form: { email: PEOPLE[role].email, password: PASSWORD },
        headers: { accept: "text/html" },
        maxRedirects: 0,
    });
    expect(answer.status()).toBe(303);
}

/** Opens the account's menu in the top bar. */
export async function openAccount(page: Page, name: string): Promise<void> {
    await page.getByRole("banner").getByText(name).first().click();
}

/** Waits until what the page does by script is there: a form then posts without leaving its page. */
export async function awake(page: Page, scripts = true): Promise<void> {
    if (scripts) await expect(page.locator("html")).toHaveAttribute("data-live", "true");
}

/** The fields of a company's form. */
export function companyForm(page: Page, t: Words) {
    const main = page.getByRole("main");
    return {
        nameEn: main.getByRole("textbox", { name: t.company.name_en }),
        nameZh: main.getByRole("textbox", { name: t.company.name_zh }),
        nameLocal: main.getByRole("textbox", { name: t.company.name_local }),
        kind: (code: string) => main.getByRole("checkbox", { name: t.kind[code], exact: true }),
        kinds: main.getByRole("group", { name: t.company.kinds }),
        country: main.getByRole("combobox", { name: t.company.country }),
        city: main.getByRole("textbox", { name: t.company.city }),
        // The second one is for further websites.
        website: main.getByRole("textbox", { name: t.company.website }).first(),
        stage: main.getByRole("combobox", { name: t.company.stage }),
        manager: main.getByRole("combobox", { name: t.company.manager }),
        about: main.getByRole("textbox", { name: t.company.about }),
        add: main.getByRole("button", { name: t.companies.add, exact: true }),
        save: main.getByRole("button", { name: t.company.save, exact: true }),
        summary: main.getByRole("alert"),
    };
}

/** A fact of a company or product, as its page lists it. */
export function fact(page: Page, label: string): Locator {
    return page.getByRole("main").locator("dt", { hasText: part(label) }).first().locator("+ dd");
}

/** Where a company's page is. */
export async function companyUrl(page: Page, name: string): Promise<string> {
    await page.goto(`/companies?q=${encodeURIComponent(name)}`);
    const url = await page.getByRole("main").getByRole("link", { name, exact: true }).getAttribute("href");
    return url!;
}

/** Adds a company behind the page's back and gives its address. How people do it is told in companies.spec.ts. */
export async function addCompany(page: Page, facts: { kinds: string[] } & Record<string, string | string[]>): Promise<string> {
    const { kinds, ...fields } = facts;
    const form = new URLSearchParams(fields as Record<string, string>);
    // Stories that are told several times add companies of the same name.
    form.append("not_duplicate", "yes");
    form.append("not_duplicate_reason", "A story needs it");
    for (const kind of kinds) form.append("kinds[]", kind);
    const answer = await page.request.post("/api/companies/create", {
        data: form.toString(),
        headers: { accept: "text/html", "content-type": "application/x-www-form-urlencoded" },
        maxRedirects: 0,
    });
    expect(answer.status()).toBe(303);
    expect(answer.headers().location).toMatch(/^\/companies\/[0-9a-f-]{36}$/);
    return answer.headers().location;
}

/** The rows of the page's list, without its head. */
export function rows(page: Page): Locator {
    return page.getByRole("main").getByRole("table").first().getByRole("row").filter({ has: page.getByRole("rowheader") });
}

/** The records of a CSV file. */
export function records(csv: string): string[][] {
    const records: string[][] = [];
    let record: string[] = [];
    for (const [, quoted, plain, end] of csv.replace(/^\ufeff/, "").matchAll(/(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r\n|\n|$)/g)) {
        record.push(quoted === undefined ? plain : quoted.replaceAll('""', '"'));
        if (end === ",") continue;
        if (record.length > 1 || record[0] !== "") records.push(record);
        record = [];
    }
    return records;
}
