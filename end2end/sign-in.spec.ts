// How people come in, go out, and choose their language.
import { expect, inEveryWay, test } from "./portal";
import { openAccount, PASSWORD, PEOPLE, ROLES } from "./steps";
import { say, WORDS } from "./words";
import type { Page } from "@playwright/test";
import type { Words } from "./words";

test.use({ journey: "sign-in" });

function door(page: Page, t: Words) {
    return {
        email: page.getByRole("textbox", { name: t.sign_in.email }),
        password: page.getByLabel(t.sign_in.password, { exact: true }),
        button: page.getByRole("main").getByRole("button", { name: t.sign_in.button, exact: true }),
        summary: page.getByRole("alert"),
    };
}

inEveryWay(() => {
    test("who asks for a page while signed out signs in and gets that page", async ({ page, t }) => {
        await page.goto("/companies?kind=insurer&sort=-country");
        await expect(page).toHaveURL(/\/sign-in\?next=/);
        await expect(page).toHaveTitle(`${t.sign_in.title} · ${t.shell.name}`);
        await expect(page.getByText(t.sign_in.first)).toBeVisible();

        const { email, password, button } = door(page, t);
        await email.fill(PEOPLE.executive.email);
        await password.fill(PASSWORD);
        await button.click();

        await expect(page).toHaveURL("/companies?kind=insurer&sort=-country");
        await expect(page.getByRole("heading", { level: 1, name: t.companies.title })).toBeVisible();
    });

    test("a wrong password is told, and nothing else; the address stays", async ({ page, t }) => {
        await page.goto("/sign-in?next=%2Fproducts");
        const { email, password, button, summary } = door(page, t);
        for (const address of [PEOPLE.expert.email, "nobody@demo.example"]) {
            await email.fill(address);
            await password.fill("not the password");
            await button.click();

            await expect(summary).toHaveText(t.error.wrong_credentials);
            await expect(summary.getByRole("link")).toHaveCount(0);
            await expect(email).toHaveValue(address);
            await expect(password).toHaveValue("");
            // Neither field is blamed: the answer is the same for an unknown address.
            await expect(email).not.toHaveAttribute("aria-invalid", "true");
            await expect(password).not.toHaveAttribute("aria-invalid", "true");
            expect(page.url()).not.toContain("not%20the");
        }

        await email.fill(PEOPLE.expert.email);
        await password.fill(PASSWORD);
        await button.click();
        await expect(page).toHaveURL("/products");
    });

    test("what is missing is told beside its field", async ({ page, t }) => {
        await page.goto("/sign-in");
        const { email, password, button, summary } = door(page, t);
        await button.click();
        await expect(summary).toContainText(t.error.invalid);
        await expect(summary.getByRole("link")).toHaveText([
            `${t.sign_in.email}${t.form.colon}${t.problem.missing}`,
            `${t.sign_in.password}${t.form.colon}${t.problem.missing}`,
        ]);
        await expect(email).toHaveAccessibleDescription(t.problem.missing);
        await expect(password).toHaveAccessibleDescription(t.problem.missing);
        await summary.getByRole("link").last().click();
        await expect(password).toBeFocused();
    });

    test("each demonstration account is one click away, and one signs out again", async ({ page, t }) => {
        for (const role of ROLES) {
            await page.goto("/sign-in");
            await page.getByRole("button", { name: say(t.sign_in.as, { role: t.role[role] }) }).click();
            await expect(page).toHaveURL("/today");
            await expect(page.getByRole("heading", { level: 1, name: say(t.today.hello, { name: PEOPLE[role].name }) })).toBeVisible();

            await openAccount(page, PEOPLE[role].name);
            await page.getByRole("button", { name: t.sign_out.button }).click();
            await expect(page).toHaveURL("/");
            await expect(page.getByRole("banner").getByRole("link", { name: t.sign_in.button })).toBeVisible();
            await page.goto("/today");
            await expect(page).toHaveURL(/\/sign-in\?next=%2Ftoday$/);
        }
    });

    test("a demonstration account's button also leads on to the page asked for", async ({ page, t }) => {
        await page.goto("/products?q=gavreto");
        await page.getByRole("button", { name: say(t.sign_in.as, { role: t.role.expert }) }).click();
        await expect(page).toHaveURL("/products?q=gavreto");
    });

    test("an address that names another site leads to the start page", async ({ page, t }) => {
        for (const next of ["//evil.example", "https://evil.example/", "/\\evil.example", "/\t/evil.example", "javascript:alert(1)"]) {
            await page.goto(`/sign-in?next=${encodeURIComponent(next)}`);
            const { email, password, button } = door(page, t);
            await email.fill(PEOPLE.expert.email);
            await password.fill(PASSWORD);
            await button.click();
            await expect(page).toHaveURL("/today");
        }
    });

    test("the language is chosen by a switch and remembered, also on another computer", async ({ page, another, language }) => {
        const wanted = language === "en" ? ["中文", "zh-CN", "退出登录"] : ["English", "en", "Sign out"];
        const back = language === "en" ? "English" : "中文";
        const html = page.locator("html");

        // Before signing in it is the browser that remembers.
        await page.goto("/sign-in?next=%2Fproducts");
        await expect(html).toHaveAttribute("lang", language === "en" ? "en" : "zh-CN");
        await page.getByRole("button", { name: wanted[0], exact: true }).click();
        await expect(page).toHaveURL("/sign-in?next=%2Fproducts");
        await expect(html).toHaveAttribute("lang", wanted[1]);
        await expect(page.getByRole("button", { name: wanted[0], exact: true })).toHaveAttribute("aria-pressed", "true");
        await page.goto("/");
        await expect(html).toHaveAttribute("lang", wanted[1]);
        await page.getByRole("button", { name: back, exact: true }).click();
        await expect(html).not.toHaveAttribute("lang", wanted[1]);

        // Afterwards it is the account. Chen's, for the other people of these journeys have not chosen.
        const chen = { email: "chen@demo.example", name: "Chen (demo)" };
        const enter = async (page: Page) => {
            await page.goto("/sign-in");
            const words = WORDS[(await page.locator("html").getAttribute("lang")) === "en" ? "en" : "zh"];
            const { email, password, button } = door(page, words);
            await email.fill(chen.email);
            await password.fill(PASSWORD);
            await button.click();
            await expect(page).toHaveURL("/today");
        };
        await enter(page);
        await page.goto("/companies?stage=partner");
        await page.getByRole("button", { name: wanted[0], exact: true }).click();
        await expect(page).toHaveURL("/companies?stage=partner");
        await expect(html).toHaveAttribute("lang", wanted[1]);

        const elsewhere = await another();
        await enter(elsewhere);
        await expect(elsewhere.locator("html")).toHaveAttribute("lang", wanted[1]);
        await openAccount(elsewhere, chen.name);
        await expect(elsewhere.getByRole("button", { name: wanted[2] })).toBeVisible();

        await elsewhere.getByRole("button", { name: back, exact: true }).click();
        await expect(elsewhere.locator("html")).not.toHaveAttribute("lang", wanted[1]);
    });
});

test("a first visit follows the browser's wish", async ({ browser, portal, problems }) => {
    for (const [wish, language] of [
        ["zh-CN,zh;q=0.9,en;q=0.8", "zh-CN"],
        ["da, zh-TW;q=0.8, en;q=0.5", "zh-CN"],
        ["da, en-GB;q=0.8, zh;q=0.7", "en"],
        ["fr", "en"],
    ]) {
        const context = await browser.newContext({ extraHTTPHeaders: { "accept-language": wish } });
        problems.watch(context);
        const page = await context.newPage();
        await page.goto(portal.url);
        await expect(page.locator("html")).toHaveAttribute("lang", language);
        await context.close();
    }
});
