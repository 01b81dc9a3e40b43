// Staff and a company exchange documents; what is no document is refused in words.
import { readFileSync } from "node:fs";
import { expect, inTwoWays, test } from "./portal";
import { addCompany, signIn } from "./steps";
import { part, say } from "./words";
import type { Locator, Page } from "@playwright/test";
import type { Words } from "./words";

test.use({ journey: "documents" });

const PDF = Buffer.from("%PDF-1.7\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n");

async function send(page: Page, t: Words, name: string, buffer: Buffer, note = ""): Promise<void> {
    const file = page.getByLabel(t.document.file, { exact: true });
    // After a refusal the form is open already.
    if (!(await file.isVisible())) await page.getByText(t.document.add, { exact: true }).click();
    await page.getByRole("textbox", { name: t.document.note }).fill(note);
    await file.setInputFiles({ name, mimeType: "application/octet-stream", buffer });
    await page.getByRole("button", { name: t.document.upload, exact: true }).click();
}

function row(page: Page, name: string): Locator {
    return page.getByRole("row").filter({ has: page.getByRole("rowheader", { name }) });
}

inTwoWays(({ language, scripts }) => {
    const series = `${language}-${scripts}`;

    test("a document is added, comes back as it was, and is removed", async ({ page, t }) => {
        await signIn(page, "staff");
        const url = await addCompany(page, { name_en: `Documented ${series}`, kinds: ["agent"], stage: "target" });
        await page.goto(url);
        await expect(page.getByText(t.document.none)).toBeVisible();
        await send(page, t, "投资协议（草案）.pdf", PDF, "Draft 草案");
        await expect(page).toHaveURL(new RegExp(`${url}#documents$`));
        const document = row(page, "投资协议（草案）.pdf");
        await expect(document).toContainText("Draft 草案");
        await expect(document).toContainText(t.document.audience_zone);
        await expect(document).toContainText(t.document.state_unscanned);
        const started = page.waitForEvent("download");
        await document.getByRole("link").click();
        const download = await started;
        expect(download.suggestedFilename()).toBe("投资协议（草案）.pdf");
        expect(readFileSync(await download.path())).toEqual(PDF);

        await document.getByText(t.document.remove).first().click();
        await expect(document.getByText(say(t.document.remove_asks, { name: "投资协议（草案）.pdf" }))).toBeVisible();
        await document.getByRole("button", { name: t.document.remove_yes }).click();
        await expect(page.getByText(t.document.none)).toBeVisible();
        await expect(page.getByText(t.document.removed).first()).toBeVisible();
    });

    test("what is no document is refused in words, and what was typed is kept", async ({ page, t }) => {
        await signIn(page, "staff");
        await page.goto(await addCompany(page, { name_en: `Refusing ${series}`, kinds: ["agent"], stage: "target" }));
        const files: [string, Buffer, string][] = [
            ["picture.svg", Buffer.from("<svg xmlns='http://www.w3.org/2000/svg'/>"), t.file_problem.not_allowed],
            ["page.txt", Buffer.from("<!doctype html><script>alert(1)</script>"), t.file_problem.markup],
            ["empty.pdf", Buffer.alloc(0), t.file_problem.empty],
            ["agreement.docx", PDF, t.file_problem.wrong_extension],
        ];
        for (const [name, file, message] of files) {
            await send(page, t, name, file, "The note");
            const alert = page.getByRole("alert");
            await expect(alert).toContainText(message);
            await alert.getByRole("link").click();
            const field = page.getByLabel(t.document.file, { exact: true });
            await expect(field).toHaveAttribute("aria-invalid", "true");
            await expect(field).toHaveAccessibleDescription(part(say(t.document.refused, { name, reason: message })));
            await expect(page.getByRole("textbox", { name: t.document.note })).toHaveValue("The note");
        }
        await expect(page.getByText(t.document.none)).toBeVisible();
    });

    test("a representative sends documents for both, and removes their own only", async ({ page, t }) => {
        await signIn(page, "representative");
        await page.goto("/companies");
        await page.getByRole("main").getByRole("rowheader").getByRole("link").first().click();
        await expect(page.getByLabel(t.document.audience)).toHaveCount(0);
        await send(page, t, `extract ${series}.txt`, Buffer.from("登记摘要"));
        const document = row(page, `extract ${series}.txt`);
        await document.getByText(t.document.remove).first().click();
        await document.getByRole("button", { name: t.document.remove_yes }).click();
        await expect(document).toHaveCount(0);
    });
});
