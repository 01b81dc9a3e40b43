// The words of the portal, read from its own table of texts, so that a journey in Chinese is the same story.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

export type Language = "en" | "zh";
export type Words = Record<string, Record<string, string>>;

function read(language: Language): Words {
    const words: Words = {};
    const texts = join(__dirname, "../app/texts");
    const files = readdirSync(join(texts, language)).map((file) => join(texts, language, file));
    for (const file of [`${texts}/${language}.toml`, ...files]) {
        let section: Record<string, string> = {};
        for (const line of readFileSync(file, "utf8").split("\n")) {
            const head = /^\[(\w+)\]$/.exec(line);
            const text = /^(\w+) = (".*")$/.exec(line);
            if (head) section = words[head[1]] = {};
            else if (text) section[text[1]] = JSON.parse(text[2]);
        }
    }
    return words;
}

export const WORDS: Record<Language, Words> = { en: read("en"), zh: read("zh") };

/** A text with its gaps filled: `{n} {n|company|companies}` with n = 1 is "1 company". */
export function say(text: string, values: Record<string, string | number>): string {
    return text
        .replace(/\{(\w+)\|([^|}]*)\|([^}]*)\}/g, (_, name, one, many) => (String(values[name]) === "1" ? one : many))
        .replace(/\{(\w+)\}/g, (_, name) => String(values[name]));
}

/** A whole number as the portal writes it: 2,159. */
export function grouped(number: number): string {
    return number.toLocaleString("en-US");
}

/** A text that is looked for anywhere in another. */
export function part(text: string): RegExp {
    return new RegExp(text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"));
}
