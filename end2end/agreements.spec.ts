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

/** Sends a form behind the page's back, as that page would; gives where the answer leads. */
async function send(page: Page, path: string, fields: Record<string, string>): Promise<string> {
    const answer = await page.request.post(path, { form: fields, headers: { accept: "text/html" }, maxRedirects: 0 });
    expect(answer.status(), path).toBe(303);
    const location = answer.headers().location;
    expect(location, path).not.toContain("refused=");
    return location;
}

/** What a field of a page has, as it is now. */
async function field(page: Page, path: string, name: string): Promise<string> {
    const html = await (await page.request.get(path, { headers: { accept: "text/html" } })).text();
    const tag = new RegExp(`<input[^>]*name="${name}"[^>]*>`).exec(html)?.[0];
    expect(tag, `${name} at ${path}`).toBeTruthy();
    return /value="([^"]*)"/.exec(tag!)?.[1] ?? "";
}

/** Brings an agreement of two new companies to where signatures are asked for; gives its address and the parties' ids. */
async function forSignature(page: Page, title: string, companies: [string, string]): Promise<{ url: string; parties: string[] }> {
    for (const name_en of companies) await addCompany(page, { name_en, country: "DK", stage: "in_talks", kinds: ["agent"] });
    const url = await send(page, "/api/agreements/create", {
        kind: "service",
        title_en: title,
        prevailing: "en",
        renewal: "none",
        parties: companies.join("\n"),
    });
    const number = url.split("/").pop()!;
    const text = await page.request.post(`${url}/texts`, {
        multipart: { version: await field(page, `${url}?do=text`, "version"), language: "en", changes: "", file: pdf("text.pdf", title) },
        headers: { accept: "text/html" },
        maxRedirects: 0,
    });
    expect(text.status()).toBe(303);
    for (const [to, reason] of [["internal_review", ""], ["negotiation", ""], ["text_agreed", "They said so."], ["for_signature", ""]]) {
        const version = await field(page, `${url}?do=move&to=${to}`, "version");
        await send(page, "/api/agreements/move", { id: number, version, to, reason });
    }
    const html = await (await page.request.get(url, { headers: { accept: "text/html" } })).text();
    const parties = [...new Set([...html.matchAll(/do=party&amp;party=([0-9a-f-]{36})/g)].map((found) => found[1]))];
    expect(parties).toHaveLength(2);
    return { url, parties };
}

/** Names who signs for the parties, all in one group, and asks for their signatures. */
async function askSignatures(page: Page, url: string, signers: { party: string; name: string; email: string }[]): Promise<void> {
    const id = url.split("/").pop()!;
    for (const signer of signers) {
        const form = `${url}?do=signatory`;
        await send(page, "/api/agreements/add-signatory", {
            ...{ id, version: await field(page, form, "version"), form_id: await field(page, form, "form_id") },
            ...{ ...signer, title: "Director", language: "en", group: "1" },
        });
    }
    const form = `${url}?do=ask`;
    await send(page, "/api/agreements/ask-signatures", {
        ...{ id, version: await field(page, form, "version"), until: await field(page, form, "until") },
    });
}

/** What the latest mail to an address says that looks so. */
async function fromMail(administrator: Page, address: string, looks: RegExp): Promise<string> {
    await administrator.goto(`/admin/mail?q=${encodeURIComponent(address)}`);
    await administrator.getByRole("main").getByRole("table").getByRole("link").first().click();
    const text = await administrator.getByRole("main").locator("pre").first().innerText();
    const found = looks.exec(text);
    expect(found, text).not.toBeNull();
    return found![0];
}

/** A guest follows the mailed link, has a code sent, and types it. */
async function comeIn(guest: Page, administrator: Page, address: string, t: Words): Promise<void> {
    await guest.goto(await fromMail(administrator, address, /\/sign\/[0-9a-f]{64}/));
    await guest.getByRole("main").getByRole("button", { name: t.signing.send_code, exact: true }).click();
    const code = guest.getByRole("main").getByRole("textbox", { name: t.signing.code });
    await expect(code).toBeVisible();
    await code.fill(await fromMail(administrator, address, /\b[0-9]{6}\b/));
    await guest.getByRole("main").getByRole("button", { name: t.signing.enter, exact: true }).click();
    await expect(guest.getByRole("main")).toContainText("text.pdf");
}

test("a guest signs by the mailed code, and draws the signature", async ({ page, another, t }) => {
    test.setTimeout(90_000);
    await signIn(page, "staff");
    const administrator = await another();
    await signIn(administrator, "administrator");
    const title = "Services for the guest house";
    const { url, parties } = await forSignature(page, title, ["Gilleleje Trade ApS", "Qiongzhong Works Ltd"]);
    const email = "gea@guest-journey.example";
    await askSignatures(page, url, [
        { party: parties[0], name: "Gea Guest", email },
        { party: parties[1], name: "Bo Guest", email: "bo@guest-journey.example" },
    ]);

    // The link alone tells nothing of what it is about, and signs nothing.
    const guest = await another();
    await guest.goto(await fromMail(administrator, email, /\/sign\/[0-9a-f]{64}/));
    await expect(guest.getByRole("main")).not.toContainText(title);
    await comeIn(guest, administrator, email, t);
    await expect(guest.getByRole("main")).toContainText(title);
    const [download] = await Promise.all([
        guest.waitForEvent("download"),
        guest.getByRole("main").getByRole("link", { name: "text.pdf" }).click(),
    ]);
    expect(readFileSync(await download.path()).subarray(0, 5).toString()).toBe("%PDF-");

    // Drawn, cleared, and drawn again: what is sent is the second one.
    const own = form(guest, "/api/signing/sign");
    const canvas = own.locator("canvas");
    await canvas.scrollIntoViewIfNeeded();
    const draw = async (from: [number, number], to: [number, number]) => {
        const box = (await canvas.boundingBox())!;
        await guest.mouse.move(box.x + box.width * from[0], box.y + box.height * from[1]);
        await guest.mouse.down();
        await guest.mouse.move(box.x + box.width * to[0], box.y + box.height * to[1], { steps: 12 });
        await guest.mouse.up();
    };
    const drawn = own.locator("[name=drawn]");
    await draw([0.1, 0.1], [0.9, 0.9]);
    await expect(drawn).toHaveValue(/^\d+,\d+( \d+,\d+)+$/);
    await own.getByRole("button", { name: t.signing.drawn_clear }).click();
    await expect(drawn).toHaveValue("");
    await draw([0.1, 0.5], [0.5, 0.2]);
    await draw([0.5, 0.2], [0.9, 0.6]);
    await expect(drawn).toHaveValue(/^\d+,\d+( \d+,\d+)+;\d+,\d+( \d+,\d+)+$/);
    const strokes = await drawn.inputValue();

    // Without the name it is refused, and what was drawn is kept.
    await own.locator("[name=agree]").check();
    await own.getByRole("button", { name: t.signing.sign_button, exact: true }).click();
    await expect(guest.getByRole("main")).toContainText(t.problem.missing);
    await expect(form(guest, "/api/signing/sign").locator("[name=drawn]")).toHaveValue(strokes);
    await form(guest, "/api/signing/sign").locator("[name=signed_name]").fill("Gea Guest");
    await form(guest, "/api/signing/sign").getByRole("button", { name: t.signing.sign_button, exact: true }).click();
    await expect(guest.getByRole("main")).toContainText(t.signing.you_signed);
    await guest.goBack();
    await guest.reload();
    await expect(form(guest, "/api/signing/sign")).toHaveCount(0);

    await page.goto(url);
    const signing = page.getByRole("main").locator("#signing");
    await expect(signing).toContainText(t.signing.stand_signed);
    await expect(signing.locator("svg.drawn-signature path")).toHaveAttribute("d", /^M ?\d+/);
    await expect(page.getByRole("main").locator(".page-head")).toContainText(t.agreement.at_partly_signed);
});

test("one who declines sends the text back, and the signatures count no more", async ({ page, another, t }) => {
    test.setTimeout(90_000);
    await signIn(page, "staff");
    const administrator = await another();
    await signIn(administrator, "administrator");
    const { url, parties } = await forSignature(page, "Services that are declined", ["Dragør Labs ApS", "Wenchang Field Ltd"]);
    const emails = ["ann@decline-journey.example", "ben@decline-journey.example"];
    await askSignatures(page, url, [
        { party: parties[0], name: "Ann Signs", email: emails[0] },
        { party: parties[1], name: "Ben Declines", email: emails[1] },
    ]);
    const signs = await another();
    await comeIn(signs, administrator, emails[0], t);
    const own = form(signs, "/api/signing/sign");
    await own.locator("[name=signed_name]").fill("Ann Signs");
    await own.locator("[name=agree]").check();
    await own.getByRole("button", { name: t.signing.sign_button, exact: true }).click();
    await expect(signs.getByRole("main")).toContainText(t.signing.you_signed);

    const declines = await another();
    await comeIn(declines, administrator, emails[1], t);
    const main = declines.getByRole("main");
    await main.locator("summary", { hasText: t.signing.decline }).click();
    const refusal = form(declines, "/api/signing/decline");
    // It takes a reason.
    await refusal.getByRole("button", { name: t.signing.decline_button, exact: true }).click();
    await expect(form(declines, "/api/signing/decline").locator("[name=reason]")).toHaveAttribute("aria-invalid", "true");
    await form(declines, "/api/signing/decline").locator("[name=reason]").fill("Clause 4 names the wrong harbour.");
    await form(declines, "/api/signing/decline").getByRole("button", { name: t.signing.decline_button, exact: true }).click();
    await expect(main).toContainText(t.signing.you_declined);

    // The text is open again, and everybody who works on it reads why.
    await page.goto(url);
    await expect(page.getByRole("main").locator(".page-head")).toContainText(t.agreement.at_negotiation);
    await expect(page.getByRole("main")).toContainText("Clause 4 names the wrong harbour.");
    await expect(page.getByRole("main").locator("#signing svg.drawn-signature")).toHaveCount(0);
    // Who had signed is told that it counts no more.
    await fromMail(administrator, emails[0], part(t.signing.letter_voided_body));
});

test("an agreement that is terminated ends what nobody did yet, but for what survives", async ({ page, t }) => {
    test.setTimeout(60_000);
    await signIn(page, "staff");
    const { url, parties } = await forSignature(page, "Services that end", ["Helsinge Supply ApS", "Lingshui Clinic Ltd"]);
    const id = url.split("/").pop()!;
    const today = new Intl.DateTimeFormat("sv-SE", { timeZone: "Asia/Shanghai" }).format(new Date());
    // Both signed on paper.
    const scan = await page.request.post(`${url}/documents`, {
        multipart: { audience: "company", note: "", file: pdf("scan.pdf", "scan") },
        headers: { accept: "text/html" },
        maxRedirects: 0,
    });
    expect(scan.status()).toBe(303);
    await page.goto(`${url}?do=sign`);
    const paper = form(page, "/api/agreements/sign");
    await paper.locator("[name=signed_on]").fill(today);
    await paper.locator("[name=place]").fill("Boao");
    await paper.locator("[name=effective_on]").fill(today);
    for (const place of [0, 1]) await paper.locator("fieldset.signer").nth(place).locator("input").first().fill(`Signer ${place}`);
    await paper.locator("[name=document]").selectOption({ label: "scan.pdf" });
    await paper.locator("button.primary").click();
    await expect(page.getByRole("main").locator(".page-head")).toContainText(t.agreement.at_in_force);

    const obligations = [];
    for (const [clause, survives] of [["3.1", ""], ["7.2", "yes"]]) {
        const plan = { id, clause, text_en: `What clause ${clause} says`, "owes[]": parties[0], "benefits[]": parties[1], survives };
        obligations.push(await send(page, "/api/obligations/plan", plan));
    }
    await page.goto(url);
    await page.getByRole("main").locator('a[href*="do=move&to=terminated"]').click();
    const end = form(page, "/api/agreements/move");
    await expect(end).toContainText(t.agreement.warn_end);
    // It takes a reason.
    await end.locator("button").click();
    await expect(form(page, "/api/agreements/move").locator("[name=reason]")).toHaveAttribute("aria-invalid", "true");
    await form(page, "/api/agreements/move").locator("[name=reason]").fill("The clinic has moved away.");
    await form(page, "/api/agreements/move").locator("button").click();
    await expect(page.getByRole("main").locator(".page-head")).toContainText(t.agreement.at_terminated);
    await expect(page.getByRole("main")).toContainText("The clinic has moved away.");
    // Nothing offers another step.
    await expect(page.getByRole("main").locator('#life a[href*="do=move"]')).toHaveCount(0);

    await page.goto(obligations[0]);
    await expect(page.getByRole("main").locator(".page-head")).toContainText(t.obligation.at_lapsed);
    await page.goto(obligations[1]);
    await expect(page.getByRole("main").locator(".page-head")).toContainText(t.obligation.at_pending);
});

test("staff links a product that is found while typing, and the product's page tells of the agreement", async ({ page, t }) => {
    await signIn(page, "staff");
    const { url } = await forSignature(page, "Services about a product", ["Ribe Optics ApS", "Danzhou Eye Ltd"]);
    await page.goto(url);
    const links = page.getByRole("main").locator("#links");
    await links.locator("summary", { hasText: t.links.add }).click();
    const named = links.getByRole("combobox", { name: t.links.record });
    await named.pressSequentially("XEN");
    const offered = links.locator('#linkable option[value*="XEN"]').first();
    await expect(offered).toBeAttached();
    const name = (await offered.getAttribute("value"))!;
    await named.fill(name);
    await links.getByRole("button", { name: t.links.add }).click();
    const link = page.getByRole("main").locator("#links").getByRole("link", { name });
    await link.click();
    await expect(page.getByRole("main").locator("#agreements")).toContainText("Services about a product");
    await page.getByRole("main").locator("#agreements").getByRole("link").first().click();
    await page.getByRole("main").locator("#links").getByRole("button", { name: part(t.links.remove) }).click();
    await expect(page.getByRole("main").locator("#links")).toContainText(t.links.none);
});
