// Mails as administrators see them, where no mail server is set up: kept, and read.
import { createHash } from "node:crypto";
import { expect, inTwoWays, test } from "./portal";
import { companyForm, PEOPLE, rows, signIn } from "./steps";
import { part, say } from "./words";

test.use({ journey: "mail" });

inTwoWays(({ scripts, language }) => {
    test("who becomes account manager is written to, and the mail can be read", async ({ page, another, t }) => {
        // Each way of telling the story has a company of its own.
        const name = `Mailed ${createHash("sha1").update(`${scripts}${language}`).digest("hex").slice(0, 6)} & <b>`;
        const staff = await another();
        await signIn(staff, "staff");
        await staff.goto("/companies/new");
        const form = companyForm(staff, t);
        await form.nameEn.fill(name);
        await form.kind("agent").check();
        await form.stage.selectOption("target");
        await form.manager.selectOption(PEOPLE.administrator.name);
        await form.add.click();
        await expect(staff.getByRole("heading", { level: 1 })).toHaveText(name);

        await signIn(page, "administrator");
        await page.goto("/admin/mail");
        const main = page.getByRole("main");
        await expect(main.getByText(t.mails.kept)).toBeVisible();
        await main.getByRole("combobox", { name: t.mails.state }).selectOption(t.mails.state_waiting);
        await main.getByRole("searchbox", { name: t.mails.search }).fill(PEOPLE.administrator.email);
        await main.getByRole("button", { name: t.list.apply, exact: true }).click();
        await expect(page).toHaveURL("/admin/mail?q=admin%40demo.example&state=waiting");
        // It is written within seconds, beside the request that caused it.
        const mail = rows(page).getByRole("link", { name: part(name) });
        await expect(async () => {
            await page.reload();
            await expect(mail).toBeVisible({ timeout: 1000 });
        }).toPass({ timeout: 60_000 });
        await expect(rows(page).first()).toContainText(t.mails.state_waiting);

        // The mail is in the receiver's language, whatever the reader's is.
        await mail.click();
        await expect(page.getByRole("heading", { level: 1 })).toHaveText(part(name));
        await expect(main.getByRole("heading", { name: t.mails.text, exact: true })).toBeVisible();
        await expect(main.locator("pre").first()).toContainText(name);
        await expect(main.locator("pre").first()).toContainText(/http:\/\/127\.0\.0\.1:\d+\/companies\/[0-9a-f-]{36}/);
        await main.getByText(t.mails.html_show).click();
        await expect(main.locator("pre").last()).toContainText("&amp; &lt;b&gt;");
        await expect(main.getByRole("button", { name: t.mails.resend })).toHaveCount(0);
    });

    test("an administrator writes a test mail to themselves", async ({ page, t }) => {
        await signIn(page, "administrator");
        await page.goto("/admin/mail");
        await page.getByRole("main").getByRole("button", { name: t.mails.test }).click();
        await expect(page).toHaveURL(/\/admin\/mail\/[0-9a-f-]{36}$/);
        await expect(page.getByRole("main")).toContainText(PEOPLE.administrator.email);
        await page.goto("/admin/journal");
        await expect(page.getByRole("main")).toContainText(t.event_mail.tested);
        // Mails wait, and nothing sends them: the portal is not in order.
        await page.goto("/admin");
        await expect(page.getByRole("row", { name: part(t.admin.mails_waiting) })).toContainText(t.admin.mails_no_server);
    });

    test("a list without mails says so", async ({ page, t }) => {
        await signIn(page, "administrator");
        await page.goto("/admin/mail?q=nobody-at-all");
        await expect(page.getByRole("heading", { name: t.mails.none_found })).toBeVisible();
        await expect(page.getByRole("main").getByRole("status")).toHaveText(say(t.mails.count, { n: 0 }));
    });
});
