// What was typed into a long form and not sent.
import { expect, test } from "./portal";
import { companyForm, companyUrl, signIn } from "./steps";
import { WORDS } from "./words";

const ZH = WORDS.zh;

test.use({ journey: "drafts" });

test("what was typed is found again, in the other language too, until it is thrown away or sent", async ({ page, t }) => {
    await signIn(page, "staff");
    await page.goto("/companies/new");
    const form = companyForm(page, t);
    const note = page.locator("[data-drafts]");
    await expect(note).toBeHidden();
    await form.nameEn.fill("Drafted Devices Ltd");
    await form.about.fill("Typed on a slow link\nand not sent");
    // Elsewhere, and back.
    await page.goto("/companies");
    await page.goto("/companies/new");
    await expect(form.nameEn).toHaveValue("Drafted Devices Ltd");
    await expect(form.about).toHaveValue("Typed on a slow link\nand not sent");
    await expect(note).toContainText(t.form.draft);
    // In the other language.
    await page.getByRole("button", { name: "中文", exact: true }).first().click();
    await expect(page.locator("html")).toHaveAttribute("lang", "zh-CN");
    const zh = companyForm(page, ZH);
    await expect(zh.nameEn).toHaveValue("Drafted Devices Ltd");
    await expect(note).toContainText(ZH.form.draft);
    await note.getByRole("button", { name: ZH.form.draft_discard }).click();
    await expect(zh.nameEn).toHaveValue("");
    await page.reload();
    await expect(zh.nameEn).toHaveValue("");
    await expect(note).toBeHidden();
    // What is sent is no draft any more.
    await zh.nameEn.fill("Sent Devices Ltd");
    await zh.kind("agent").check();
    await zh.add.click();
    await expect(page).toHaveURL(/\/companies\/[0-9a-f-]{36}$/);
    await page.goto("/companies/new");
    await expect(zh.nameEn).toHaveValue("");
    await expect(note).toBeHidden();
    // The language stays with who chose it.
    await page.getByRole("button", { name: "English", exact: true }).first().click();
    await expect(page.locator("html")).toHaveAttribute("lang", "en");
});

test("a draft does not undo what somebody else saved meanwhile", async ({ page, t }) => {
    await signIn(page, "staff");
    const edit = `${await companyUrl(page, "Ambu A/S")}/edit`;
    await page.goto(edit);
    const form = companyForm(page, t);
    await form.city.fill("Typed and left");
    await page.goto("/companies");
    // Another window saves.
    const other = await page.context().newPage();
    await other.goto(edit);
    await companyForm(other, t).city.fill("Saved meanwhile");
    await other.locator("main form.form button.primary").click();
    await expect(other).toHaveURL(edit.replace("/edit", ""));
    await other.close();
    await page.goto(edit);
    await expect(form.city).toHaveValue("Saved meanwhile");
    await expect(page.locator("[data-drafts]")).toBeHidden();
});
