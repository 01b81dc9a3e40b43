// The portal without a mouse.
import { expect, test } from "./portal";
import { awake, companyForm, PASSWORD, PEOPLE, rows, signIn } from "./steps";
import type { Locator, Page } from "@playwright/test";

test.use({ journey: "keyboard" });

/** What has the focus shows it: an outline of at least 2 px, on the element or on what stands in for it. */
async function expectVisibleFocus(page: Page): Promise<void> {
    const seen = await page.evaluate(() => {
        const element = document.activeElement!;
        const box = element.getBoundingClientRect();
        const inside = box.bottom > 0 && box.top < innerHeight && box.right > 0 && box.left < innerWidth;
        const outlined = [null, "::before", "::after"].some((pseudo) => {
            const style = getComputedStyle(element, pseudo);
            return style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2;
        });
        return { element: element.outerHTML.slice(0, 200), outlined, inside };
    });
    expect(seen).toEqual({ element: seen.element, outlined: true, inside: true });
}

/** Presses Tab until the element has the focus, looking at every stop on the way. */
async function tabTo(page: Page, target: Locator): Promise<void> {
    for (let presses = 0; presses < 80; presses++) {
        if (await target.evaluate((element) => element === document.activeElement)) return;
        await page.keyboard.press("Tab");
        await expectVisibleFocus(page);
    }
    throw new Error(`Tab does not lead to ${target}`);
}

for (const language of ["en", "zh"] as const) {
    test.describe(language === "en" ? "English" : "Chinese", () => {
        test.use({ language });

        test("the first stop skips to the content", async ({ page, t }) => {
            await signIn(page, "staff");
            await page.goto("/companies");
            await page.keyboard.press("Tab");
            const skip = page.getByRole("link", { name: t.shell.skip });
            await expect(skip).toBeFocused();
            await expect(skip).toBeInViewport();
            await page.keyboard.press("Enter");
            await expect(page.getByRole("main")).toBeFocused();
            await page.keyboard.press("Tab");
            expect(await page.getByRole("main").evaluate((main) => main.contains(document.activeElement))).toBe(true);
        });

        test("single keys: search, sections, rows, help", async ({ page, t }) => {
            await signIn(page, "administrator");
            await page.goto("/today");
            await page.keyboard.press("/");
            const search = page.getByRole("search").getByRole("searchbox");
            await expect(search).toBeFocused();
            // In a field a key is a letter.
            await page.keyboard.type("gc?/j");
            await expect(search).toHaveValue("gc?/j");
            await search.fill("");
            await search.blur();

            for (const [key, path] of Object.entries({ p: "/products", j: "/admin/journal", u: "/admin/people", m: "/admin/mail", b: "/admin/jobs", o: "/admin", t: "/today", e: "/people", q: "/enquiries", a: "/joining", i: "/admin/invitations", s: "/admin/security", d: "/admin/calendar", v: "/admin/erasures", r: "/agreements", c: "/companies" })) {
                await page.keyboard.press("g");
                await page.keyboard.press(key);
                await expect(page).toHaveURL(path);
                await expect(page.getByRole("main")).toBeVisible();
            }

            const links = rows(page).getByRole("link");
            await page.keyboard.press("j");
            await expect(links.first()).toBeFocused();
            await page.keyboard.press("j");
            await page.keyboard.press("j");
            await expect(links.nth(2)).toBeFocused();
            await page.keyboard.press("k");
            await expect(links.nth(1)).toBeFocused();
            await expectVisibleFocus(page);
            const url = (await links.nth(1).getAttribute("href"))!;
            await page.keyboard.press("Enter");
            await expect(page).toHaveURL(url);

            await page.keyboard.press("?");
            const help = page.getByRole("dialog", { name: t.shortcuts.title });
            await expect(help).toBeVisible();
            await expect(help.getByRole("row", { name: `g c ${t.companies.title}`, exact: true })).toContainText(t.companies.title);
            await page.keyboard.press("Escape");
            await expect(help).toBeHidden();
        });

        test("single keys can be switched off, and stay off", async ({ page, t }) => {
            await signIn(page, "staff");
            await page.goto("/companies");
            await page.keyboard.press("?");
            const help = page.getByRole("dialog", { name: t.shortcuts.title });
            await help.getByRole("checkbox", { name: t.shortcuts.off }).press("Space");
            await help.getByRole("button", { name: t.shortcuts.close }).press("Enter");
            await expect(help).toBeHidden();
            const nothingHappens = async () => {
                for (const key of ["/", "j", "g", "p"]) await page.keyboard.press(key);
                await expect(page.getByRole("search").getByRole("searchbox")).not.toBeFocused();
                await expect(rows(page).getByRole("link").first()).not.toBeFocused();
                await expect(page).toHaveURL("/companies");
            };
            await nothingHappens();
            await page.reload();
            await nothingHappens();

            // The help is also in the account's menu, so that they can be switched on again.
            await page.getByRole("banner").getByText(PEOPLE.staff.name).first().click();
            await page.getByRole("button", { name: t.shortcuts.title }).click();
            await help.getByRole("checkbox", { name: t.shortcuts.off }).uncheck();
            await help.getByRole("button", { name: t.shortcuts.close }).click();
            await page.keyboard.press("/");
            await expect(page.getByRole("search").getByRole("searchbox")).toBeFocused();
        });

        test("from the sign-in to a new company by keyboard alone", async ({ page, problems, t }) => {
            problems.expects(422);
            await page.goto("/companies");
            await expect(page).toHaveURL(/\/sign-in/);
            // The address has the focus at once.
            await expect(page.getByRole("textbox", { name: t.sign_in.email })).toBeFocused();
            await page.keyboard.type(PEOPLE.staff.email);
            await tabTo(page, page.getByLabel(t.sign_in.password, { exact: true }));
            await page.keyboard.type(PASSWORD);
            await page.keyboard.press("Enter");
            await expect(page).toHaveURL("/companies");

            await tabTo(page, page.getByRole("main").getByRole("link", { name: t.companies.add }));
            await page.keyboard.press("Enter");
            await expect(page).toHaveURL("/companies/new");
            await awake(page);
            const form = companyForm(page, t);
            await tabTo(page, form.website);
            await page.keyboard.type("no address");
            await page.keyboard.press("Enter");

            // The summary has the focus; its first link leads to the first field.
            await expect(form.summary).toBeFocused();
            await tabTo(page, form.summary.getByRole("link").first());
            await page.keyboard.press("Enter");
            await expect(form.nameEn).toBeFocused();
            const name = `Typed by Keyboard ${language}`;
            await page.keyboard.type(name);
            await tabTo(page, form.kind("insurer"));
            await page.keyboard.press("Space");
            await expect(form.kind("insurer")).toBeChecked();
            await tabTo(page, form.website);
            await page.keyboard.press("ControlOrMeta+a");
            await page.keyboard.press("Delete");
            await tabTo(page, form.about);
            await page.keyboard.type("One line");
            await page.keyboard.press("Enter");
            await page.keyboard.type("and another");
            await tabTo(page, form.add);
            await page.keyboard.press("Enter");
            await expect(page.getByRole("heading", { level: 1 })).toHaveText(name);
        });
    });
}
