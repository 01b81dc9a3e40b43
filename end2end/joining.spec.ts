// From the request at /join through the mails to the first sign-in. No mail server is set up, so the mails are read where
// administrators read them.
import { createHash } from "node:crypto";
import type { Page } from "@playwright/test";
import { expect, inEveryWay, test } from "./portal";
import { companyUrl, signIn } from "./steps";
import { part, say, type Words } from "./words";

test.use({ journey: "joining" });

/** The path of the link in the latest mail to an address that begins so. */
async function linkTo(administrator: Page, address: string, begin: string): Promise<string> {
    await administrator.goto(`/admin/mail?q=${encodeURIComponent(address)}`);
    await administrator.getByRole("main").getByRole("table").getByRole("link").first().click();
    const text = await administrator.getByRole("main").locator("pre").first().innerText();
    const found = new RegExp(`${begin}[0-9a-f]{64}`).exec(text);
    expect(found, text).not.toBeNull();
    return found![0];
}

/** Fills in the form at /join. */
async function fillIn(page: Page, t: Words, facts: { company: string; name: string; email: string }): Promise<void> {
    const main = page.getByRole("main");
    await main.getByRole("textbox", { name: part(t.joining.company_name) }).fill(facts.company);
    await main.getByRole("combobox", { name: t.company.country }).selectOption("DK");
    await main.getByRole("textbox", { name: t.joining.name, exact: true }).fill(facts.name);
    await main.getByRole("textbox", { name: part(t.joining.email) }).fill(facts.email);
    await main.getByRole("textbox", { name: part(t.joining.reason) }).fill("We make medicines. 我们生产药品。");
    await main.getByRole("button", { name: t.joining.join_button }).click();
}

inEveryWay(({ scripts, language }) => {
    // Each way of telling the story has people of its own.
    const mark = createHash("sha1").update(`${scripts}${language}`).digest("hex").slice(0, 6);
    const email = `ada.${mark}@novonordisk.com`;
    const name = `Ada Lovelace ${mark}`;
    const password = "seven green kettles sing";

    test("a representative asks for access, is accepted and signs in", async ({ page, another, problems, t }) => {
        const administrator = await another();
        await signIn(administrator, "administrator");
        const staff = await another();
        await signIn(staff, "staff");

        await page.goto("/");
        await page.getByRole("main").getByRole("link", { name: t.joining.join_title }).click();
        await expect(page.getByRole("heading", { level: 1 })).toHaveText(t.joining.join_title);
        await fillIn(page, t, { company: "Novo Nordisk", name, email });
        await expect(page).toHaveURL("/join/sent");
        await expect(page.getByRole("main")).toContainText(t.joining.sent);

        // The link shows a button; only pressing it confirms.
        const confirm = await linkTo(administrator, email, "/join/confirm/");
        await page.goto(confirm);
        await expect(page.getByRole("main")).toContainText(name);
        await staff.goto("/joining");
        await expect(staff.getByRole("main")).not.toContainText(name);
        await page.getByRole("main").getByRole("button", { name: t.joining.confirm_button }).click();
        await expect(page).toHaveURL("/join/confirmed");
        await expect(page.getByRole("main")).toContainText(t.joining.confirmed);

        // Staff sees which company it is, and why.
        await staff.goto(`/joining?q=${mark}`);
        await staff.getByRole("main").getByRole("table").getByRole("link").first().click();
        await expect(staff.getByRole("main")).toContainText(say(t.joining.because_email, { domain: "novonordisk.com" }));
        await staff.getByRole("main").getByRole("radio").first().check();
        await staff.getByRole("main").getByRole("combobox", { name: t.joining.rights }).first().selectOption("administrator");
        await staff.getByRole("main").getByRole("button", { name: t.joining.accept, exact: true }).click();
        await expect(staff.getByRole("main")).toContainText(t.joining.accepted_into);

        // The second mail leads to the first sign-in. A weak password is refused, and it is said why.
        const invitation = await linkTo(administrator, email, "/invitation/");
        await page.goto(invitation);
        const main = page.getByRole("main");
        await expect(main.getByRole("textbox", { name: t.joining.name, exact: true })).toHaveValue(name);
        await main.getByLabel(t.password.new, { exact: true }).fill("novonordisk1");
        await main.getByRole("button", { name: t.invitation.accept }).click();
        await expect(main.getByRole("alert")).toContainText(t.weak.known);
        await main.getByLabel(t.password.new, { exact: true }).fill(password);
        await main.getByRole("button", { name: t.invitation.accept }).click();
        await expect(page).toHaveURL("/today");
        await expect(page.getByRole("heading", { level: 1 })).toHaveText(say(t.today.hello, { name }));
        await expect(page.getByRole("main")).toContainText(language === "en" ? "Novo Nordisk" : "诺和诺德");

        // Used, it opens nothing.
        problems.expects(410);
        const stranger = await another();
        await stranger.goto(invitation);
        await expect(stranger.getByRole("heading", { level: 1 })).toHaveText(t.password.dead_title);
    });

    test("who forgot the password sets another by mail", async ({ page, another, t }) => {
        const administrator = await another();
        await signIn(administrator, "administrator");
        const company = await companyUrl(administrator, language === "en" ? "Novo Nordisk A/S" : "诺和诺德");
        const address = `bo.${mark}@novonordisk.com`;
        await administrator.goto(`${company}/invitations`);
        const form = administrator.getByRole("complementary");
        await form.getByRole("textbox", { name: t.joining.name, exact: true }).fill(`Bo ${mark}`);
        await form.getByRole("textbox", { name: t.sign_in.email }).fill(address);
        await form.getByRole("combobox", { name: t.joining.rights }).selectOption("viewer");
        await form.getByRole("button", { name: t.invitation.send }).click();
        await expect(administrator.getByRole("row", { name: part(address) })).toContainText(t.invitation.state_open);
        await page.goto(await linkTo(administrator, address, "/invitation/"));
        const main = page.getByRole("main");
        await main.getByLabel(t.password.new, { exact: true }).fill(password);
        await main.getByRole("button", { name: t.invitation.accept }).click();
        await expect(page).toHaveURL("/today");

        const elsewhere = await another();
        await elsewhere.goto("/sign-in");
        await elsewhere.getByRole("main").getByRole("link", { name: t.password.forgotten }).click();
        await elsewhere.getByRole("main").getByRole("textbox", { name: t.sign_in.email }).fill(address.toUpperCase());
        await elsewhere.getByRole("main").getByRole("button", { name: t.password.ask }).click();
        await expect(elsewhere).toHaveURL("/password/sent");
        await elsewhere.goto(await linkTo(administrator, address, "/password/"));
        await elsewhere.getByLabel(t.password.new, { exact: true }).fill("nine blue bicycles rest");
        await elsewhere.getByRole("main").getByRole("button", { name: t.password.set, exact: true }).click();
        await expect(elsewhere).toHaveURL("/today");
        // Whoever else was signed in no longer is.
        await page.goto("/today");
        await expect(page).toHaveURL("/sign-in?next=%2Ftoday");
    });
});
