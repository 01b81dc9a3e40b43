// What the portal does by the clock, as administrators see it.
import { expect, inTwoWays, test } from "./portal";
import { signIn } from "./steps";
import { part, say } from "./words";

test.use({ journey: "jobs" });

inTwoWays(() => {
    test("a job is run when an administrator says so, and the journal knows", async ({ page, t }) => {
        await signIn(page, "administrator");
        await page.goto("/admin/jobs");
        const job = page.getByRole("main").getByRole("row", { name: part(t.jobs.journal) });
        const run = job.getByRole("button", { name: say(t.jobs.run_this, { job: t.jobs.journal }) });
        await run.click();
        await expect(async () => {
            await page.goto("/admin/jobs");
            await expect(job).toContainText(t.jobs.state_done, { timeout: 1000 });
            await expect(run).toBeVisible({ timeout: 1000 });
        }).toPass({ timeout: 60_000 });
        await page.goto("/admin/journal?action=job.hastened");
        await expect(page.getByRole("main")).toContainText(t.jobs.event_hastened);
        await page.goto("/admin");
        await page.getByRole("link", { name: t.admin.jobs_failing }).click();
        await expect(page).toHaveURL("/admin/jobs");
    });
});
