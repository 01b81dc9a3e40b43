// An agreement of four parties, from the first draft to its first fulfilled obligation, each person in a browser of their own.
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import type { Locator, Page } from "@playwright/test";
import { expect, test, type Portal } from "./portal";
import { addCompany, signIn } from "./steps";
import { part, WORDS, type Language, type Words } from "./words";

test.use({ journey: "agreements" });

type Party = { company: string; id: string; page: Page; email: string; name: string; t: Words; language: Language };

const PDF = "%PDF-1.7\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n";

function pdf(name: string, mark: string) {
    return { name, mimeType: "application/pdf", buffer: Buffer.from(`${PDF}% ${mark}\n`) };
}

/** Signs somebody in who was added by the operator; the operator reads the password that was made up. */
async function addRepresentative(portal: Portal, page: Page, email: string, name: string, company: string): Promise<void> {
    const added = portal.command("user", "add", email, "--name", name, "--role", "representative", "--company", company);
    expect(added.status, added.text).toBe(0);
    const password = /password[^:]*: *(\S+)/i.exec(added.text)?.[1];
    expect(password, added.text).toBeTruthy();
    const answer = await page.request.post(`${portal.url}/api/account/sign-in`, {
        form: { email, password: password! },
        headers: { accept: "text/html" },
        maxRedirects: 0,
    });
    expect(answer.status()).toBe(303);
}

/** The form of a step on an agreement's page, by where it is sent to. */
function form(page: Page, action: string): Locator {
    return page.getByRole("main").locator(`form[action*="${action}"]`);
}

test("four companies agree on a text, sign in two groups, and one fulfils what it owes", async ({ browser, page, portal, problems }) => {
    test.setTimeout(300_000);
    const zh = WORDS.zh;
    await page.setExtraHTTPHeaders({ "accept-language": "zh-CN" });
    await signIn(page, "staff");

    const parties: Party[] = [];
    const contexts = [];
    for (const [place, company] of ["Oresund Cardio ApS", "海南琼崖中心药房", "Lumen Assurance Ltd", "三亚湾康复医院"].entries()) {
        const chinese = /\p{Script=Han}/u.test(company);
        const language: Language = chinese ? "zh" : "en";
        const name = `Signer ${"ABCD"[place]}`;
        const names = chinese ? { name_zh: company } : { name_en: company };
        const id = (await addCompany(page, { ...names, country: chinese ? "CN" : "DK", stage: "in_talks", kinds: ["agent"] })).split("/").pop()!;
        const context = await browser.newContext({
            baseURL: portal.url,
            extraHTTPHeaders: { "accept-language": chinese ? "zh-CN" : "en-GB" },
        });
        problems.watch(context);
        contexts.push(context);
        const email = `signer-${place}@journey.example`;
        const own = await context.newPage();
        await addRepresentative(portal, own, email, name, id);
        parties.push({ company, id, page: own, email, name, t: WORDS[language], language });
    }

    // Staff drafts it in Chinese.
    await page.goto("/agreements");
    await page.getByRole("main").getByRole("link", { name: zh.agreements.new, exact: true }).first().click();
    const draft = form(page, "/api/agreements/create");
    await draft.locator("[name=kind]").selectOption("strategic");
    await draft.locator("[name=title_zh]").fill("心脏康复四方合作协议");
    await draft.locator("[name=title_en]").fill("Four-party cooperation on cardiac rehabilitation");
    await draft.locator("[name=prevailing]").selectOption("both");
    await draft.locator("[name=parties]").fill(parties.map((party) => party.company).join("\n"));
    const today = new Intl.DateTimeFormat("sv-SE", { timeZone: "Asia/Shanghai" }).format(new Date());
    await draft.locator("[name=effective_on]").fill(today);
    await draft.getByRole("button", { name: zh.agreements.begin, exact: true }).click();
    await expect(page).toHaveURL(/\/agreements\/AG-\d{4}-\d{4}$/);
    const url = new URL(page.url()).pathname;

    // Nobody but the zone knows of it yet.
    problems.expects(404);
    expect((await parties[0].page.goto(url))?.status()).toBe(404);

    const addText = async (file: ReturnType<typeof pdf>, changes: string) => {
        await page.goto(`${url}?do=text`);
        const upload = form(page, "/texts");
        await upload.locator("[name=language]").selectOption("both");
        await upload.locator("[name=changes]").fill(changes);
        await upload.locator("input[type=file]").setInputFiles(file);
        await upload.getByRole("button", { name: zh.agreement.add_text }).click();
        await expect(page.getByRole("main").locator("#text")).toContainText(file.name);
    };
    const move = async (to: string, shown: string) => {
        await page.goto(url);
        await page.getByRole("main").locator(`a[href*="do=move&to=${to}"]`).click();
        await form(page, "/api/agreements/move").locator("button").click();
        await expect(page.getByRole("main").locator(".page-head")).toContainText(shown);
    };
    await addText(pdf("first.pdf", "first"), "初稿");
    await move("internal_review", zh.agreement.at_internal_review);
    await move("negotiation", zh.agreement.at_negotiation);

    const say_ = async (party: Party, word: "accepts" | "asks_changes", reason: string) => {
        await party.page.goto(url);
        await party.page.getByRole("main").locator('a[href*="do=word"]').first().click();
        const own = form(party.page, "/api/agreements/word");
        await own.locator("[name=word]").selectOption(word);
        await own.locator("[name=reason]").fill(reason);
        await own.getByRole("button", { name: party.t.agreement.give_word }).click();
        await expect(party.page.getByRole("main")).toContainText(party.t.agreement[`word_${word}`]);
    };
    // One asks for a change; with the new text all of them are asked again, and accept.
    await say_(parties[0], "accepts", "");
    await say_(parties[1], "asks_changes", "第三条请写明交货期限。");
    await page.goto(url);
    await expect(page.getByRole("main")).toContainText("第三条请写明交货期限。");
    const signed = pdf("second.pdf", "second");
    await addText(signed, "第三条写明交货期限");
    for (const party of parties) await say_(party, "accepts", "");
    await move("text_agreed", zh.agreement.at_text_agreed);
    await move("for_signature", zh.agreement.at_for_signature);

    // Two groups: the companies from abroad first.
    const groups = ["1", "2", "1", "2"];
    for (const [place, party] of parties.entries()) {
        await page.goto(`${url}?do=signatory`);
        const named = form(page, "/api/agreements/add-signatory");
        const option = named.locator("[name=party] option", { hasText: part(party.company) });
        await named.locator("[name=party]").selectOption((await option.getAttribute("value"))!);
        await named.locator("[name=name]").fill(party.name);
        await named.locator("[name=email]").fill(party.email);
        await named.locator("[name=language]").selectOption(party.language);
        // A group that has nobody yet can be chosen as soon as the one before has somebody.
        await named.locator("[name=group]").selectOption(groups[place]);
        await named.getByRole("button", { name: zh.signing.add }).click();
        await expect(page.getByRole("main").locator("#signing")).toContainText(party.email);
    }
    await page.goto(`${url}?do=ask`);
    await form(page, "/api/agreements/ask-signatures").locator("button.primary").click();
    await expect(page.getByRole("main").locator("#signing")).toContainText(zh.signing.stand_turn);

    // Whose turn it is not is not asked, and sees no text to sign.
    expect((await parties[1].page.goto(`${url}/sign`))?.status()).toBe(404);
    const sign = async (party: Party) => {
        await party.page.goto(url);
        await party.page.getByRole("main").getByRole("link", { name: party.t.signing.sign, exact: true }).first().click();
        await form(party.page, "/api/signing/open").locator("button.primary").click();
        const own = form(party.page, "/api/signing/sign");
        await expect(party.page.getByRole("main")).toContainText("second.pdf");
        await own.locator("[name=signed_name]").fill(party.name);
        await own.locator("[name=agree]").check();
        await own.getByRole("button", { name: party.t.signing.sign_button, exact: true }).click();
        await expect(party.page.getByRole("main")).toContainText(party.t.signing.you_signed);
        // Gone back to, it is no form any more.
        await party.page.goBack();
        await party.page.reload();
        await expect(form(party.page, "/api/signing/sign")).toHaveCount(0);
    };
    for (const place of [2, 0, 1, 3]) await sign(parties[place]);
    await parties[0].page.goto(url);
    await expect(parties[0].page.getByRole("main").locator(".page-head")).toContainText(parties[0].t.agreement.at_in_force);

    // The certificate is made within seconds, and verifies for whoever has it, without an account.
    const reader = parties[0].page;
    const certificate = reader.getByRole("main").locator("#certificate");
    await expect(async () => {
        await reader.reload();
        await expect(certificate.getByRole("link", { name: WORDS.en.certificate.pdf })).toBeVisible({ timeout: 1000 });
    }).toPass({ timeout: 60_000 });
    const [download] = await Promise.all([
        reader.waitForEvent("download"),
        certificate.getByRole("link", { name: WORDS.en.certificate.pdf }).click(),
    ]);
    const file = await download.path();
    expect(readFileSync(file).subarray(0, 5).toString()).toBe("%PDF-");
    // Read by a program of another make, where the machine has one.
    const text = spawnSync("pdftotext", ["-layout", file, "-"], { encoding: "utf8" });
    if (!text.error) {
        for (const words of ["心脏康复四方合作协议", "海南琼崖中心药房", "Signer D"]) expect(text.stdout).toContain(words);
    }
    const verify = await certificate.getByRole("link", { name: WORDS.en.certificate.verify }).getAttribute("href");
    const stranger = await browser.newContext({ baseURL: portal.url, extraHTTPHeaders: { "accept-language": "en-GB" } });
    problems.watch(stranger);
    contexts.push(stranger);
    const anybody = await stranger.newPage();
    await anybody.goto(verify!);
    const main = anybody.getByRole("main");
    await expect(main).toContainText(WORDS.en.verify.valid);
    for (const secret of [...parties.map((party) => party.company), "cardiac", "心脏", "Signer"]) await expect(main).not.toContainText(secret);
    await main.locator("#compare").setInputFiles(signed);
    await expect(main).toContainText(part(`${WORDS.en.verify.is}`));
    await main.locator("#compare").setInputFiles(pdf("second.pdf", "altered"));
    await expect(main).toContainText(WORDS.en.verify.is_not);
    await main.locator("#compare").setInputFiles(file);
    await expect(main).toContainText(part(WORDS.en.verify.is));

    // What one party owes another: shown, and confirmed.
    await page.goto(url);
    await page.getByRole("main").locator("#obligations").getByRole("link", { name: zh.obligation.plan }).click();
    const plan = form(page, "/api/obligations/");
    await plan.locator("[name=clause]").fill("3.1");
    await plan.locator("[name=text_zh]").fill("交付首批心脏康复设备。");
    await plan.locator("[name=text_en]").fill("Delivers the first cardiac rehabilitation devices.");
    await plan.getByRole("group", { name: zh.obligation.owes }).getByRole("checkbox").nth(0).check();
    await plan.getByRole("group", { name: zh.obligation.benefits }).getByRole("checkbox").nth(3).check();
    await plan.locator("[name=due_on]").fill(today);
    await plan.locator("button.primary").click();
    await expect(page.getByRole("main")).toContainText("3.1");

    const obligation = async (party: Party, act: string) => {
        await party.page.goto("/obligations");
        await party.page.getByRole("main").getByRole("link", { name: part("3.1") }).first().click();
        await party.page.getByRole("main").locator(`a[href*="do=${act}"]`).click();
        return form(party.page, "/api/obligations/");
    };
    const evidence = await obligation(parties[0], "submit");
    await evidence.locator("[name=evidence]").fill("Delivered on the quay of Yangpu, receipt 17.");
    await evidence.locator("button.primary").click();
    await expect(parties[0].page.getByRole("main")).toContainText(parties[0].t.obligation.at_submitted);
    const confirmation = await obligation(parties[3], "confirm");
    await expect(parties[3].page.getByRole("main")).toContainText("receipt 17");
    await confirmation.locator("button.primary").click();
    await expect(parties[3].page.getByRole("main")).toContainText(parties[3].t.obligation.at_fulfilled);
    for (const context of contexts) await context.close();
});
