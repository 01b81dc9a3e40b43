// Forms that are posted before the bundle has arrived, and forms whose session ended meanwhile.
import { expect, test } from "./portal";
import { awake, companyForm, fact, PASSWORD, PEOPLE, signIn } from "./steps";

test.use({ journey: "early-post" });

test.beforeEach(({ page }) => signIn(page, "staff"));

test("a form posted before the bundle arrived is refused with its words kept, and then works by script", async ({ page, t, problems }) => {
    problems.expects(422);
    let arrive = () => {};
    const arrived = new Promise<void>((resolve) => (arrive = resolve));
    await page.route(/client_bg\..*\.wasm/, async (route) => {
        await arrived;
        await route.continue();
    });
    await page.goto("/companies/new");
    const form = companyForm(page, t);
    await form.about.fill("Typed early <b>\nand kept");
    await form.website.fill("not an address");
    await form.add.click();
    await expect(page).toHaveURL(/\/companies\/new\?refused=[0-9a-f]{32}#refused$/);
    await expect(form.summary).toContainText(t.error.invalid);
    await expect(form.website).toHaveValue("not an address");
    await expect(form.about).toHaveValue("Typed early <b>\nand kept");
    await expect(form.nameEn).toHaveAttribute("aria-invalid", "true");

    // The bundle arrives, the island finds what the server drew, and the next post goes by script.
    arrive();
    await awake(page);
    await form.add.click();
    await expect(form.summary).toContainText(t.error.invalid);
    await expect(page).toHaveURL(/refused=/);
    await form.nameEn.fill("Posted Early Ltd");
    await form.kind("agent").check();
    await form.website.fill("early.example");
    await form.add.click();
    await expect(page.getByRole("heading", { level: 1 })).toHaveText("Posted Early Ltd");
    await expect(fact(page, t.company.website)).toHaveText("https://early.example");
});

for (const scripts of [true, false]) {
    test.describe(scripts ? "scripts" : "no scripts", () => {
        test.use({ javaScriptEnabled: scripts });

        test("a session that ended loses nothing", async ({ page, context, t }) => {
            await page.goto("/companies/new");
            await awake(page, scripts);
            const form = companyForm(page, t);
            await form.nameEn.fill(`Session Ended ${scripts} Ltd`);
            await form.kind("insurer").check();
            await form.about.fill("Two\nlines");
            await context.clearCookies({ name: "session" });
            await form.add.click();
            await expect(page).toHaveURL(/\/sign-in\?next=/);
            const main = page.getByRole("main");
            await main.getByRole("textbox", { name: t.sign_in.email }).fill(PEOPLE.staff.email);
            await main.getByLabel(t.sign_in.password).fill(PASSWORD);
            await main.getByRole("button", { name: t.sign_in.button, exact: true }).first().click();
            await expect(page).toHaveURL(/\/companies\/new\?refused=/);
            await expect(form.nameEn).toHaveValue(`Session Ended ${scripts} Ltd`);
            await expect(form.kind("insurer")).toBeChecked();
            await expect(form.about).toHaveValue("Two\nlines");
            await awake(page, scripts);
            await form.add.click();
            await expect(page.getByRole("heading", { level: 1 })).toHaveText(`Session Ended ${scripts} Ltd`);
        });
    });
}

test("a server that cannot be reached leaves the form as it is", async ({ page, context, t, problems }) => {
    await page.goto("/companies/new");
    await awake(page);
    const form = companyForm(page, t);
    await form.nameEn.fill("Offline Ltd");
    await context.setOffline(true);
    await form.add.click();
    await expect(form.summary).toContainText(t.error.unreachable);
    await expect(form.nameEn).toHaveValue("Offline Ltd");
    await context.setOffline(false);
    await form.kind("agent").check();
    await form.add.click();
    await expect(page.getByRole("heading", { level: 1 })).toHaveText("Offline Ltd");
    // The browser itself complains of the lost connection; nobody else may.
    problems.found.splice(0, problems.found.length, ...problems.found.filter((line) => !line.includes("ERR_INTERNET_DISCONNECTED")));
});
