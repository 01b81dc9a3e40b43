// Two people edit the same company at once. Nobody's work is lost: the second chooses, field by field.
import { expect, inEveryWay, test } from "./portal";
import { addCompany, awake, companyForm, fact, PEOPLE, signIn } from "./steps";
import { say } from "./words";

test.use({ journey: "edit-conflict" });

inEveryWay(({ scripts, language }) => {
    test("the second sees both versions, chooses field by field, and saves", async ({ page, another, t }) => {
        await signIn(page, "staff");
        const url = await addCompany(page, {
            name_en: "Contested Ltd",
            name_zh: "争议公司",
            kinds: ["agent"],
            country: "DK",
            city: "Aarhus",
            website: "https://before.example",
            stage: "target",
            about: "As it was.",
        });
        await page.goto(`${url}/edit`);
        await awake(page, scripts);
        const mine = companyForm(page, t);

        const rival = await another();
        await signIn(rival, "administrator");
        await rival.goto(`${url}/edit`);
        await awake(rival, scripts);
        const theirs = companyForm(rival, t);
        await theirs.city.fill("Odense");
        await theirs.kind("research").check();
        await theirs.about.fill("Theirs,\n\nin two paragraphs.");
        await theirs.save.click();
        await expect(rival).toHaveURL(url);

        await mine.city.fill("Aalborg");
        await mine.website.fill("https://mine.example/?a=1&b=2");
        await mine.about.fill("Mine & <b>nobody else's</b>");
        await mine.save.click();

        await expect(page).toHaveURL(/\/edit\?refused=/);
        await expect(page.getByRole("alert")).toContainText(t.conflict.explained);
        await awake(page, scripts);
        const choice = (label: string) => page.getByRole("group", { name: label });
        const version = (label: string, who: string) => choice(label).getByRole("radio", { name: who });
        const they = PEOPLE.administrator.name;
        await expect(page.getByRole("group").filter({ has: page.getByRole("radio") })).toHaveCount(4);

        // Both changed these; nothing is chosen for them.
        for (const [label, ours, other] of [
            [t.company.city, "Aalborg", "Odense"],
            [t.company.about, "Mine & <b>nobody else's</b>", "in two paragraphs."],
        ]) {
            await expect(choice(label)).toContainText(t.conflict.both);
            await expect(version(label, t.conflict.yours)).not.toBeChecked();
            await expect(version(label, they)).not.toBeChecked();
            await expect(choice(label)).toContainText(ours);
            await expect(choice(label)).toContainText(other);
        }
        // Only one of the two changed these; that one is proposed.
        await expect(choice(t.company.website)).toContainText(t.conflict.only_you);
        await expect(version(t.company.website, t.conflict.yours)).toBeChecked();
        for (const [label, other] of [
            [t.company.kinds, `${t.kind.agent}${t.form.comma}${t.kind.research}`],
        ]) {
            await expect(choice(label)).toContainText(t.conflict.only_they);
            await expect(version(label, they)).toBeChecked();
            await expect(choice(label)).toContainText(other);
        }

        await version(t.company.city, they).check();
        await version(t.company.about, t.conflict.yours).check();
        await page.getByRole("button", { name: t.company.save }).click();

        await expect(page).toHaveURL(url);
        await expect(fact(page, t.company.city)).toHaveText("Odense");
        await expect(fact(page, t.company.website)).toHaveText("https://mine.example/?a=1&b=2");
        await expect(fact(page, t.company.kinds)).toHaveText(`${t.kind.agent}${t.form.comma}${t.kind.research}`);
        await expect(page.getByText("Mine & <b>nobody else's</b>", { exact: true }).first()).toBeVisible();
        await expect(page.getByRole("heading", { level: 1 })).toHaveText(language === "en" ? "Contested Ltd" : "争议公司");
        // Two edits stand in the timeline: theirs with three fields, mine with the two that were mine.
        const edits = page.getByRole("listitem").filter({ hasText: t.event.company_edited });
        await expect(edits).toHaveCount(2);
        await expect(edits.first()).toContainText(say(t.journal.changes, { n: 2 }));
        await expect(edits.last()).toContainText(say(t.journal.changes, { n: 3 }));
    });

    test("who forgets to choose is asked to, and nothing is lost or emptied", async ({ page, problems, t }) => {
        problems.expects(422);
        await signIn(page, "staff");
        const url = await addCompany(page, { name_en: "Undecided Ltd", kinds: ["agent"], city: "Aarhus", stage: "target" });
        await page.goto(`${url}/edit`);
        await awake(page, scripts);
        const mine = companyForm(page, t);
        await mine.city.fill("Aalborg");

        const id = url.split("/").pop()!;
        const answer = await page.request.post("/api/companies/edit", {
            form: { id, version: "1", name_en: "Undecided Ltd", "kinds[]": "agent", city: "Odense", stage: "target" },
            headers: { accept: "text/html" },
            maxRedirects: 0,
        });
        expect(answer.headers().location).toBe(url);
        await mine.save.click();
        await expect(page.getByRole("alert")).toContainText(t.conflict.explained);
        await awake(page, scripts);

        const city = page.getByRole("group", { name: t.company.city });
        await page.getByRole("button", { name: t.company.save }).click();
        // The choice is still there to be made – by the browser's own word, or by the portal's.
        await expect(city.getByRole("radio", { name: t.conflict.yours })).toBeVisible();
        await expect(page).toHaveURL(/\/edit\?refused=/);
        const now = await page.request.get(url);
        expect(await now.text()).toContain("Odense");

        await city.getByRole("radio", { name: t.conflict.yours }).check();
        await page.getByRole("button", { name: t.company.save }).click();
        await expect(page).toHaveURL(url);
        await expect(fact(page, t.company.city)).toHaveText("Aalborg");
    });

    test("two who made the same change have nothing to choose", async ({ page, t }) => {
        await signIn(page, "staff");
        const url = await addCompany(page, { name_en: "Agreed Ltd", kinds: ["agent"], city: "Aarhus", stage: "target" });
        await page.goto(`${url}/edit`);
        await awake(page, scripts);
        const mine = companyForm(page, t);
        await mine.city.fill("Odense");
        await page.request.post("/api/companies/edit", {
            form: { id: url.split("/").pop()!, version: "1", name_en: "Agreed Ltd", "kinds[]": "agent", city: "Odense", stage: "target" },
            headers: { accept: "text/html" },
            maxRedirects: 0,
        });
        await mine.save.click();
        await expect(page.getByRole("alert")).toContainText(t.conflict.none);
        await awake(page, scripts);
        await page.getByRole("button", { name: t.company.save }).click();
        await expect(page).toHaveURL(url);
        await expect(page.getByRole("listitem").filter({ hasText: t.event.company_edited })).toHaveCount(1);
    });
});
