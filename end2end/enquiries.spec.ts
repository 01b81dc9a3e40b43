// An enquiry from the public form to its answer, and what the calendar makes of its clocks.
import { expect, inTwoWays, test } from "./portal";
import { signIn } from "./steps";
import { part, say } from "./words";

test.use({ journey: "enquiries" });

inTwoWays(() => {
    test("somebody asks, staff answers", async ({ page, t }) => {
        await page.goto("/");
        await page.getByRole("link", { name: t.enquire.link }).click();
        const main = page.getByRole("main");
        await main.getByRole("button", { name: t.enquire.send }).click();
        await expect(main.getByRole("alert")).toContainText(t.error.invalid);
        const drawn = Date.now();
        const company = `Journey ${Date.now()}`;
        await main.getByRole("combobox", { name: t.enquiry.kind }).selectOption("investment");
        await main.getByRole("textbox", { name: t.enquiry.message }).fill("We would like to invest.");
        await main.getByRole("textbox", { name: t.enquiry.name, exact: true }).fill("Ada Asker");
        await main.getByRole("textbox", { name: t.enquiry.company }).fill(company);
        await main.getByRole("combobox", { name: t.enquiry.country }).selectOption("DK");
        await main.getByRole("textbox", { name: t.enquiry.email }).fill("ada@asker.example");
        // No person is faster than the form thinks possible.
        await page.waitForTimeout(Math.max(0, drawn + 3500 - Date.now()));
        await main.getByRole("button", { name: t.enquire.send }).click();
        await expect(page).toHaveURL(/\/enquire\/sent\?number=EN-\d{4}-\d{4}$/);
        const number = new URL(page.url()).searchParams.get("number")!;
        await expect(main).toContainText(number);

        await signIn(page, "staff");
        await page.goto(`/enquiries?q=${number}`);
        await main.getByRole("link", { name: part(company) }).click();
        await expect(main).toContainText(t.enquiry.ball_all);
        await main.getByRole("button", { name: t.enquiry.do_acknowledge }).click();
        await main.getByRole("button", { name: t.enquiry.save, exact: true }).click();
        await main.getByRole("button", { name: t.enquiry.do_assign }).click();
        await main.getByRole("textbox", { name: t.enquiry.answer }).fill("Dear Ada, please come.");
        await main.getByRole("button", { name: t.enquiry.do_answer }).click();
        await expect(main).toContainText("Dear Ada, please come.");
        await expect(main).toContainText(t.enquiry.in_time);
        await expect(main).toContainText(t.enquiry.state_answered);

        await signIn(page, "administrator");
        await page.goto("/admin/mail?q=ada%40asker.example");
        await expect(main).toContainText(say(t.enquiry.receipt_subject, { number, portal: "" }).slice(0, 12));
    });

    test("an administrator sees a year and enters a holiday", async ({ page, t }) => {
        await signIn(page, "administrator");
        await page.goto("/admin/calendar?year=2026");
        const main = page.getByRole("main");
        await expect(main.getByRole("table"), "the months").toHaveCount(12);
        await main.locator("summary").first().click();
        await expect(main.getByRole("table"), "and the list of days").toHaveCount(13);
        await page.goto("/admin/calendar?year=2030&day=2030-01-01");
        await expect(main).toContainText(say(t.calendar.not_yet, { year: 2030 }));
        await main.getByRole("textbox", { name: t.company.name_zh }).fill("元旦");
        await main.getByRole("button", { name: t.calendar.save_days }).click();
        await expect(main).not.toContainText(say(t.calendar.not_yet, { year: 2030 }));
        await main.getByText(say(t.calendar.days_show, { n: 1 })).click();
        await main.getByRole("button", { name: part(t.calendar.remove) }).click();
        await expect(main).toContainText(say(t.calendar.not_yet, { year: 2030 }));
    });
});
