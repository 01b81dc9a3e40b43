// Duplicates: one is asked about when it is added, merged with the other, and the merge is undone.
import { expect, inEveryWay, test } from "./portal";
import { signIn } from "./steps";

test.use({ journey: "duplicates" });

inEveryWay(({ language }) => {
    test("a likely duplicate is shown, made anyway, merged and brought back", async ({ page, t }) => {
        await signIn(page, "staff");
        const name = `Quillon ${language} GmbH`;
        const add = async (spelling: string) => {
            await page.goto("/companies/new");
            await page.getByLabel(t.company.name_en).fill(spelling);
            await page.getByRole("checkbox", { name: t.kind.manufacturer }).check();
            await page.getByRole("button", { name: t.companies.add, exact: true }).click();
        };
        await add(name);
        await expect(page.getByRole("heading", { level: 1 })).toHaveText(name);
        const kept = new URL(page.url()).pathname;

        await add(name.toUpperCase());
        await expect(page.getByRole("heading", { name: t.duplicate.asked })).toBeVisible();
        await page.getByRole("checkbox", { name: t.duplicate.is_another }).check();
        await page.getByLabel(t.duplicate.reason).fill("Its namesake");
        await page.getByRole("button", { name: t.companies.add, exact: true }).click();
        await expect(page.getByRole("heading", { level: 1 })).toHaveText(name.toUpperCase());
        const merged = new URL(page.url()).pathname;

        await page.goto(`${kept}/merge/${merged.replace("/companies/", "")}`);
        await page.getByRole("button", { name: t.duplicate.merge_button, exact: true }).click();
        await expect(page).toHaveURL(kept);
        await page.goto(merged);
        await expect(page).toHaveURL(kept);

        await page.goto("/companies/merges");
        await page.getByRole("button", { name: t.duplicate.undo }).first().click();
        await page.goto(merged);
        await expect(page.getByRole("heading", { level: 1 })).toHaveText(name.toUpperCase());
    });
});
