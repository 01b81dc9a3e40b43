// Duplicates: one is asked about when it is added, merged with the other, and the merge is undone; people likewise.
import { expect, inTwoWays, test } from "./portal";
import { awake, companyForm, signIn } from "./steps";

test.use({ journey: "duplicates" });

// Each way of telling the story has names that are not like those of the others.
const NAMES: Record<string, [string, string]> = {
    entrue: ["Quillon", "Asta Brandvold"],
    enfalse: ["Marvesta", "Birk Lindqvist"],
    zhtrue: ["Ostrelle", "Carla Montes"],
    zhfalse: ["Tavernil", "Dario Pellegrini"],
};

inTwoWays(({ language, scripts }) => {
    const [word, person] = NAMES[`${language}${scripts}`];

    test("a likely duplicate is shown, made anyway, merged and brought back", async ({ page, t }) => {
        await signIn(page, "staff");
        const name = `${word} GmbH`;
        const form = companyForm(page, t);
        const main = page.getByRole("main");
        await page.goto("/companies/new");
        await awake(page, scripts);
        await form.nameEn.fill(name);
        await form.kind("manufacturer").check();
        await form.stage.selectOption("target");
        await form.add.click();
        await expect(page.getByRole("heading", { level: 1 })).toHaveText(name);
        const kept = new URL(page.url()).pathname;

        await page.goto("/companies/new");
        await awake(page, scripts);
        await form.nameEn.fill(name.toUpperCase());
        await form.kind("manufacturer").check();
        await form.stage.selectOption("target");
        await form.add.click();
        await expect(main.getByRole("heading", { name: t.duplicate.asked })).toBeVisible();
        await awake(page, scripts);
        await expect(form.nameEn).toHaveValue(name.toUpperCase());
        await main.getByRole("checkbox", { name: t.duplicate.is_another }).check();
        await main.getByRole("textbox", { name: t.duplicate.reason }).fill("Its namesake");
        await form.add.click();
        await expect(page.getByRole("heading", { level: 1 })).toHaveText(name.toUpperCase());
        const merged = new URL(page.url()).pathname;

        await page.goto(`${kept}/merge/${merged.replace("/companies/", "")}`);
        await main.getByRole("button", { name: t.duplicate.merge_button, exact: true }).click();
        await expect(page).toHaveURL(kept);
        await page.goto(merged);
        await expect(page).toHaveURL(kept);
        await expect(main).toContainText(name.toUpperCase());

        await page.goto("/companies/merges");
        await main.getByRole("button", { name: `${t.duplicate.undo} ${name.toUpperCase()}` }).click();
        await expect(page).toHaveURL("/companies/merges");
        await expect(main).toContainText(t.duplicate.undone);
        await page.goto(merged);
        await expect(page.getByRole("heading", { level: 1 })).toHaveText(name.toUpperCase());
    });

    test("somebody is added twice, found on their page, made one and two again", async ({ page, t }) => {
        await signIn(page, "staff");
        const main = page.getByRole("main");
        const add = async () => {
            await page.goto("/people/new");
            await awake(page, scripts);
            await main.getByRole("textbox", { name: t.person.name, exact: true }).fill(person);
            await main.getByRole("textbox", { name: t.person.phone }).fill("+45 12 34 56 78");
            await main.getByRole("button", { name: t.person.add, exact: true }).click();
        };
        await add();
        await expect(page.getByRole("heading", { level: 1 })).toHaveText(person);
        const kept = new URL(page.url()).pathname;
        await add();
        await expect(main.getByRole("heading", { name: t.twin.asked })).toBeVisible();
        await awake(page, scripts);
        await main.getByRole("checkbox", { name: t.twin.is_another }).check();
        await main.getByRole("button", { name: t.person.add, exact: true }).click();
        await expect(page.getByRole("heading", { level: 1 })).toHaveText(person);
        const merged = new URL(page.url()).pathname;
        expect(merged).not.toBe(kept);

        await page.goto(`${kept}/merge/${merged.replace("/people/", "")}`);
        await main.getByRole("button", { name: t.duplicate.merge_button, exact: true }).click();
        await expect(page).toHaveURL(kept);
        await page.goto(merged);
        await expect(page).toHaveURL(kept);

        await page.goto("/people/merges");
        await main.getByRole("button", { name: `${t.duplicate.undo} ${person}` }).click();
        await expect(page).toHaveURL("/people/merges");
        await page.goto(merged);
        await expect(page).toHaveURL(merged);
    });
});
