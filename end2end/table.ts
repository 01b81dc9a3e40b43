// A table as the European Medicines Agency publishes it, with invented medicines.

// The Agency's columns; two headers have a line break in them, as published.
const HEADERS = [
    "Category",
    "Name of medicine",
    "EMA product number",
    "Medicine status",
    "International non-proprietary name (INN) / common name",
    "Active substance",
    "Therapeutic area (MeSH)",
    "Species\n(veterinary)",
    "ATC code (human)",
    "Pharmacotherapeutic group\n(human)",
    "Therapeutic indication",
    "Accelerated assessment",
    "Additional monitoring",
    "Advanced therapy",
    "Biosimilar",
    "Conditional approval",
    "Exceptional circumstances",
    "Generic or hybrid",
    "Orphan medicine",
    "PRIME: priority medicine",
    "Marketing authorisation developer / applicant / holder",
    "Opinion adopted date",
    "Withdrawal of application date",
    "Marketing authorisation date",
    "Refusal of marketing authorisation date",
    "Withdrawal / expiry / revocation / lapse of marketing authorisation date",
    "Suspension of marketing authorisation date",
    "Medicine URL",
] as const;
type Header = (typeof HEADERS)[number];

export type Medicine = Partial<Record<Header, string>>;

/** An authorised medicine of the given name and number. */
export function medicine(name: string, number: string, more: Medicine = {}): Medicine {
    return {
        Category: "Human",
        "Name of medicine": name,
        "EMA product number": number,
        "Medicine status": "Authorised",
        "Marketing authorisation date": "29/02/2020",
        "Medicine URL": `https://www.example.eu/medicines/${number}`,
        ...more,
    };
}

/** The file. */
export function table(medicines: Medicine[]): Buffer {
    const cell = (text: string) => (/[",\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
    const lines = medicines.map((medicine) => HEADERS.map((header) => cell(medicine[header] ?? "")).join(","));
    return Buffer.from([HEADERS.map(cell).join(","), ...lines, ""].join("\n"));
}

/** A table of seven rows: three medicines to be imported, one of them without a holder, one for dogs, and three that cannot be understood. */
export function smallTable(series: number): Buffer {
    const number = (n: number) => `EMEA/H/C/${series}${n}`;
    const holder = "Marketing authorisation developer / applicant / holder";
    return table([
        medicine(`Inventol ${series}`, number(1), {
            [holder]: `Invented  Medicines ${series} (Ireland) Limited`,
            "Active substance": "inventolum",
            "International non-proprietary name (INN) / common name": "inventol",
            "ATC code (human)": "X01AA01",
            "Therapeutic area (MeSH)": "Invented Disease;Imaginary Pain",
            "Therapeutic indication": 'For adults&nbsp;with &lt; 3 "invented" diseases,\nand <b>none</b> besides.',
            "Orphan medicine": "Yes",
        }),
        medicine(`Fabulin ${series}`, number(2), { [holder]: `Invented Medicines ${series} (Ireland) Limited` }),
        medicine(`Nobodin ${series}`, number(3), { "Medicine status": "Refused", "Refusal of marketing authorisation date": "22/02/2013" }),
        medicine("Barkalot", `EMEA/V/C/${series}4`, { Category: "Veterinary" }),
        medicine("Nonsensin", number(5), { "Medicine status": "Perhaps" }),
        medicine(`Inventol again ${series}`, number(1)),
        medicine("Neverin", number(7), { "Marketing authorisation date": "31/02/2020" }),
    ]);
}
