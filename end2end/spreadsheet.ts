// A spreadsheet made by hand: an XLSX is a zip of a few short texts, stored here without compression.
import { crc32 } from "node:zlib";

/** A cell: its text, a formula without a result, a day as spreadsheets count them, or nothing. */
export type Cell = string | { formula: string } | { day: number } | null;

export type Sheet = {
    name: string;
    rows: Cell[][];
    /** Areas of merged cells, such as `A1:C1`. */
    merged?: string[];
};

const XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n';
const MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
const RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
const PACKAGE = "http://schemas.openxmlformats.org/package/2006";

function escaped(text: string): string {
    return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll('"', "&quot;");
}

function cell(value: Cell, column: number, line: number): string {
    const at = `r="${String.fromCharCode(65 + column)}${line}"`;
    if (value === null) return "";
    if (typeof value === "string") return `<c ${at} t="inlineStr"><is><t xml:space="preserve">${escaped(value)}</t></is></c>`;
    if ("day" in value) return `<c ${at} s="1"><v>${value.day}</v></c>`;
    return `<c ${at}><f>${escaped(value.formula)}</f></c>`;
}

function sheetXml({ rows, merged = [] }: Sheet): string {
    const lines = rows.map((row, index) => {
        const cells = row.map((value, column) => cell(value, column, index + 1)).join("");
        return `<row r="${index + 1}">${cells}</row>`;
    });
    const areas = merged.map((area) => `<mergeCell ref="${area}"/>`).join("");
    const merges = merged.length > 0 ? `<mergeCells count="${merged.length}">${areas}</mergeCells>` : "";
    return `${XML}<worksheet xmlns="${MAIN}"><sheetData>${lines.join("")}</sheetData>${merges}</worksheet>`;
}

/** The file. */
export function spreadsheet(sheets: Sheet[]): Buffer {
    const numbered = sheets.map((sheet, index) => ({ ...sheet, number: index + 1 }));
    const type = (part: string, kind: string) =>
        `<Override PartName="${part}" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.${kind}+xml"/>`;
    const parts: [string, string][] = [
        [
            "[Content_Types].xml",
            `${XML}<Types xmlns="${PACKAGE}/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/>${type("/xl/workbook.xml", "sheet.main")}${type("/xl/styles.xml", "styles")}${numbered.map(({ number }) => type(`/xl/worksheets/sheet${number}.xml`, "worksheet")).join("")}</Types>`,
        ],
        [
            "_rels/.rels",
            `${XML}<Relationships xmlns="${PACKAGE}/relationships"><Relationship Id="rId1" Type="${RELATIONS}/officeDocument" Target="xl/workbook.xml"/></Relationships>`,
        ],
        [
            "xl/workbook.xml",
            `${XML}<workbook xmlns="${MAIN}" xmlns:r="${RELATIONS}"><sheets>${numbered.map(({ name, number }) => `<sheet name="${escaped(name)}" sheetId="${number}" r:id="rId${number}"/>`).join("")}</sheets></workbook>`,
        ],
        [
            "xl/_rels/workbook.xml.rels",
            `${XML}<Relationships xmlns="${PACKAGE}/relationships">${numbered.map(({ number }) => `<Relationship Id="rId${number}" Type="${RELATIONS}/worksheet" Target="worksheets/sheet${number}.xml"/>`).join("")}<Relationship Id="rId${sheets.length + 1}" Type="${RELATIONS}/styles" Target="styles.xml"/></Relationships>`,
        ],
        // The second format, 14, is that of days.
        [
            "xl/styles.xml",
            `${XML}<styleSheet xmlns="${MAIN}"><fonts count="1"><font/></fonts><fills count="1"><fill/></fills><borders count="1"><border/></borders><cellStyleXfs count="1"><xf/></cellStyleXfs><cellXfs count="2"><xf/><xf numFmtId="14" applyNumberFormat="1"/></cellXfs></styleSheet>`,
        ],
        ...numbered.map((sheet): [string, string] => [`xl/worksheets/sheet${sheet.number}.xml`, sheetXml(sheet)]),
    ];
    return zip(parts);
}

/** A zip whose parts are stored as they are. */
export function zip(parts: [name: string, content: string][]): Buffer {
    const files: Buffer[] = [];
    const entries: Buffer[] = [];
    let offset = 0;
    for (const [name, content] of parts) {
        const [path, bytes] = [Buffer.from(name), Buffer.from(content)];
        // Version 2.0, names in UTF-8, stored, the first moment that a zip can tell.
        const about = Buffer.alloc(26);
        about.writeUInt16LE(20, 0);
        about.writeUInt16LE(0x0800, 2);
        about.writeUInt16LE(0x0021, 8);
        about.writeUInt32LE(crc32(bytes), 10);
        about.writeUInt32LE(bytes.length, 14);
        about.writeUInt32LE(bytes.length, 18);
        about.writeUInt16LE(path.length, 22);
        const file = Buffer.concat([Buffer.from("PK\x03\x04", "latin1"), about, path, bytes]);
        const rest = Buffer.alloc(14);
        rest.writeUInt32LE(offset, 10);
        entries.push(Buffer.concat([Buffer.from("PK\x01\x02\x14\x00", "latin1"), about, rest, path]));
        files.push(file);
        offset += file.length;
    }
    const directory = Buffer.concat(entries);
    const end = Buffer.alloc(18);
    end.writeUInt16LE(parts.length, 4);
    end.writeUInt16LE(parts.length, 6);
    end.writeUInt32LE(directory.length, 8);
    end.writeUInt32LE(offset, 12);
    return Buffer.concat([...files, directory, Buffer.from("PK\x05\x06", "latin1"), end]);
}
