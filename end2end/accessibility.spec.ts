// Every page is looked over by axe: light and dark, English on a wide screen and Chinese on a narrow one; the other way round
// for what depends on how long words are and how much room there is.
import AxeBuilder from "@axe-core/playwright";
import { expect, test } from "./portal";
import { addCompany, awake, companyUrl, rows, signIn, type Role } from "./steps";
import type { Page } from "@playwright/test";

test.use({ journey: "accessibility" });
test.describe.configure({ mode: "parallel" });

type Violations = { id: string; nodes: { html: string }[] }[];

/** Everything that axe finds in light colours, and what it finds in the contrasts of the dark ones. */
async function everything(page: Page): Promise<Violations> {
    const axe = new AxeBuilder({ page }).setLegacyMode(true);
    const light = await axe.withTags(["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa", "best-practice"]).analyze();
    await page.emulateMedia({ colorScheme: "dark" });
    // It is in the page by now; bringing it once more takes longer than what it does.
    const dark = await page.evaluate(async () => {
        const { axe } = window as unknown as { axe: { run: (options: object) => Promise<{ violations: Violations }> } };
        return (await axe.run({ runOnly: { type: "rule", values: ["color-contrast"] } })).violations;
    });
    await page.emulateMedia({ colorScheme: "light" });
    return [...light.violations, ...dark];
}

/** What axe finds where words are longer, or the screen is narrower. */
async function room(page: Page): Promise<Violations> {
    const rules = ["target-size", "scrollable-region-focusable"];
    return (await new AxeBuilder({ page }).setLegacyMode(true).withRules(rules).analyze()).violations;
}

async function look(page: Page, name: string, violations: (page: Page) => Promise<Violations>) {
    const found = (await violations(page)).map(
        (violation) => `${violation.id}: ${violation.nodes.map((node) => node.html.slice(0, 160)).join(" | ").slice(0, 800)}`,
    );
    expect.soft(found, name).toEqual([]);
    const over = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
    expect.soft(over, `${name} is wider than the screen`).toBeLessThanOrEqual(0);
}

const WAYS = (["en", "zh"] as const).flatMap((language) => [1280, 360].map((width) => ({ language, width })));

for (const { language, width } of WAYS) {
    test.describe(`${language}, ${width} px`, () => {
        // Looking over some fifteen pages takes its time on a small machine.
        test.describe.configure({ timeout: 300_000 });
        test.use({ language, colorScheme: "light", viewport: { width, height: 800 } });
        const violations = (language === "en") === (width === 1280) ? everything : room;

        async function pages(page: Page, role: Role | null, paths: string[]) {
            if (role) await signIn(page, role);
            for (const path of paths) {
                await page.goto(path);
                await look(page, `${role ?? ""} ${path}`.trim(), violations);
            }
        }

        test("signed out", async ({ page, problems }) => {
            problems.expects(404, 410);
            const dead = `/password/${"0".repeat(64)}`;
            await pages(page, null, ["/", "/sign-in", "/sign-in?next=%2Ftoday", "/nowhere"]);
            await pages(page, null, ["/join", "/join/sent", "/join/confirmed", "/password", "/password/sent", dead, "/enquire", "/enquire/sent", "/privacy"]);
            await page.goto("/sign-in");
            await page.getByRole("main").getByRole("button").first().click();
            await look(page, "the sign-in with errors", violations);
        });

        test("staff", async ({ page, problems }) => {
            problems.expects(403, 404, 422);
            await signIn(page, "staff");
            const company = await companyUrl(page, language === "en" ? "Novo Nordisk A/S" : "诺和诺德");
            await page.goto("/products?q=XEN");
            const product = (await page.getByRole("main").getByRole("rowheader").getByRole("link").first().getAttribute("href"))!;
            await pages(page, null, [
                "/today",
                "/companies",
                "/companies?q=zzzz&kind=agent",
                "/companies?select=yes&columns=stage.tags",
                "/companies/board",
                "/companies/views",
                "/companies/views/new?stage=in_talks",
                "/companies?stage=partner&sort=-changed&page=1",
                company,
                `${company}/edit`,
                `${company}/invitations`,
                "/joining",
                "/products",
                product,
                "/products/import",
                "/search?q=novo",
                "/search?q=nonesuch&kind=company",
                "/imports",
                "/imports/new",
                "/admin",
                "/admin/jobs",
                "/admin/journal",
                "/admin/mail",
                "/companies/nothing",
            ]);
            await page.goto("/companies/new");
            await awake(page);
            await page.getByRole("main").locator("form").getByRole("button").last().click();
            await expect(page.getByRole("alert")).toBeVisible();
            await look(page, "the company's form with errors", violations);
        });

        test("two people at once", async ({ page }) => {
            await signIn(page, "staff");
            const url = await addCompany(page, { name_en: `Axe ${language} ${width}`, kinds: ["agent"], stage: "target" });
            const edit = async (name: string) =>
                page.request.post("/api/companies/edit", {
                    form: { id: url.split("/").pop()!, version: "1", name_en: name, "kinds[]": "agent", stage: "target", not_duplicate: "yes", not_duplicate_reason: "A story" },
                    headers: { accept: "text/html", referer: `${new URL(page.url()).origin}${url}/edit` },
                    maxRedirects: 0,
                });
            await page.goto(url);
            await edit("One");
            await page.goto((await edit("Two")).headers().location);
            await expect(page.getByRole("radio").first()).toBeVisible();
            await look(page, "the choice between two versions", violations);
        });

        test("people and what they ask", async ({ page }) => {
            await signIn(page, "staff");
            const company = await companyUrl(page, "ALK-Abelló A/S");
            await page.goto("/people");
            const person = (await rows(page).getByRole("link").first().getAttribute("href"))!;
            await page.goto("/enquiries");
            const enquiry = (await rows(page).getByRole("link").first().getAttribute("href"))!;
            await pages(page, null, [
                "/people",
                "/people/new",
                person,
                `${person}/edit`,
                `${person}/positions/new`,
                "/enquiries",
                "/enquiries/new",
                enquiry,
                `${company}/relations/new`,
                `${company}/representatives`,
                "/account/absence",
            ]);
        });

        test("the administration", async ({ page }) => {
            await signIn(page, "administrator");
            await page.goto("/admin/people");
            const account = (await rows(page).getByRole("link").first().getAttribute("href"))!;
            const company = (await companyUrl(page, "ALK-Abelló A/S")).split("/").pop()!;
            await pages(page, null, [
                "/admin/people",
                account,
                "/admin/invitations",
                "/admin/security",
                "/admin/calendar",
                "/admin/erasures",
                "/admin/retention",
                `/admin/access?kind=company&id=${company}`,
            ]);
        });

        test("the others", async ({ page }) => {
            await pages(page, "administrator", ["/today", "/admin", "/admin/jobs", "/admin/journal", "/admin/mail", "/admin/people"]);
            await pages(page, "staff", ["/notifications", "/account/notifications"]);
            await pages(page, "executive", ["/today", "/enquiries", "/people"]);
            await pages(page, "expert", ["/today", "/companies"]);
            await pages(page, "representative", ["/today", "/companies", "/people", "/products", "/account/companies", "/account/privacy", "/account/notifications"]);
            const company = await companyUrl(page, "ALK-Abelló A/S");
            await pages(page, null, [company, `${company}/propose`]);
        });

        test("what is somebody's own", async ({ page }) => {
            await signIn(page, "executive");
            await page.goto("/account/security");
            // The page on which an authenticator app is told its secret.
            await page.request.post("/api/account/authenticator/begin", { headers: { accept: "text/html" } });
            await pages(page, null, [
                "/account",
                "/account/security",
                "/account/security/authenticator",
                "/account/security/codes",
                "/account/security/passkeys",
                "/account/password",
                "/account/address",
                "/account/confirm?next=%2Faccount%2Fpassword",
                "/account/second-factor",
                "/sign-in/second",
            ]);
        });
    });
}
