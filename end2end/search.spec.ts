// Finding something from anywhere.
import { expect, inEveryWay, test } from "./portal";
import { signIn } from "./steps";
import { part, say } from "./words";

test.use({ journey: "search" });

inEveryWay(({ scripts, language }) => {
    test.beforeEach(({ page }) => signIn(page, "staff"));

    test("a company is found by its Chinese name, by two characters of it, by pinyin and by its middle", async ({ page, t }) => {
        const novo = language === "en" ? "Novo Nordisk A/S" : "诺和诺德";
        for (const words of ["诺和诺德", "和诺", "nuohenuode", "ordisk"]) {
            await page.goto("/products");
            const field = page.getByRole("banner").getByRole("searchbox", { name: t.search.field });
            await field.fill(words);
            await field.press("Enter");
            await expect(page).toHaveURL(`/search?q=${encodeURIComponent(words)}`);
            await expect(page).toHaveTitle(part(say(t.search.title_for, { text: words })));
            const companies = page.getByRole("region", { name: part(t.companies.title) });
            await expect(companies.getByRole("link", { name: novo, exact: true }), words).toBeVisible();
        }
        await page.getByRole("region", { name: part(t.companies.title) }).getByRole("link", { name: novo, exact: true }).click();
        await expect(page.getByRole("heading", { level: 1 })).toContainText(novo);
    });

    test("nothing found says what was searched, and what to try", async ({ page, t }) => {
        await page.goto("/search?q=nonesuch&kind=company");
        const main = page.getByRole("main");
        await expect(main.getByRole("heading", { name: say(t.search.nothing, { text: "nonesuch" }) })).toBeVisible();
        await main.getByRole("link", { name: t.search.in_everything }).click();
        await expect(page).toHaveURL("/search?q=nonesuch");
        await main.getByRole("searchbox").fill("novo");
        await main.getByRole("button", { name: t.search.button, exact: true }).click();
        await expect(page).toHaveURL("/search?q=novo");
        await expect(main.getByRole("link", { name: t.search.everything, exact: true })).toHaveAttribute("aria-current", "page");
    });

    test("the key / leads to the field, also at 360 px", async ({ page, t }) => {
        test.skip(!scripts, "keys need the script");
        await page.setViewportSize({ width: 360, height: 740 });
        await page.goto("/companies");
        const field = page.getByRole("banner").getByRole("searchbox", { name: t.search.field });
        await page.keyboard.press("/");
        await expect(field).toBeFocused();
        await expect(field).toBeInViewport();
        await page.keyboard.type("novo");
        await page.keyboard.press("Enter");
        await expect(page).toHaveURL("/search?q=novo");
        // There the page's own field has what was searched, ready to be typed over.
        await page.keyboard.press("/");
        await expect(page.getByRole("main").getByRole("searchbox")).toBeFocused();
        await page.keyboard.type("诺和");
        await expect(page.getByRole("main").getByRole("searchbox")).toHaveValue("诺和");
    });
});
