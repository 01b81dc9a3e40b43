// The register as a board: cards are moved by hand, by keys, and by their own forms; refused, they go back.
import { expect, inEveryWay, test } from "./portal";
import { addCompany, signIn } from "./steps";
import { say } from "./words";
import type { Locator, Page } from "@playwright/test";

test.use({ journey: "board" });

function column(page: Page, title: string): Locator {
    return page.getByRole("main").getByRole("region", { name: new RegExp(`^${title}`) });
}

function card(within: Page | Locator, name: string): Locator {
    return within.getByRole("listitem").filter({ has: within.getByRole("link", { name, exact: true }) });
}

/** A board with one company of this name on it. */
async function open(page: Page, name: string, stage: string): Promise<string> {
    await signIn(page, "staff");
    const url = await addCompany(page, { name_en: name, kinds: ["agent"], stage });
    await page.goto(`/companies/board?q=${encodeURIComponent(name)}`);
    return url;
}

test.describe("with scripts", () => {
    test("a card is dragged to another stage", async ({ page, t }) => {
        const url = await open(page, "Dragged Ltd", "target");
        await expect(card(column(page, t.stage.target), "Dragged Ltd")).toHaveAttribute("draggable", "true");
        await card(page, "Dragged Ltd").dragTo(column(page, t.stage.contacted));
        await expect(card(column(page, t.stage.contacted), "Dragged Ltd")).toBeVisible();
        await expect(page.getByRole("log")).toHaveText(say(t.board.moved, { name: "Dragged Ltd", stage: t.stage.contacted }));
        await page.reload();
        await expect(card(column(page, t.stage.contacted), "Dragged Ltd")).toBeVisible();
        await page.goto(url);
        await expect(page.getByText(t.register.event_moved).first()).toBeVisible();
    });

    test("Shift and an arrow move the card that has the focus, step by step", async ({ page, t }) => {
        await open(page, "Keyed Ltd", "target");
        await expect(card(page, "Keyed Ltd")).toHaveAttribute("draggable", "true");
        await page.getByRole("link", { name: "Keyed Ltd", exact: true }).focus();
        await page.keyboard.press("Shift+ArrowRight");
        await expect(card(column(page, t.stage.contacted), "Keyed Ltd")).toBeVisible();
        await expect(page.getByRole("link", { name: "Keyed Ltd", exact: true })).toBeFocused();
        await page.keyboard.press("Shift+ArrowRight");
        await expect(card(column(page, t.stage.in_talks), "Keyed Ltd")).toBeVisible();
        await expect(page.getByRole("link", { name: "Keyed Ltd", exact: true })).toBeFocused();
        await page.keyboard.press("Shift+ArrowLeft");
        await expect(card(column(page, t.stage.contacted), "Keyed Ltd")).toBeVisible();
    });

    test("a stage that needs a reason asks for it; given up, the card stays", async ({ page, t }) => {
        await open(page, "Asked Ltd", "in_talks");
        await expect(card(page, "Asked Ltd")).toHaveAttribute("draggable", "true");
        await page.getByRole("link", { name: "Asked Ltd", exact: true }).focus();
        await page.keyboard.press("Shift+ArrowRight");
        const dialog = page.getByRole("dialog", { name: t.board.why });
        await expect(dialog).toBeVisible();
        await page.keyboard.press("Escape");
        await expect(dialog).toBeHidden();
        await expect(card(column(page, t.stage.in_talks), "Asked Ltd")).toBeVisible();
        await page.keyboard.press("Shift+ArrowRight");
        await dialog.getByRole("textbox").fill("Signed in Copenhagen.");
        await dialog.getByRole("button", { name: t.register.move_button }).click();
        await expect(card(column(page, t.stage.partner), "Asked Ltd")).toBeVisible();
        await page.getByRole("link", { name: "Asked Ltd", exact: true }).click();
        await expect(page.getByText("Signed in Copenhagen.").first()).toBeVisible();
    });

    test("a move that there is not goes back and says why", async ({ page, t }) => {
        await open(page, "Refused Ltd", "target");
        await expect(card(page, "Refused Ltd")).toHaveAttribute("draggable", "true");
        await card(page, "Refused Ltd").dragTo(column(page, t.stage.partner));
        const why = say(t.board.no_move, { name: "Refused Ltd", stage: t.stage.partner });
        await expect(card(column(page, t.stage.target), "Refused Ltd")).toContainText(why);
    });

    test("when somebody was faster, the board says so and shows how things stand", async ({ page, t }) => {
        const url = await open(page, "Raced Ltd", "target");
        await expect(card(page, "Raced Ltd")).toHaveAttribute("draggable", "true");
        await page.request.post("/api/companies/move", {
            form: { id: url.split("/").pop()!, stage_before: "target", stage_to: "in_talks" },
            headers: { accept: "text/html" },
            maxRedirects: 0,
        });
        await page.getByRole("link", { name: "Raced Ltd", exact: true }).focus();
        await page.keyboard.press("Shift+ArrowRight");
        await expect(page.getByRole("alert")).toContainText(t.error.conflict);
        await expect(card(column(page, t.stage.in_talks), "Raced Ltd")).toBeVisible();
    });
});

inEveryWay(() => {
    test("a card has a form of its own, which returns to the board", async ({ page, t }) => {
        await open(page, "Formal Ltd", "target");
        const own = card(page, "Formal Ltd");
        await own.getByText(t.board.move, { exact: true }).click();
        await own.getByRole("combobox").selectOption({ label: t.stage.contacted });
        await own.getByRole("button").click();
        await expect(page).toHaveURL(/\/companies\/board\?q=Formal/);
        await expect(card(column(page, t.stage.contacted), "Formal Ltd")).toBeVisible();
    });
});
